//! What the token and the authorization endpoint may answer, and what is made of it.

use super::Patient;
use crate::{
    server::doctor::{Check, Verdict},
    tests::faulty_provider::answers::Raw,
};

async fn assert_said(path: &'static str, raw: Raw, check: Check, verdict: Verdict, part: &str) {
    let patient = Patient::with(|answers| answers.instead = vec![(path, raw)]).await;
    Patient::assert(&patient.examine().await, check, verdict, &[part]);
}

#[tokio::test]
async fn the_token_endpoint() {
    let long = "x".repeat(2 << 20);
    for (raw, verdict, part) in [
        // authentik answers 400 to both.
        (
            Raw::json(400, r#"{"error":"invalid_grant"}"#),
            Verdict::Pass,
            "accepted",
        ),
        (
            Raw::json(400, r#"{"error":"invalid_client"}"#),
            Verdict::Fail,
            "400 invalid_client",
        ),
        (
            Raw::json(400, r#"{"error":"unauthorized_client"}"#),
            Verdict::Fail,
            "Grant types",
        ),
        (
            Raw::json(400, r#"{"error":"unsupported_grant_type"}"#),
            Verdict::Fail,
            "Grant types",
        ),
        (
            Raw::json(400, r#"{"error":"invalid_request"}"#),
            Verdict::Warn,
            "can't be told",
        ),
        (
            Raw::json(400, r#"{"error":"evil words"}"#),
            Verdict::Warn,
            "an error that OAuth does not know",
        ),
        (
            Raw::json(400, r#"{"error":"invalid_client","error":"invalid_grant"}"#),
            Verdict::Fail,
            "not the JSON",
        ),
        (
            Raw::json(200, r#"{"access_token":"evil words"}"#),
            Verdict::Fail,
            "not to be trusted",
        ),
        (
            Raw::json(500, r#"{"error":"invalid_grant"}"#),
            Verdict::Fail,
            "out of order",
        ),
        (Raw::json(200, long), Verdict::Fail, "longer than"),
        (Raw::html(403), Verdict::Fail, "403, text/html"),
        (Raw::json(400, "[[["), Verdict::Fail, "not the JSON"),
        (
            Raw {
                status: 302,
                header: ("location", "/realm/sign-in".to_owned()),
                body: String::new(),
            },
            Verdict::Fail,
            "302",
        ),
    ] {
        assert_said("/token", raw, Check::Credentials, verdict, part).await;
    }
}

#[tokio::test]
async fn the_authorization_endpoint() {
    let to = |target: &str| Raw {
        status: 302,
        header: ("location", target.to_owned()),
        body: String::new(),
    };
    let ours = |query: &str| to(&format!("{}{query}", super::REDIRECT_URI));
    for (raw, verdict, part) in [
        (
            ours("?error=interaction_required&state=x"),
            Verdict::Pass,
            "is registered",
        ),
        (ours("?code=x&state=x"), Verdict::Pass, "is registered"),
        (ours("#error=login_required"), Verdict::Pass, "is registered"),
        (ours("?error=unauthorized_client"), Verdict::Fail, "Grant types"),
        (ours("#error=unauthorized_client"), Verdict::Fail, "Grant types"),
        (
            ours("?error=invalid_scope"),
            Verdict::Fail,
            "a scope that AUTH_FAULTY_SCOPES asks for",
        ),
        (
            ours("?error=unsupported_response_type"),
            Verdict::Fail,
            "response_type=code",
        ),
        (ours("?error=access_denied"), Verdict::Warn, "bindings"),
        (ours("?error=server_error"), Verdict::Warn, "log says why"),
        (ours("?error=evil%20words"), Verdict::Warn, "an error of its own"),
        (
            to("/realm/sign-in?secret"),
            Verdict::Warn,
            "can't be told: the provider goes to",
        ),
        (
            to("https://elsewhere.example/x"),
            Verdict::Warn,
            "https://elsewhere.example/x first",
        ),
        (to("http://127.0.0.1:3000/other"), Verdict::Warn, "can't be told"),
        (Raw::html(200), Verdict::Warn, "shows a page"),
        (Raw::html(403), Verdict::Fail, "Strict"),
        (Raw::html(500), Verdict::Fail, "out of order"),
    ] {
        assert_said("/authorize", raw, Check::RedirectUri, verdict, part).await;
    }
}

#[tokio::test]
async fn a_terminal_is_not_moved_by_what_a_provider_says() {
    let of = async |kid: &str| {
        let kid = serde_json::json!({ "kid": kid });
        let patient = Patient::with(|answers| answers.keys = kid).await;
        patient.find(Check::Keys).await.evidence
    };
    assert_eq!(of("a\u{1b}[2Jb\u{202e}c").await, "RS256 (kid a\\u{1b}[2Jb\\u{202e}c)");
    let long = of(&"x".repeat(10_000)).await;
    assert!(long.chars().count() < 150, "{long}");
    assert!(long.ends_with("xxx…)"), "{long}");
}
