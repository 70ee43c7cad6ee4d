//! Submits the callback page's form as soon as the page is there.

use crate::shared::paths;
use leptos::{ev::SubmitEvent, html::Form, prelude::*};
use std::time::Duration;

/// How long a second submit is ignored: long enough for the first to be answered, short enough to try again.
const PATIENCE: Duration = Duration::from_secs(5);

/// A native form to the exchange endpoint that submits itself once. What it sends are its children, which stay on the
/// server: the browser's code knows nothing but how to press the button.
#[island]
pub fn SubmitAtOnce(children: Children) -> impl IntoView {
    let form = NodeRef::<Form>::new();
    let busy = StoredValue::new(false);

    Effect::new(move || {
        if let Some(form) = form.get() {
            // The only error is a button that isn't in the form; then the person presses it herself.
            let _ = form.request_submit();
        }
    });

    // The exchange code works once: pressing the button meanwhile must not throw away the answer on its way.
    let submit = move |event: SubmitEvent| {
        if busy.get_value() {
            event.prevent_default();
        } else {
            busy.set_value(true);
            set_timeout(move || { busy.try_set_value(false); }, PATIENCE);
        }
    };

    view! {
        <form method="post" action=paths::API_EXCHANGE node_ref=form on:submit=submit>
            {children()}
        </form>
    }
}
