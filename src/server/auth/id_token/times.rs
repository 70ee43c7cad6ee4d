//! `exp`, `nbf` and `iat`: [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation),
//! 9 and 10, [RFC 7519, 4.1.5](https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.5).

use crate::server::provider::client::Claims;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use std::time::Duration;

/// Off by no more than this, it is the clocks, and the log says so.
const LITTLE: TimeDelta = TimeDelta::minutes(10);

/// The oldest token. This one answers an attempt that was begun ten minutes ago at most, so that its age is a sign of a
/// clock that is badly wrong, or of a token that was kept; a day leaves room for providers that say in `iat` when the
/// person signed in.
const OLDEST: TimeDelta = TimeDelta::days(1);

/// The time, and how far the provider's may be from it.
#[derive(Clone, Copy)]
pub(in crate::server::auth) struct Now {
    now: DateTime<Utc>,
    leeway: TimeDelta,
}

impl Now {
    /// Seconds since 1970, and the leeway; nothing where they are beyond every calendar.
    pub(in crate::server::auth) fn new(unix: i64, leeway: Duration) -> Option<Self> {
        Some(Self {
            now: DateTime::from_timestamp(unix, 0)?,
            leeway: TimeDelta::from_std(leeway).ok()?,
        })
    }
}

/// Whether the token is of now. `all` are its claims, of which the library knows no `nbf`.
///
/// # Errors
/// The time that is wrong, by how much, and whose clock may be.
pub(super) fn check(claims: &Claims, all: &Map<String, Value>, now: Now) -> Result<(), String> {
    let Now { now, leeway } = now;
    let expired_for = now.signed_duration_since(claims.expiration());
    if expired_for >= leeway {
        return Err(off("exp", "past", expired_for, leeway, "behind", "ahead"));
    }
    let early = |name, until: TimeDelta| off(name, "in the future", until, leeway, "ahead", "behind");
    if let Some(not_before) = all.get("nbf").filter(|value| !value.is_null()) {
        let not_before = seconds(not_before).ok_or("`nbf` is not a time")?;
        let until = not_before.signed_duration_since(now);
        if until > leeway {
            return Err(early("nbf", until));
        }
    }
    let until = claims.issue_time().signed_duration_since(now);
    if until > leeway {
        return Err(early("iat", until));
    }
    if -until > OLDEST {
        return Err(format!(
            "`iat` is {} s past: a token that was just asked for is not as old as that",
            -until.num_seconds()
        ));
    }
    Ok(())
}

/// Whole seconds; a fraction is cut off, and what is beyond every calendar is no time.
pub(in crate::server::auth) fn seconds(value: &Value) -> Option<DateTime<Utc>> {
    let seconds = match value.as_i64() {
        Some(seconds) => seconds,
        None => {
            let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e15)?;
            // Within the bounds above nothing is lost but the fraction.
            format!("{:.0}", seconds.floor()).parse().ok()?
        }
    };
    DateTime::from_timestamp(seconds, 0)
}

fn off(claim: &str, side: &str, by: TimeDelta, leeway: TimeDelta, theirs: &str, ours: &str) -> String {
    let measured = format!(
        "`{claim}` is {} s {side}, and the leeway is {} s",
        by.num_seconds(),
        leeway.num_seconds()
    );
    if by > LITTLE {
        return measured;
    }
    format!("{measured}: the provider's clock may be {theirs}, or this machine's {ours}")
}
