//! The way out: a native form, because leaving changes something.

use crate::shared::paths;
use leptos::prelude::*;

/// A button that ends the session.
#[component]
pub fn SignOut(
    /// What the button says.
    #[prop(default = "Sign out")]
    label: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action=paths::API_LOGOUT>
            <button class="button quiet">{label}</button>
        </form>
    }
}
