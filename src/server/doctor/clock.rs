//! Both clocks agree: what `exp` and `iat` of an ID token are compared with.

use super::{
    ask::Answer,
    report::{Check, Finding},
};
use axum::http::header::DATE;
use time::{Duration, OffsetDateTime};

/// Nobody notices less.
const NOTICED: Duration = Duration::seconds(5);

/// Compares the `Date` of an answer with the time that it was asked for and came; a sign-in tolerates `leeway`.
pub fn check(answer: &Answer, leeway: std::time::Duration) -> Finding {
    let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
    let Some(date) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
        return Finding::skip(Check::Clock, "the provider sends no Date");
    };
    let offset = offset(date.into(), answer.span);
    let evidence = match offset.whole_seconds() {
        0 => "the provider's clock agrees with this machine's".to_owned(),
        ahead @ 1.. => format!("the provider's clock is {ahead} s ahead of this machine's"),
        behind => format!(
            "the provider's clock is {} s behind this machine's",
            behind.unsigned_abs()
        ),
    };
    let remedy = "Set both by NTP, and look at this machine first: timedatectl";
    let apart = offset.abs();
    // Less than a second is nothing that a token tells.
    if apart.whole_seconds().unsigned_abs() > leeway.as_secs() {
        let evidence = format!(
            "{evidence}, and {} s are tolerated (AUTH_CLOCK_LEEWAY)",
            leeway.as_secs()
        );
        return Finding::fail(Check::Clock, evidence, remedy);
    }
    if apart < NOTICED {
        Finding::pass(Check::Clock, evidence)
    } else {
        Finding::warn(Check::Clock, evidence, remedy)
    }
}

/// The least by which the clocks can differ: the date is cut to the second, and was written somewhere in the span.
fn offset(date: OffsetDateTime, (asked_at, answered_at): (OffsetDateTime, OffsetDateTime)) -> Duration {
    let (least, most) = (date - answered_at, date + Duration::SECOND - asked_at);
    if least.is_positive() {
        least
    } else if most.is_negative() {
        most
    } else {
        Duration::ZERO
    }
}
