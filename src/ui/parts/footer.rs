//! The end of every page.

use leptos::prelude::*;

/// The footer of the application's pages.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>"Every token stays on the server. This browser keeps one cookie that names a session, and nothing else."</p>
        </footer>
    }
}
