//! What admission goes by is asked for.

use super::{Patient, find, wrong};
use crate::server::{
    clock::Clock,
    config::ClaimPath,
    doctor::{self, Check, Verdict},
};
use serde_json::json;

/// One that offers these scopes and more.
async fn offering() -> Patient {
    let offered = ["openid", "profile", "email", "groups", "organization", "offline_access"];
    Patient::announcing(json!({ "scopes_supported": offered })).await
}

#[tokio::test]
async fn admission_by_what_no_scope_brings() {
    for (scopes, policy, value, part) in [
        (
            "openid email",
            "ALLOWED_GROUPS",
            "staff",
            Some("AUTH_FAULTY_ALLOWED_GROUPS goes by what the scope profile"),
        ),
        ("openid email profile", "ALLOWED_GROUPS", "staff", None),
        ("openid groups", "ALLOWED_GROUPS", "staff", None),
        (
            "openid profile",
            "EMAIL_VERIFIED",
            "require",
            Some("AUTH_FAULTY_EMAIL_VERIFIED=require goes by what the scope email"),
        ),
        ("openid email", "EMAIL_VERIFIED", "require", None),
        ("openid", "EMAIL_VERIFIED", "trust", None),
    ] {
        let patient = offering().await;
        let patient = patient
            .set("AUTH_FAULTY_SCOPES", scopes)
            .set(&format!("AUTH_FAULTY_{policy}"), value);
        let report = patient.examine().await;
        let expected = part.map(|_| (Check::Scopes, Verdict::Warn));
        assert_eq!(
            wrong(&report),
            Vec::from_iter(expected),
            "{scopes}, {policy}: {report:#?}"
        );
        if let Some(part) = part {
            let parts = [part, "Nobody is let in without it: add it to AUTH_FAULTY_SCOPES"];
            Patient::assert(&report, Check::Scopes, Verdict::Warn, &parts);
        }
    }
    // Without a list of one's own, all of it is asked for.
    let patient = offering().await.set("AUTH_FAULTY_ALLOWED_GROUPS", "staff");
    assert_eq!(wrong(&patient.examine().await), []);
}

#[tokio::test]
async fn the_address_that_a_domain_is_of() {
    let patient = offering().await;
    let patient = patient
        .set("AUTH_FAULTY_SCOPES", "openid organization")
        .set("AUTH_FAULTY_ALLOWED_DOMAINS", "example.com")
        .set("AUTH_FAULTY_ALLOWED_GROUPS", "staff")
        .set("AUTH_FAULTY_EMAIL_VERIFIED", "trust");
    let report = patient.examine().await;
    let parts = [
        "asked for: openid organization;",
        "AUTH_FAULTY_ALLOWED_GROUPS goes by",
        "AUTH_FAULTY_ALLOWED_DOMAINS goes by what the scope email",
    ];
    Patient::assert(&report, Check::Scopes, Verdict::Warn, &parts);

    // Where else the groups stand, their scope is the provider's own.
    let mut config = patient.config();
    config.providers[0].admission.domains.clear();
    let usual = doctor::examine(&config, None, &Clock::system()).await.unwrap();
    assert_eq!(find(&usual, Check::Scopes).verdict, Verdict::Warn);
    config.claims.groups = ClaimPath::parse("realm_access.roles").unwrap();
    let other = doctor::examine(&config, None, &Clock::system()).await.unwrap();
    assert_eq!(find(&other, Check::Scopes).verdict, Verdict::Pass);
}

#[tokio::test]
async fn the_redirect_uri_is_tried_with_the_scopes_of_a_sign_in() {
    for (offered, scopes, expected) in [
        (json!(["openid", "profile", "email"]), None, "openid profile email"),
        (json!(null), None, "openid profile email"),
        (json!(["openid"]), Some("openid organization"), "openid organization"),
    ] {
        let mut patient = Patient::announcing(json!({ "scopes_supported": offered })).await;
        if let Some(scopes) = scopes {
            patient = patient.set("AUTH_FAULTY_SCOPES", scopes);
        }
        patient.examine().await;
        let asked = patient.provider.seen("/authorize")[0].query.clone().unwrap();
        let asked: Vec<_> = url::form_urlencoded::parse(asked.as_bytes()).collect();
        assert!(asked.contains(&("scope".into(), expected.into())), "{asked:?}");
    }
}
