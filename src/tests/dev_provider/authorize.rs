//! The authorization endpoint.

use super::harness::{Bench, CLIENT, back, client, param};
use crate::server::{
    clock::Clock,
    provider::dev::{DevIdp, DevIdpError, authorize::Answer},
};
use url::Url;

#[tokio::test]
async fn shows_the_page_with_the_request_in_it() {
    let bench = Bench::start().await;
    let Answer::Choose { fields, nobody: false } = bench.ask(&[("ui_locales", Some("de"))]) else {
        panic!("not the page");
    };
    let value = |name: &str| {
        fields
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(value("state"), Some("the state & more"));
    assert_eq!(value("ui_locales"), None);

    let mut choice: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    choice.push(("person", "user"));
    let url = back(bench.send(&choice));
    assert!(
        url.as_str().starts_with(&format!("{}?code=", bench.redirect_uri())),
        "{url}"
    );
    assert_eq!(param(&url, "state").as_deref(), Some("the state & more"));
    assert_eq!(param(&url, "iss"), None);
}

#[tokio::test]
async fn never_redirects_to_an_address_that_is_not_registered() {
    let bench = Bench::start().await;
    let registered = bench.redirect_uri();
    let longer = format!("{registered}/");
    let query = format!("{registered}?x=1");
    let upper = registered.to_uppercase();
    for uri in [
        "https://evil.example/",
        "",
        &longer,
        &query,
        &upper,
        "javascript:alert(1)",
    ] {
        for person in [None, Some("user"), Some("deny")] {
            let answer = bench.ask(&[("redirect_uri", Some(uri)), ("person", person)]);
            assert!(matches!(answer, Answer::Problem(_)), "{uri}: {answer:?}");
        }
    }
    let none = bench.ask(&[("redirect_uri", None)]);
    assert!(matches!(none, Answer::Problem(_)), "{none:?}");
    let twice = bench.send(&[
        ("client_id", CLIENT),
        ("redirect_uri", &registered),
        ("redirect_uri", &registered),
    ]);
    assert!(matches!(twice, Answer::Problem(_)), "{twice:?}");
    let stranger = bench.ask(&[("client_id", Some("somebody-else"))]);
    assert!(matches!(stranger, Answer::Problem(_)), "{stranger:?}");
}

#[tokio::test]
async fn tells_the_client_what_is_wrong() {
    let bench = Bench::start().await;
    let long = "x".repeat(3000);
    for (name, value, error) in [
        ("response_type", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", Some("code id_token"), "unsupported_response_type"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("scope", None, "invalid_scope"),
        ("scope", Some("profile email"), "invalid_scope"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("request", Some("e30.e30."), "request_not_supported"),
        ("request_uri", Some("urn:x"), "request_uri_not_supported"),
        ("prompt", Some("none"), "login_required"),
        ("prompt", Some("none login"), "invalid_request"),
        ("person", Some("deny"), "access_denied"),
        ("nonce", Some(&*long), "invalid_request"),
        ("unheard_of", Some(&*long), "invalid_request"),
    ] {
        let url = back(bench.ask(&[(name, value)]));
        assert_eq!(param(&url, "error").as_deref(), Some(error), "{name}={value:?}");
        assert_eq!(param(&url, "state").as_deref(), Some("the state & more"));
        assert!(param(&url, "error_description").is_some());
        assert_eq!(param(&url, "code"), None);
        if name != "person" {
            let chosen = back(bench.ask(&[(name, value), ("person", Some("admin"))]));
            assert_eq!(
                param(&chosen, "error").as_deref(),
                Some(error),
                "the choice is looked at again: {name}={value:?}"
            );
        }
    }
}

#[tokio::test]
async fn refuses_a_repeated_parameter() {
    let bench = Bench::start().await;
    let redirect_uri = bench.redirect_uri();
    for name in ["state", "scope", "person", "whatever"] {
        let url = back(bench.send(&[
            ("client_id", CLIENT),
            ("redirect_uri", &redirect_uri),
            (name, "a"),
            (name, "b"),
        ]));
        assert_eq!(param(&url, "error").as_deref(), Some("invalid_request"), "{name}");
        assert_eq!(param(&url, "state"), None);
    }
}

#[tokio::test]
async fn asks_again_when_nobody_was_chosen() {
    let bench = Bench::start().await;
    let answer = bench.ask(&[("person", Some("nobody-here"))]);
    assert!(matches!(answer, Answer::Choose { nobody: true, .. }), "{answer:?}");
}

#[test]
fn exists_on_loopback_only() {
    for origin in [
        "https://app.example",
        "http://10.0.0.1:3000",
        "http://localhost.evil.example",
        "http://0.0.0.0:3000",
    ] {
        let origin = Url::parse(origin).unwrap();
        let refused = DevIdp::new(&origin, client(&origin), Clock::system()).err();
        assert!(matches!(refused, Some(DevIdpError::NotLoopback(_))), "{origin}");
    }
    for origin in ["http://localhost:3000", "http://[::1]:3000", "http://127.0.0.1:3000"] {
        let origin = Url::parse(origin).unwrap();
        let idp = DevIdp::new(&origin, client(&origin), Clock::system()).ok().unwrap();
        assert_eq!(idp.issuer().as_str(), format!("{origin}dev/application/o/vestibule/"));
    }
}
