//! How long an answer of a provider may be believed, as its `Cache-Control` says.
//!
//! [RFC 9111, 4.2](https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2).

use axum::http::{
    HeaderMap,
    header::{AGE, CACHE_CONTROL},
};
use time::Duration;

/// What is believed when nothing is said, and the longest whatever is said: keys that were withdrawn must not live on.
const LONGEST: Duration = Duration::hours(1);
/// The shortest, whatever is said: who signs in at the same moment shares one answer.
const SHORTEST: Duration = Duration::seconds(1);

/// The life of an answer with these headers, from its arrival.
#[must_use]
pub fn life(headers: &HeaderMap) -> Duration {
    let lines = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .map(|line| line.to_str().unwrap_or("no-cache"));
    // Of several the shortest counts.
    let told = lines.flat_map(|line| line.split(',')).filter_map(seconds).min();
    let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    told.map_or(LONGEST, |seconds| {
        Duration::seconds(seconds.saturating_sub(age.unwrap_or_default()).into())
    })
    .clamp(SHORTEST, LONGEST)
}

/// The seconds that one directive allows; `None` if it is about something else.
fn seconds(directive: &str) -> Option<u32> {
    let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
    match &*name.trim().to_ascii_lowercase() {
        "no-store" | "no-cache" => Some(0),
        // What can't be read is stale (RFC 9111, 4.2.1); what is too long to be read is long.
        "max-age" => {
            let value = value.trim().trim_matches('"');
            let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            Some(if is_number {
                value.parse().unwrap_or(u32::MAX)
            } else {
                0
            })
        }
        _ => None,
    }
}
