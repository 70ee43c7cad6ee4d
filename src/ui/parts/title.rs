//! The title of a page in the router.

use leptos::prelude::*;
use leptos_meta::Title;

/// Sets `<title>` to the page's own name and the site's.
#[component]
pub fn PageTitle(
    /// The page's own name.
    title: &'static str,
) -> impl IntoView {
    view! { <Title text=format!("{title} · Vestibule")/> }
}
