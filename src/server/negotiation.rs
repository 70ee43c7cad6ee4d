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

/// Whether the browser's own words ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/)) allow that somebody visits.
///
/// A visit is to a page of its own, neither in advance nor within another page, nor by a script. Who does not say what it
/// is for, as no browser does, may.
#[must_use]
pub fn may_be_visit(headers: &HeaderMap) -> bool {
    let is_page = headers
        .get_all("sec-fetch-dest")
        .iter()
        .all(|value| value == "document");
    is_page && !is_in_advance(headers)
}

/// Whether a browser loads what nobody has asked for yet.
fn is_in_advance(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        headers.get_all(*name).iter().any(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            [&b"prefetch"[..], b"prerender", b"preview"]
                .iter()
                .any(|word| value.windows(word.len()).any(|part| part == *word))
        })
    })
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
