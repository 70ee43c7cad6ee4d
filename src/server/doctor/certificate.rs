//! The provider's certificate is good, and for a while.

use super::{
    ask::Answer,
    report::{Check, Finding},
};
use time::{Duration, OffsetDateTime};
use x509_cert::{Certificate, der::Decode};

/// Enough to notice that nobody renews it.
const SOON: Duration = Duration::days(14);

const RENEW: &str = "Renew it at the proxy before the provider, and find out why nothing does it by itself.";

/// How long it is good; `None` where there is none, because there was no TLS.
pub fn check(answer: &Answer, now: OffsetDateTime) -> Option<Finding> {
    Some(of(answer.certificate.as_ref()?, now))
}

/// How long this one is good.
pub(crate) fn of(certificate: &[u8], now: OffsetDateTime) -> Finding {
    let ends_at = Certificate::from_der(certificate).ok().and_then(|certificate| {
        let ends_at = certificate.tbs_certificate.validity.not_after.to_unix_duration();
        OffsetDateTime::from_unix_timestamp(i64::try_from(ends_at.as_secs()).ok()?).ok()
    });
    let Some(ends_at) = ends_at else {
        return Finding::skip(Check::Certificate, "the certificate can't be read");
    };
    let (left, date) = (ends_at - now, ends_at.date());
    if left.is_negative() {
        return Finding::fail(Check::Certificate, format!("expired on {date}"), RENEW);
    }
    let evidence = format!("good until {date}, {} days from now", left.whole_days());
    if left < SOON {
        Finding::warn(Check::Certificate, evidence, RENEW)
    } else {
        Finding::pass(Check::Certificate, evidence)
    }
}

/// What kept the connection from being made, where that was the certificate.
pub(crate) fn refused(reason: &str) -> Option<Finding> {
    let remedy = if reason.contains("certificate expired") {
        RENEW
    } else if reason.contains("UnknownIssuer") {
        "This machine does not trust who signed it. A proxy may leave out the intermediate certificate; a company's own \
         authority belongs into this machine's certificate store, or into the file that SSL_CERT_FILE names."
    } else if reason.contains("not valid for name") || reason.contains("NotValidForName") {
        "It is another host's: compare the issuer's host with the names in the certificate."
    } else if reason.contains("certificate") {
        "The certificate that the provider, or the proxy before it, presents is not accepted."
    } else {
        return None;
    };
    Some(Finding::fail(Check::Certificate, reason, remedy))
}
