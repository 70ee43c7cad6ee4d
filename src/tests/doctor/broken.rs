//! Each misconfiguration, alone, at a provider that is right in everything else.

use super::{Patient, REDIRECT_URI, wrong};
use crate::{
    server::doctor::{Check, Report, Verdict},
    tests::faulty_provider::{FaultyProvider, answers::Raw},
};
use serde_json::json;

const DOCUMENT: &str = "/.well-known/openid-configuration";
const SELECT_ONE: &str = "Applications > Providers > the provider > Edit > Signing Key: select one";

/// Asserts that `check` found it, that it says so, and that nothing else is wrong.
#[track_caller]
fn assert_only(report: &Report, check: Check, verdict: Verdict, parts: &[&str]) {
    assert_eq!(wrong(report), [(check, verdict)], "{report:#?}");
    Patient::assert(report, check, verdict, parts);
    assert_eq!(report.verdict(), verdict);
}

/// Asserts that discovery failed, and that all that depends on it says that it was not checked.
#[track_caller]
fn assert_no_discovery(report: &Report, parts: &[&str]) {
    Patient::assert(report, Check::Discovery, Verdict::Fail, parts);
    for check in [
        Check::Issuer,
        Check::Keys,
        Check::Credentials,
        Check::RedirectUri,
        Check::EndSession,
    ] {
        Patient::assert(
            report,
            check,
            Verdict::Skip,
            &["not checked: the discovery document could not be read"],
        );
    }
    let fails = wrong(report)
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::Fail)
        .count();
    assert_eq!((fails, report.verdict()), (1, Verdict::Fail));
}

#[tokio::test]
async fn down() {
    let patient = Patient::healthy().await;
    patient.provider.set_open(false);
    let report = patient.examine().await;
    assert_no_discovery(&report, &["no answer", "can this machine reach it"]);
}

#[tokio::test]
async fn a_slug_that_is_not_there() {
    let patient = Patient::healthy().await;
    let issuer = patient.provider.issuer.replace("/realm", "/application/o/slugg/");
    let report = patient.set("AUTH_FAULTY_ISSUER", &issuer).examine().await;
    assert_no_discovery(&report, &["404", "Check the application's slug", "\"slugg\""]);
}

