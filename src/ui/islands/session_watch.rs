//! Takes a private page off the screen when its session ends, wherever that happened.
//!
//! It listens to the event stream of `/api/auth/events`. One handler hears everything, by the events' names: there is no
//! signal and no effect, and next to nothing to load.

use crate::shared::{error::SignInError, paths};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Element, Event, EventSource, MessageEvent, PageTransitionEvent, js_sys},
};
use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

/// The attribute of the element around the island: which session the page was rendered for.
pub const SESSION: &str = "data-session";

/// How long a stream that was refused is left alone. One that was merely cut off the browser mends by itself.
const PAUSE: Duration = Duration::from_secs(10);

/// How long a form that was sent may take: what it is answered leads on, and must not be overtaken.
const SENDING: Duration = Duration::from_secs(30);

/// How long the answer to another sign-in may be on its way, with the new cookie, when the old session has ended already.
const ARRIVAL: Duration = Duration::from_millis(500);

/// [`EventSource::ready_state`] of one that the browser will not open again.
const CLOSED: u16 = 2;

/// Nothing to see: it watches.
#[island]
pub fn SessionWatch() -> impl IntoView {
    view! { <span hidden use:watch></span> }
}

type Handler = Closure<dyn Fn(Event)>;

/// What the page watches with, as long as it is there.
struct Watch {
    url: String,
    source: RefCell<Option<EventSource>>,
    heard: RefCell<Option<Handler>>,
    is_sending: Cell<bool>,
}

fn watch(mark: Element) {
    let session = mark
        .closest(&["[", SESSION, "]"].concat())
        .ok()
        .flatten()
        .and_then(|around| around.get_attribute(SESSION));
    let Some(session) = session else { return };
    let watch: &'static Watch = Box::leak(Box::new(Watch {
        url: [paths::API_EVENTS, "?of=", &session].concat(),
        source: RefCell::default(),
        heard: RefCell::default(),
        is_sending: Cell::default(),
    }));
    let heard = Handler::new(move |event: Event| watch.hear(&event));
    let handler = heard.as_ref().unchecked_ref();
    // Should a browser refuse one of these, the page is told at its next request, as without a script.
    let _ = document().add_event_listener_with_callback("visibilitychange", handler);
    let _ = document().add_event_listener_with_callback("submit", handler);
    let _ = window().add_event_listener_with_callback("pageshow", handler);
    watch.heard.replace(Some(heard));
    watch.open();
}

impl Watch {
    /// Opens a stream, and closes the one before it: that may be dead without its browser's knowing.
    fn open(&self) {
        self.close();
        if self.is_sending.get() {
            return;
        }
        let heard = self.heard.borrow();
        if let (Some(heard), Ok(source)) = (heard.as_ref(), EventSource::new(&self.url)) {
            let handler = heard.as_ref().unchecked_ref();
            for name in ["ended", "rest", "error"] {
                let _ = source.add_event_listener_with_callback(name, handler);
            }
            self.source.replace(Some(source));
        }
    }

    fn close(&self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }

    fn hear(&'static self, event: &Event) {
        match event.type_().as_str() {
            "ended" => {
                self.close();
                let why = event
                    .dyn_ref::<MessageEvent>()
                    .and_then(|event| event.data().as_string());
                leave(why.as_deref().unwrap_or_default());
            }
            // There are many pages of this session: this one asks again when it is looked at again.
            "rest" => self.close(),
            "error" => {
                let source = self.source.borrow();
                if source.as_ref().is_some_and(|source| source.ready_state() == CLOSED) {
                    set_timeout(|| self.open(), PAUSE);
                }
            }
            "visibilitychange" if !document().hidden() => self.open(),
            // Kept whole by the browser while somebody was elsewhere: whether it may still be seen, the server says.
            "pageshow"
                if event
                    .dyn_ref::<PageTransitionEvent>()
                    .is_some_and(|event| event.persisted()) =>
            {
                leave("replaced");
            }
            // Signing out ends this session too, and leads on by itself.
            "submit" => {
                self.close();
                self.is_sending.set(true);
                let go_on = || {
                    self.is_sending.set(false);
                    self.open();
                };
                set_timeout(go_on, SENDING);
            }
            _ => {}
        }
    }
}

/// Hides the page at once, and goes where the end is explained.
fn leave(why: &str) {
    if let Some(body) = document().body() {
        body.set_hidden(true);
    }
    let location = window().location();
    let _ = match why {
        "signed_out" => location.replace(paths::SIGNED_OUT),
        // Somebody may have signed in here since: perhaps the same person, perhaps another. The server knows.
        "replaced" => {
            set_timeout(move || drop(location.reload()), ARRIVAL);
            Ok(())
        }
        _ => {
            let here = [location.pathname(), location.search()]
                .map(Result::unwrap_or_default)
                .concat();
            let login = [
                paths::LOGIN,
                "?error=",
                SignInError::SessionExpired.code(),
                "&redirect=",
                &String::from(js_sys::encode_uri_component(&here)),
            ];
            location.replace(&login.concat())
        }
    };
}
