//! Where a session was begun, from what its browser says of itself.

use super::registry::Whence;
use crate::server::{client_address, state::AppState};
use axum::http::{header::USER_AGENT, request::Parts};

/// What identifies itself so, and what it is called; the first that is found holds, for most of them name others too.
const BROWSERS: [(&str, &str); 12] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// Where this request comes from.
#[must_use]
pub fn of(state: &AppState, parts: &Parts) -> Whence {
    let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    Whence {
        address: client_address::of_parts(state, parts).to_string(),
        browser: browser(user_agent.unwrap_or_default()),
    }
}

/// The browser in words: of what it says only names of ours are kept.
#[must_use]
pub fn browser(user_agent: &str) -> String {
    let name = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(sign, _)| user_agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    match (name(&BROWSERS), name(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("An unknown browser on {system}"),
        (None, None) => "An unknown browser".to_owned(),
    }
}
