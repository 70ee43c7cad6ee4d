//! Says on every page that the embedded development provider is on.

use crate::shared::site::Site;
use leptos::prelude::*;

/// The banner; nothing when the development provider is off.
#[component]
pub fn DevBanner() -> impl IntoView {
    let on = use_context::<Site>().is_some_and(|site| site.dev_idp);
    on.then(|| {
        view! {
            <aside class="dev-banner" aria-label="Development provider">
                <p>
                    <strong>"Development provider is on:"</strong>
                    " anyone can sign in as anyone. Never use this in production."
                </p>
            </aside>
        }
    })
}
