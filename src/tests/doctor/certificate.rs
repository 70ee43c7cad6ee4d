//! How long a certificate is good, and an https issuer's endpoints.

use crate::server::doctor::{Verdict, certificate, discovery, document::Document};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use time::OffsetDateTime;
use url::Url;

/// Of `id.example`, self-signed, made by openssl for this test; good from 2026-01-01 to 2026-12-31T23:59:59Z.
const CERTIFICATE: &str = concat!(
    "MIIBETCBuAIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAppZC5leGFtcGxlMB4XDTI2MDEwMTAwMDAwMFoXDTI2MTIzMTIzNTk1OVowFTET",
    "MBEGA1UEAwwKaWQuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHUl3uSHzYUgWkMtUDSJMcst9qQDmiubr1qyhEk4kCDFmdmI",
    "GSMvrrYbyZAt4OWcWmUvgWsUeWMYsi/Ytbf714UwCgYIKoZIzj0EAwIDSAAwRQIhAJKNu9jS3FtO60myaaAXyV6xZgqAmYo0z9Wxoafuu8Ny",
    "AiBKwqI8EIYRTM2Hd7k+/GD7LGOHoaX/xRSoxkK/cmqmjQ==",
);
/// Its end.
const END: i64 = 1_798_761_599;

#[test]
fn a_certificate_is_good_for_a_while_soon_to_be_renewed_or_expired() {
    const DAY: i64 = 24 * 3600;
    let certificate = STANDARD.decode(CERTIFICATE).unwrap();
    for (before_its_end, verdict, part) in [
        (90 * DAY, Verdict::Pass, "good until 2026-12-31, 90 days from now"),
        (14 * DAY, Verdict::Pass, "14 days"),
        (14 * DAY - 1, Verdict::Warn, "13 days"),
        (1, Verdict::Warn, "0 days"),
        (-1, Verdict::Fail, "expired on 2026-12-31"),
    ] {
        let now = OffsetDateTime::from_unix_timestamp(END - before_its_end).unwrap();
        let finding = certificate::of(&certificate, now);
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.evidence.contains(part), "{finding:?}");
    }
    for broken in [&certificate[..100], b"", b"no certificate"] {
        let finding = certificate::of(broken, OffsetDateTime::UNIX_EPOCH);
        assert_eq!(finding.verdict, Verdict::Skip, "{finding:?}");
    }
}

#[test]
fn what_keeps_tls_from_standing_is_named() {
    for (reason, part) in [
        (
            "no answer: invalid peer certificate: certificate expired: verification time 2 (UNIX)",
            "Renew it",
        ),
        ("no answer: invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE"),
        (
            "no answer: invalid peer certificate: certificate not valid for name \"a\"",
            "another host's",
        ),
        ("no answer: invalid peer certificate: BadSignature", "not accepted"),
    ] {
        let finding = certificate::refused(reason).unwrap();
        assert!(finding.remedy.unwrap().contains(part), "{reason}");
        assert_eq!(finding.verdict, Verdict::Fail);
    }
    assert!(certificate::refused("no answer: Connection refused (os error 111)").is_none());
}

#[test]
fn an_https_issuer_has_https_endpoints() {
    let endpoints = |changed: &str, url: &str| {
        let mut document = json!({
            "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://other.example/token",
            "jwks_uri": "https://id.example/keys",
        });
        document[changed] = json!(url);
        let document = Document::read(document.to_string().as_bytes()).unwrap();
        discovery::endpoints(&document, &Url::parse("https://id.example/").unwrap())
    };
    assert_eq!(
        endpoints("token_endpoint", "https://id.example/token").verdict,
        Verdict::Pass
    );
    let finding = endpoints("token_endpoint", "http://id.example/token");
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.evidence, "token_endpoint is http://id.example/token");
    assert!(finding.remedy.unwrap().contains("X-Forwarded-Proto: https"));
    assert_eq!(endpoints("revocation_endpoint", "no url").verdict, Verdict::Fail);
}