#[tokio::test]
async fn not_a_discovery_document() {
    for (raw, part) in [
        (Raw::html(200), "Something else answers there"),
        (Raw::json(200, "[]"), "not the JSON of a discovery document"),
        (Raw::json(200, ""), "not the JSON of a discovery document"),
        (Raw::json(200, r#"{"issuer":"a","issuer":"b"}"#), "a name comes twice"),
        (
            Raw::json(200, "[".repeat(100_000)),
            "not the JSON of a discovery document",
        ),
        (
            Raw::json(200, format!("{{\"issuer\":\"{}\"}}", "x".repeat(2 << 20))),
            "longer than",
        ),
        (Raw::json(500, "{}"), "out of order"),
        (Raw::json(401, "{}"), "does a proxy ask for a password"),
        (
            Raw {
                status: 301,
                header: ("location", "https://id.example/elsewhere?secret".to_owned()),
                body: String::new(),
            },
            "redirects to https://id.example/elsewhere No redirect is followed",
        ),
    ] {
        let patient = Patient::with(|answers| answers.instead = vec![(DOCUMENT, raw)]).await;
        assert_no_discovery(&patient.examine().await, &[part]);
    }
}

#[tokio::test]
async fn a_document_without_what_is_required() {
    let patient = Patient::with(|answers| answers.instead = vec![(DOCUMENT, Raw::json(200, "{}"))]).await;
    let report = patient.examine().await;
    Patient::assert(&report, Check::Document, Verdict::Fail, &["missing field"]);
    Patient::assert(&report, Check::Issuer, Verdict::Fail, &["names no issuer"]);
    Patient::assert(&report, Check::Endpoints, Verdict::Fail, &["token_endpoint is missing"]);
    Patient::assert(&report, Check::Keys, Verdict::Skip, &["jwks_uri is missing"]);
}

#[tokio::test]
async fn the_issuer_of_another() {
    let patient = Patient::announcing(json!({ "issuer": "https://another.example/realms/one" })).await;
    let report = patient.examine().await;
    Patient::assert(
        &report,
        Check::Issuer,
        Verdict::Fail,
        &[
            &patient.provider.issuer,
            "https://another.example/realms/one",
            "Issuer mode",
        ],
    );
    // The secret went to nobody.
    for check in [Check::Credentials, Check::RedirectUri] {
        Patient::assert(&report, check, Verdict::Skip, &["not checked"]);
    }
    assert!(patient.provider.seen("/token").is_empty());
}

#[tokio::test]
async fn the_issuer_of_another_host_is_the_proxys_doing() {
    let patient = Patient::announcing(json!({ "issuer": "http://authentik-server:9000/realm" })).await;
    let report = patient.examine().await;
    Patient::assert(
        &report,
        Check::Issuer,
        Verdict::Fail,
        &["pass Host and X-Forwarded-Proto"],
    );
}

#[tokio::test]
async fn an_issuer_that_differs_by_the_slash() {
    let patient = Patient::of(FaultyProvider::named("/realm/").await);
    let issuer = patient.provider.issuer.clone();
    let patient = patient.set("AUTH_FAULTY_ISSUER", issuer.trim_end_matches('/'));
    let report = patient.examine().await;
    assert_only(
        &report,
        Check::Issuer,
        Verdict::Warn,
        &["differ by the slash", &format!("AUTH_FAULTY_ISSUER={issuer}")],
    );
}

#[tokio::test]
async fn no_signing_key() {
    let patient = Patient::announcing(json!({ "id_token_signing_alg_values_supported": ["HS256"] })).await;
    assert_only(
        &patient.examine().await,
        Check::SigningAlgorithm,
        Verdict::Fail,
        &["announces HS256 only", SELECT_ONE],
    );
}

#[tokio::test]
async fn no_keys() {
    for set in [
        "{}",
        r#"{"keys":[]}"#,
        r#"{"keys":[{"kty":"RSA","use":"enc"}]}"#,
        r#"{"keys":[{"kty":"oct"}]}"#,
    ] {
        let patient = Patient::with(|answers| answers.instead = vec![("/keys", Raw::json(200, set))]).await;
        assert_only(
            &patient.examine().await,
            Check::Keys,
            Verdict::Fail,
            &["publishe", SELECT_ONE],
        );
    }
    for raw in [
        Raw::html(200),
        Raw::json(404, "{}"),
        Raw::json(200, r#"{"keys":[],"keys":[]}"#),
    ] {
        let patient = Patient::with(|answers| answers.instead = vec![("/keys", raw)]).await;
        assert_only(&patient.examine().await, Check::Keys, Verdict::Fail, &["/realm/keys"]);
    }
}

#[tokio::test]
async fn keys_without_names() {
    let patient = Patient::with(|answers| {
        answers.published = vec![0, 1];
        answers.names_keys = false;
    })
    .await;
    assert_only(
        &patient.examine().await,
        Check::Keys,
        Verdict::Warn,
        &["each needs a kid"],
    );
}

#[tokio::test]
async fn no_s256() {
    let patient = Patient::announcing(json!({ "code_challenge_methods_supported": ["plain"] })).await;
    assert_only(
        &patient.examine().await,
        Check::Pkce,
        Verdict::Fail,
        &["offers plain, not S256"],
    );
    let patient = Patient::announcing(json!({ "code_challenge_methods_supported": null })).await;
    assert_only(&patient.examine().await, Check::Pkce, Verdict::Warn, &["does not say"]);
}

#[tokio::test]
async fn no_code_flow() {
    let patient = Patient::announcing(json!({ "response_types_supported": ["id_token"] })).await;
    assert_only(
        &patient.examine().await,
        Check::ResponseType,
        Verdict::Fail,
        &["offers id_token"],
    );
}

#[tokio::test]
async fn scopes_that_are_not_offered() {
    let menu = "Advanced protocol settings > Scopes";
    for (offered, verdict, part) in [
        (
            json!(["openid", "profile", "email"]),
            Verdict::Warn,
            "offline_access (without it there is no refresh token)",
        ),
        (
            json!(["openid", "email", "offline_access"]),
            Verdict::Warn,
            "profile (it carries the name and the groups)",
        ),
        (json!([]), Verdict::Fail, "openid (without it there is no ID token)"),
    ] {
        let patient = Patient::announcing(json!({ "scopes_supported": offered })).await;
        assert_only(
            &patient.examine().await,
            Check::Scopes,
            verdict,
            &["not offered", part, menu],
        );
    }
    let patient = Patient::healthy()
        .await
        .set("AUTH_FAULTY_SCOPES", "openid organization");
    assert_only(
        &patient.examine().await,
        Check::Scopes,
        Verdict::Warn,
        &["not offered: organization", menu],
    );
}

#[tokio::test]
async fn a_wrong_secret() {
    let patient = Patient::healthy().await.set("AUTH_FAULTY_SECRET", "hunter2");
    let report = patient.examine().await;
    assert_only(
        &report,
        Check::Credentials,
        Verdict::Fail,
        &[
            "by client_secret_post: 401 invalid_client",
            "AUTH_FAULTY_SECRET",
            "Client Secret",
        ],
    );
    assert!(!serde_json::to_string(&report).unwrap().contains("hunter2"));

    let basic = patient.set("AUTH_FAULTY_CLIENT_AUTH", "client_secret_basic");
    let report = basic.examine().await;
    assert_only(
        &report,
        Check::Credentials,
        Verdict::Fail,
        &[
            "by client_secret_basic: 401",
            "AUTH_FAULTY_CLIENT_AUTH=client_secret_post",
        ],
    );
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered() {
    let other = "http://127.0.0.1:3000/api/auth/callback/other".to_owned();
    let patient = Patient::with(|answers| answers.registered = Some(vec![other])).await;
    assert_only(
        &patient.examine().await,
        Check::RedirectUri,
        Verdict::Fail,
        &[
            "on a page of the provider's (400",
            &format!("Redirect URIs/Origins: Strict, {REDIRECT_URI} "),
        ],
    );
}

#[tokio::test]
async fn clocks_that_differ() {
    for (ahead, verdict, part) in [
        (300, Verdict::Fail, "s ahead of this machine's, and 60 s are tolerated"),
        (-300, Verdict::Fail, "s behind this machine's"),
        (30, Verdict::Warn, "s ahead"),
    ] {
        let patient = Patient::with(|answers| answers.ahead = ahead).await;
        assert_only(&patient.examine().await, Check::Clock, verdict, &[part, "NTP"]);
    }
    let patient = Patient::with(|answers| answers.ahead = 2).await;
    assert_eq!(patient.find(Check::Clock).await.verdict, Verdict::Pass);

    // What a sign-in tolerates decides.
    for (leeway, ahead, verdict) in [
        ("10m", 300, Verdict::Warn),
        ("10s", 30, Verdict::Fail),
        ("0s", 4, Verdict::Fail),
        ("0s", 0, Verdict::Pass),
    ] {
        let patient = Patient::with(|answers| answers.ahead = ahead).await;
        let finding = patient.set("AUTH_CLOCK_LEEWAY", leeway).find(Check::Clock).await;
        assert_eq!(finding.verdict, verdict, "{leeway}: {finding:?}");
        let is_named = finding.evidence.contains("are tolerated (AUTH_CLOCK_LEEWAY)");
        assert_eq!(is_named, verdict == Verdict::Fail, "{finding:?}");
    }
}

#[tokio::test]
async fn promises_that_are_missing() {
    for (member, check) in [
        ("end_session_endpoint", Check::EndSession),
        ("revocation_endpoint", Check::Revocation),
    ] {
        let patient = Patient::announcing(json!({ member: null })).await;
        assert_only(&patient.examine().await, check, Verdict::Warn, &[]);
    }
}

#[tokio::test]
async fn no_back_channel_logout_is_a_lack_where_the_provider_could_have_it() {
    let none = json!({ "backchannel_logout_supported": null });
    let report = Patient::announcing(none.clone()).await.examine().await;
    let parts = ["announces none", "in its own time"];
    Patient::assert(&report, Check::BackchannelLogout, Verdict::Skip, &parts);
    assert_eq!(report.verdict(), Verdict::Pass);

    let mut patient = Patient::announcing(none).await;
    patient.provider.change(|answers| answers.registered = None);
    for (name, _) in &mut patient.variables {
        *name = name.replace("_FAULTY_", "_AUTHENTIK_");
    }
    let address = "with the logout method Back-channel: http://127.0.0.1:3000/api/auth/backchannel-logout/authentik";
    assert_only(
        &patient.examine().await,
        Check::BackchannelLogout,
        Verdict::Warn,
        &["not announced", "from 2025.8 on", address],
    );
}

#[tokio::test]
async fn an_endpoint_that_is_no_web_address() {
    let patient = Patient::announcing(json!({ "token_endpoint": "file:///etc/passwd" })).await;
    let report = patient.examine().await;
    Patient::assert(
        &report,
        Check::Endpoints,
        Verdict::Fail,
        &["token_endpoint is file:///etc/passwd"],
    );
    Patient::assert(&report, Check::Credentials, Verdict::Skip, &["not checked"]);
}
