//! Between the end of a session here and its end at the provider, where the two need a page between them.

use crate::ui::parts::threshold::Threshold;
use leptos::prelude::*;

/// Says that the session here is over, while the browser goes on to the provider by the response's header.
#[component]
pub fn Leaving() -> impl IntoView {
    view! {
        <Threshold heading="Signing you out…">
            <p>"Your session here has ended. Your provider is told next."</p>
        </Threshold>
    }
}
