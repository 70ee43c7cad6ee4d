//! Who asks: a person who navigates, or a program; and what the answer may be.

use axum::http::{HeaderMap, header::ACCEPT};

/// Whether somebody navigates or submits a form, rather than a program asks: the browser's word, else what the answer
/// may be. Who takes anything, as `curl` does, is shown what a person is shown.
#[must_use]
pub fn is_navigation(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => accepts(headers, "text/html") || (!accepts(headers, "application/json") && accepts(headers, "*/*")),
    }
}

/// Whether `Accept` names `media_type`; its absence means anything
/// ([RFC 9110, 12.5.1](https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.1)).
#[must_use]
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    match headers.get(ACCEPT) {
        // Read as leniently as the server functions' library does, so that both see the same.
        Some(accept) => String::from_utf8_lossy(accept.as_bytes()).contains(media_type),
        None => media_type == "*/*",
    }
}
