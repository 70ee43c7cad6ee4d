//! `AUTH_CLOCK_LEEWAY`: how far a provider's clock may be from ours.

use super::{file::Section, mistakes::Refusal, reader::Reader, session};
use std::time::Duration;

const DEFAULT: Duration = Duration::from_secs(60);
/// More would make an expired token a good one.
const LONGEST: u64 = 600;

/// Reads it.
pub(super) fn read(reader: &mut Reader, auth: &mut Section) -> Duration {
    reader
        .value("AUTH_CLOCK_LEEWAY", auth, "clock-leeway", parse)
        .unwrap_or(DEFAULT)
}

fn parse(text: &str) -> Result<Duration, Refusal> {
    match session::seconds(text) {
        Some(seconds @ 0..=LONGEST) => Ok(Duration::from_secs(seconds)),
        _ => Err("a whole number and its unit, such as \"60s\" or \"2m\", from 0s to 10m".into()),
    }
}
