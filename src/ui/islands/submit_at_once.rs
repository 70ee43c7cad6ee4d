//! Submits the callback page's form as soon as the page is there.
//!
//! No signal, no effect: without the reactive runtime the WASM is a third smaller.

use crate::shared::paths;
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlFormElement},
};
use std::time::Duration;

/// How long a second submit is ignored: long enough for the first to be answered, short enough to try again.
const PATIENCE: Duration = Duration::from_secs(5);

const BUSY: &str = "aria-busy";

/// A native form to the exchange endpoint that submits itself once. What it sends are its children, which stay in the
/// HTML: the browser's code knows nothing but how to press the button.
#[island]
pub fn SubmitAtOnce(children: Children) -> impl IntoView {
    view! {
        <form method="post" action=paths::API_EXCHANGE on:submit=once use:submit>
            {children()}
        </form>
    }
}

fn submit(form: Element) {
    if let Some(form) = form.dyn_ref::<HtmlFormElement>() {
        // The only error is a form that can't be submitted; then the person presses the button herself.
        let _ = form.request_submit();
    }
}

/// The exchange code works once: pressing the button meanwhile must not throw away the answer that is on its way.
fn once(event: SubmitEvent) {
    let form: Element = event_target(&event);
    if form.has_attribute(BUSY) {
        event.prevent_default();
    } else if form.set_attribute(BUSY, "true").is_ok() {
        set_timeout(
            move || {
                let _ = form.remove_attribute(BUSY);
            },
            PATIENCE,
        );
    }
}
