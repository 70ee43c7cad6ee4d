//! The mark: an arch within an arch, the inner one open.

use leptos::prelude::*;

/// The mark, in the colours of the text and the accent. It stands beside words, so it is hidden from screen readers.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
            <path class="mark-frame" d="M5 28V15a11 11 0 0 1 22 0v13"/>
            <path class="mark-door" d="M11 28V15.5a5 5 0 0 1 10 0V28z"/>
            <path class="mark-frame" d="M2.5 28h27"/>
        </svg>
    }
}
