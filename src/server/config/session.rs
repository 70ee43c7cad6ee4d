//! `[auth.session]`: how long a session lives.

use super::{
    SessionConfig,
    file::Section,
    mistakes::{Mistake, Mistakes, Refusal},
    text::Shown,
};
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Longer is a slip of the pen, and would overflow what computes with it.
const LONGEST: u64 = 3650 * DAY;

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(7 * DAY),
            max_age: Duration::from_secs(30 * DAY),
            update_age: Duration::from_secs(HOUR),
        }
    }
}

/// Reads the table.
pub(super) fn read(mut section: Section, mistakes: &mut Mistakes) -> SessionConfig {
    let mut config = SessionConfig::default();
    let before = mistakes.list().len();
    let keys = [
        ("idle", &mut config.idle),
        ("max-age", &mut config.max_age),
        ("update-age", &mut config.update_age),
    ];
    for (key, target) in keys {
        if let Some(text) = section.take(key, Shown::Whole, mistakes) {
            match duration(&text.value) {
                Ok(duration) => *target = duration,
                Err(refusal) => mistakes.add(text.mistake(refusal)),
            }
        }
    }
    if mistakes.list().len() == before {
        let mut compare = |key, value: Duration, expected: &str| {
            let found = format!("{} seconds", value.as_secs());
            mistakes.add(Mistake::new(section.subject(key), found, expected));
        };
        if config.idle > config.max_age {
            compare(
                "idle",
                config.idle,
                "no more than max-age, which ends the session anyway",
            );
        }
        if config.update_age >= config.idle {
            compare(
                "update-age",
                config.update_age,
                "less than idle, or a session in use would end",
            );
        }
    }
    section.finish(&["idle", "max-age", "update-age"], "AUTH_SECRET", mistakes);
    config
}

/// Parses a whole number and its unit: `90s`, `10m`, `1h`, `7d`. Gives out seconds.
pub(super) fn seconds(text: &str) -> Option<u64> {
    text.char_indices().last().and_then(|(at, unit)| {
        let unit = match unit {
            's' => 1,
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            _ => return None,
        };
        let number = text
            .get(..at)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        number.parse::<u64>().ok()?.checked_mul(unit)
    })
}

fn duration(text: &str) -> Result<Duration, Refusal> {
    match seconds(text) {
        Some(seconds @ 1..=LONGEST) => Ok(Duration::from_secs(seconds)),
        _ => Err("a whole number and its unit, such as \"90s\", \"10m\", \"1h\" or \"7d\", from 1s to 3650d".into()),
    }
}
