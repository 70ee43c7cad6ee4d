//! Endpoints that are missing or not as they should be, each with what is to be done about it.

use super::{Patient, find};
use crate::{
    server::doctor::{Check, Verdict, document::Document, endpoints},
    tests::faulty_provider::answers::Raw,
};
use serde_json::json;
use url::Url;

const DOCUMENT: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn one_that_is_missing() {
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        let report = Patient::announcing(json!({ name: null })).await.examine().await;
        let evidence = format!("{name} is missing");
        let parts = [&*evidence, "There is no sign-in without it"];
        Patient::assert(&report, Check::Endpoints, Verdict::Fail, &parts);
        let remedy = find(&report, Check::Endpoints).remedy.unwrap();
        assert!(!remedy.contains("https"), "{remedy}");
    }
    let report = Patient::announcing(json!({ "userinfo_endpoint": null }))
        .await
        .examine()
        .await;
    Patient::assert(&report, Check::Endpoints, Verdict::Pass, &[]);
}

#[test]
fn each_flaw_has_its_remedy() {
    let of = |changes: &[(&str, &str)]| {
        let mut document = json!({
            "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://other.example/token",
            "jwks_uri": "https://id.example/keys",
        });
        for (name, url) in changes {
            document[name] = json!(url);
        }
        let document = Document::read(document.to_string().as_bytes()).unwrap();
        endpoints::check(&document, &Url::parse("https://id.example/").unwrap())
    };
    for (url, evidence, part) in [
        (
            "http://id.example/token",
            "is http://id.example/token",
            "X-Forwarded-Proto: https",
        ),
        ("no url", "is not a URL", "address of something"),
        (
            "https://id.example@evil.example/",
            "names a user",
            "one host look like another",
        ),
        (
            "https://:secret@evil.example/",
            "names a user",
            "one host look like another",
        ),
    ] {
        let finding = of(&[("token_endpoint", url)]);
        assert_eq!(finding.verdict, Verdict::Fail);
        assert!(finding.evidence.contains(evidence), "{finding:?}");
        assert!(!finding.evidence.contains("secret"), "{finding:?}");
        assert!(finding.remedy.unwrap().contains(part), "{url}");
    }
    assert_eq!(
        of(&[("token_endpoint", "https://id.example/token")]).verdict,
        Verdict::Pass
    );
    assert_eq!(of(&[("revocation_endpoint", "no url")]).verdict, Verdict::Fail);
    let http = "http://id.example/x";
    let finding = of(&[("token_endpoint", http), ("jwks_uri", http)]);
    let remedy = finding.remedy.unwrap();
    assert_eq!(remedy.matches("X-Forwarded-Proto").count(), 1, "{remedy}");
}

#[tokio::test]
async fn a_document_that_is_too_long() {
    let long = format!("{{\"issuer\":\"{}\"}}", "x".repeat(2 << 20));
    let patient = Patient::with(|answers| answers.instead = vec![(DOCUMENT, Raw::json(200, long))]).await;
    let report = patient.examine().await;
    let parts = ["longer than", "No provider has that much to say", "AUTH_FAULTY_ISSUER"];
    Patient::assert(&report, Check::Discovery, Verdict::Fail, &parts);
    let remedy = find(&report, Check::Discovery).remedy.unwrap();
    assert!(!remedy.contains("firewall"), "{remedy}");
}
