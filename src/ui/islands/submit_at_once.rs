//! Presses the callback page's button as soon as the page is there.
//!
//! The island is the button alone: the form around it, with the code, is plain HTML. There is no signal and no effect:
//! without the reactive runtime the WASM is a third smaller.

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use std::time::Duration;

/// How long a second press is ignored: long enough for the first to be answered, short enough to try again.
const PATIENCE: Duration = Duration::from_secs(5);

const BUSY: &str = "aria-busy";

/// A submit button that presses itself.
#[island]
pub fn SubmitAtOnce() -> impl IntoView {
    view! { <button class="button" on:click=once use:press>"Continue"</button> }
}

fn press(button: Element) {
    if let Some(button) = button.dyn_ref::<HtmlElement>() {
        button.click();
    }
}

/// The exchange code works once: a second press must not throw away the answer that is on its way.
fn once(event: MouseEvent) {
    let button: Element = event_target(&event);
    if button.has_attribute(BUSY) {
        event.prevent_default();
    } else if button.set_attribute(BUSY, "true").is_ok() {
        let rest = move || {
            let _ = button.remove_attribute(BUSY);
        };
        set_timeout(rest, PATIENCE);
    }
}
