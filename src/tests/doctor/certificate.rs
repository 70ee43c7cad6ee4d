//! How long a certificate is good, and why one is refused.

use super::Patient;
use crate::server::doctor::{Check, Verdict, certificate, discovery};
use base64::{Engine, engine::general_purpose::STANDARD};
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
    for (said, meaning, part) in [
        (
            "certificate expired: verification time 2 (UNIX)",
            "has expired",
            "Renew it",
        ),
        (
            "certificate not valid yet: verification time 2",
            "not valid yet",
            "clocks",
        ),
        ("UnknownIssuer", "does not trust who signed", "SSL_CERT_FILE"),
        ("Other(OtherError(CaUsedAsEndEntity))", "an authority's own", "CA:FALSE"),
        ("BadSignature", "not signed by the authority of that name", "made anew"),
        (
            "Other(OtherError(UnsupportedCertVersion))",
            "old version",
            "subjectAltName",
        ),
        (
            "certificate not valid for name \"a\"; certificate is only valid for certificate expired",
            "another host's",
            "one of them is wrong",
        ),
        ("NotValidForName", "another host's", "one of them is wrong"),
        ("Revoked", "is not accepted", "not as a server's should be"),
    ] {
        let reason = format!("no answer: invalid peer certificate: {said}");
        let finding = certificate::refused(&reason).unwrap();
        assert!(finding.evidence.contains(meaning), "{reason}: {finding:?}");
        assert!(finding.evidence.contains(said), "{reason}: {finding:?}");
        assert!(finding.remedy.unwrap().contains(part), "{reason}");
        assert_eq!(finding.verdict, Verdict::Fail);
        assert!(certificate::remedy(&reason).unwrap().contains(part));
    }
    for other in ["no answer: Connection refused (os error 111)", "certificate expired"] {
        assert!(certificate::refused(other).is_none() && certificate::remedy(other).is_none());
    }
}

#[tokio::test]
async fn a_certificate_is_nothing_that_the_network_does() {
    let config = Patient::healthy().await.config();
    let inside = Patient::healthy()
        .await
        .set("AUTH_FAULTY_INTERNAL_URL", "https://127.0.0.1:9443");
    for config in [config, inside.config()] {
        let url = Url::parse("https://id.example/.well-known/openid-configuration").unwrap();
        let reason = "no answer: invalid peer certificate: UnknownIssuer";
        let findings = discovery::unanswered(&config.providers[0], &url, reason);
        let [discovery, certificate] = &findings[..] else {
            panic!("{findings:#?}")
        };
        assert_eq!(discovery.check, Check::Discovery);
        assert!(
            discovery.evidence.contains("its certificate is not accepted"),
            "{discovery:?}"
        );
        let remedy = discovery.remedy.as_deref().unwrap();
        for other in ["firewall", "curl", "9000"] {
            assert!(!remedy.contains(other), "{remedy}");
        }
        assert_eq!(certificate.check, Check::Certificate);
        assert!(certificate.remedy.as_deref().unwrap().contains("SSL_CERT_FILE"));

        let findings = discovery::unanswered(&config.providers[0], &url, "no answer: Connection refused");
        assert_eq!(findings.len(), 1, "{findings:#?}");
    }
}
