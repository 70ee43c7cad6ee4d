//! What a stranger calls itself, and what is offered of it for pasting.

use super::Patient;
use crate::{
    server::doctor::{Check, Verdict},
    tests::faulty_provider::answers::Raw,
};
use serde_json::json;

#[tokio::test]
async fn only_what_is_plain_is_offered_for_pasting() {
    let long = format!("https://id.example/{}", "x".repeat(400));
    for hostile in [
        "https://id.example/$(reboot)",
        "https://id.example/`reboot`",
        "https://id.example/ ; reboot",
        "https://id.example/\nAUTH_SECRET=known",
        "https://id.example/\"x",
        "https://id.example/'x",
        "https://id.example/\u{202e}x",
        "https://id.example/?a=b&c=d#e",
        "https://us\u{e9}r@id.example/",
        "",
        &long,
    ] {
        let report = Patient::announcing(json!({ "issuer": hostile })).await.examine().await;
        Patient::assert(&report, Check::Issuer, Verdict::Fail, &["No issuer is written so"]);
        let finding = super::find(&report, Check::Issuer);
        let said = format!("{}{}", finding.evidence, finding.remedy.unwrap());
        assert!(!said.contains("AUTH_FAULTY_ISSUER="), "{said}");
        assert!(!said.contains(['\n', '\u{202e}']), "{said:?}");
        assert!(said.len() < 600, "{said}");
    }
    for (plain, part) in [
        (
            "https://id.example/application/o/app/",
            "If that is the provider that is meant",
        ),
        ("https://id.example/realm", "If the other is the public address"),
        (
            "https://id.example/~a/b_c-d.e/%41",
            "If that is the provider that is meant",
        ),
    ] {
        let report = Patient::announcing(json!({ "issuer": plain })).await.examine().await;
        let setting = format!("set AUTH_FAULTY_ISSUER={plain}");
        Patient::assert(&report, Check::Issuer, Verdict::Fail, &[&setting, part]);
    }
}

#[tokio::test]
async fn what_a_provider_says_is_shortened_and_escaped() {
    let evil = format!("\u{1b}[2J\u{202e}{}", "x".repeat(5_000));
    let patient = Patient::announcing(json!({
        "response_types_supported": [&evil],
        "code_challenge_methods_supported": [&evil],
        "id_token_signing_alg_values_supported": [&evil],
    }))
    .await;
    let report = patient.examine().await;
    for check in [Check::ResponseType, Check::Pkce, Check::SigningAlgorithm] {
        Patient::assert(&report, check, Verdict::Fail, &["\\u{1b}[2J\\u{202e}xxx", "…"]);
        assert!(super::find(&report, check).evidence.chars().count() < 200);
    }
    let raw = Raw {
        status: 200,
        header: ("content-type", "x".repeat(5_000)),
        body: "[".to_owned(),
    };
    let patient = Patient::with(|answers| answers.instead = vec![("/keys", raw)]).await;
    assert!(patient.find(Check::Keys).await.evidence.chars().count() < 350);
}

#[tokio::test]
async fn the_form_of_an_issuer_of_authentik() {
    let patient = Patient::healthy().await;
    let origin = patient.provider.address.clone();
    for (path, has_form) in [
        ("", true),
        ("/app/", true),
        ("/application/o/slugg/", false),
        ("/realms/none", false),
    ] {
        let patient = Patient::healthy()
            .await
            .set("AUTH_FAULTY_ISSUER", &format!("{origin}{path}"));
        let report = patient.examine().await;
        let form = format!("An issuer of authentik's has the form {origin}/application/o/<slug>/ with");
        Patient::assert(&report, Check::Discovery, Verdict::Fail, &["404, not found"]);
        let remedy = super::find(&report, Check::Discovery).remedy.unwrap();
        assert_eq!(remedy.contains(&form), has_form, "{remedy}");
    }
}
