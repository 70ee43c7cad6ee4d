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

/// How TLS begins when it refuses one.
const REFUSED: &str = "invalid peer certificate: ";

/// What TLS says of a certificate that it does not accept, what that means, and what to do. The first that fits.
const REFUSALS: [(&str, &str, &str); 8] = [
    ("certificate expired", "the certificate has expired", RENEW),
    (
        "not valid yet",
        "the certificate is not valid yet",
        "Compare the clocks: either this machine's is behind, or the certificate was made for later.",
    ),
    (
        "UnknownIssuer",
        "this machine does not trust who signed the certificate",
        "A proxy may leave out the intermediate certificate; a company's own authority belongs into this machine's \
         certificate store, or into the file that SSL_CERT_FILE names.",
    ),
    (
        "CaUsedAsEndEntity",
        "the certificate is an authority's own (CA:TRUE), and no server may present that",
        "openssl req -x509 makes such ones. Have the authority sign another for the provider's host, with \
         basicConstraints=CA:FALSE and subjectAltName; what goes into SSL_CERT_FILE is the authority's own.",
    ),
    (
        "BadSignature",
        "the certificate is not signed by the authority of that name that this machine trusts",
        "The authority was made anew, perhaps, under the same name: put its present certificate into this machine's \
         certificate store, or into the file that SSL_CERT_FILE names, in place of the old one.",
    ),
    (
        "UnsupportedCertVersion",
        "the certificate is of an old version that says nothing of hosts",
        "Make another with subjectAltName, which makes it one of version 3.",
    ),
    ("not valid for name", ANOTHERS.0, ANOTHERS.1),
    ("NotValidForName", ANOTHERS.0, ANOTHERS.1),
];

/// It names others.
const ANOTHERS: (&str, &str) = (
    "the certificate is another host's",
    "Compare the host of the issuer with the names in the certificate: one of them is wrong.",
);

/// Whatever else it says.
const ANOTHER: (&str, &str) = (
    "the certificate is not accepted",
    "The provider, or the proxy before it, presents one that is not as a server's should be.",
);

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
    let (meaning, remedy) = refusal(reason)?;
    let said = reason.split_once(REFUSED).map_or(reason, |(_, said)| said);
    Some(Finding::fail(Check::Certificate, format!("{meaning} ({said})"), remedy))
}

/// What to do, where it was the certificate that kept the connection from being made: then the network is in order.
pub(crate) fn remedy(reason: &str) -> Option<&'static str> {
    refusal(reason).map(|(_, remedy)| remedy)
}

fn refusal(reason: &str) -> Option<(&'static str, &'static str)> {
    let (_, found) = reason.split_once(REFUSED)?;
    // What the provider put into it comes last, and is not to be taken for what TLS says.
    let said = found.split_once('"').map_or(found, |(said, _)| said);
    let known = REFUSALS.iter().find(|(part, ..)| said.contains(part));
    Some(known.map_or(ANOTHER, |(_, meaning, remedy)| (meaning, remedy)))
}
