//! The top of the embedded development provider's pages.

use leptos::prelude::*;

/// A header that belongs to the provider, not to the application.
#[component]
pub fn ProviderHeader() -> impl IntoView {
    view! {
        <header class="provider-header">
            <svg class="key" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
                <circle cx="11" cy="16" r="6"/>
                <path d="M17 16h12M24 16v5M29 16v4"/>
            </svg>
            <span>"Development provider"</span>
        </header>
    }
}
