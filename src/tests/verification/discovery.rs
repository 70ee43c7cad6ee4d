//! [OpenID Connect Discovery 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig).

use super::bench::Bench;
use crate::{
    server::provider::{
        client::Metadata,
        discovery::{DiscoveryError, check_endpoints},
    },
    tests::faulty_provider::{
        FaultyProvider, SECRET,
        answers::{Answers, Raw},
    },
};
use serde_json::json;

const DOCUMENT: &str = "/.well-known/openid-configuration";

/// Asserts that a provider changed so ends a sign-in with `code` before the browser is sent anywhere.
async fn cannot_begin(code: &str, change: impl FnOnce(&mut Answers)) -> Bench {
    let bench = Bench::start().await;
    bench.provider.change(change);
    let page = bench.begin().await;
    bench.assert_refused(&page, code).await;
    assert_eq!(bench.count("attempt").await, 0);
    bench
}

#[tokio::test]
async fn discovery_openid_config() {
    let bench = Bench::start().await;
    assert!(bench.provider.seen(DOCUMENT).is_empty(), "nobody wanted to sign in yet");
    let location = bench.begin().await.location().to_owned();
    assert!(
        location.starts_with(&format!("{}/authorize?", bench.provider.issuer)),
        "{location}"
    );
    bench.sign_in().await;
    assert_eq!(bench.provider.seen(DOCUMENT).len(), 1, "asked once for both");
}

#[tokio::test]
async fn discovery_issuer_mismatch() {
    let bench = cannot_begin("configuration", |answers| {
        answers.discovery = json!({ "issuer": "https://another.example/realm" });
    })
    .await;
    assert!(bench.provider.seen("/keys").is_empty(), "it stops there");
}

#[tokio::test]
async fn an_issuer_that_differs_by_more_than_a_slash_is_another_and_the_log_shows_both() {
    let bench = Bench::start().await;
    let issuer = bench.provider.issuer.clone();
    for (count, found) in [
        format!("{issuer}/realm"),
        format!("{issuer}//"),
        issuer.replace("/realm", "/Realm"),
        issuer.replace("/realm", "/%72ealm"),
        issuer.replace("http://", "HTTP://"),
        issuer.replace("http://", "https://"),
        format!("{issuer}?"),
        issuer.replace("127.0.0.1", "localhost"),
    ]
    .into_iter()
    .enumerate()
    {
        bench
            .provider
            .change(|answers| answers.discovery = json!({ "issuer": found }));
        bench.advance(60);
        let page = bench.begin().await;
        let log = bench.assert_refused(&page, "configuration").await;
        assert_eq!(bench.provider.seen(DOCUMENT).len(), count + 1);
        let both = format!("the configuration says issuer {issuer}, discovery says {found}");
        assert!(log.contains(&both), "{log}");
    }
}

#[tokio::test]
async fn an_issuer_with_or_without_its_trailing_slash_is_the_same_in_our_configuration() {
    for (path, configured) in [
        ("/realm", "/realm"),
        ("/realm", "/realm/"),
        ("/realm/", "/realm"),
        ("/realm/", "/realm/"),
    ] {
        let provider = FaultyProvider::named(path).await;
        let origin = provider.issuer.strip_suffix(path).unwrap();
        let issuer = format!("{origin}{configured}");
        let bench = Bench::of(
            provider,
            &[("AUTH_FAULTY_ISSUER", &issuer), ("AUTH_FAULTY_SECRET", SECRET)],
        )
        .await;
        bench.sign_in().await;
    }
}

#[tokio::test]
async fn a_provider_that_signs_with_secrets_only_is_a_mistake_of_the_configuration() {
    for algorithms in [json!(["HS256"]), json!(["HS256", "HS384", "HS512", "none"]), json!([])] {
        cannot_begin("configuration", |answers| {
            answers.discovery = json!({ "id_token_signing_alg_values_supported": algorithms });
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_no_discovery_document_makes_the_provider_unavailable() {
    let long = format!("{{\"issuer\":\"{}\"}}", "x".repeat(2 << 20));
    for raw in [
        Raw::json(500, "{}"),
        Raw::json(404, "{}"),
        Raw::json(200, "{}"),
        Raw::json(200, ""),
        Raw::json(200, r#"{"issuer":"a","issuer":"a"}"#),
        Raw::json(200, long),
        Raw::html(200),
        Raw {
            status: 302,
            header: ("location", "/realm/moved".to_owned()),
            body: String::new(),
        },
    ] {
        let bench = cannot_begin("provider_unavailable", |answers| {
            answers.instead = vec![(DOCUMENT, raw)]
        })
        .await;
        assert!(bench.provider.seen("/moved").is_empty(), "no redirect is followed");
        // And so are broken keys, which would break every sign-in later.
        bench
            .provider
            .change(|answers| answers.instead = vec![("/keys", Raw::html(200))]);
        bench.advance(60);
        let page = bench.begin().await;
        bench.assert_refused(&page, "provider_unavailable").await;
        // Nothing of it is remembered for long.
        bench.advance(60);
        bench.provider.change(|answers| answers.instead.clear());
        bench.sign_in().await;
    }
}

#[tokio::test]
async fn an_issuer_writes_no_line_of_the_log() {
    let bench = Bench::start().await;
    let forged = format!(
        "{}\n2026 INFO signed in\u{1b}[31m{}",
        bench.provider.issuer,
        "x".repeat(100_000)
    );
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "issuer": forged }));
    let page = bench.begin().await;
    let log = bench.assert_refused(&page, "configuration").await;
    assert!(
        !log.contains('\u{1b}') && !log.contains("\n2026 INFO") && log.len() < 2_000,
        "{}",
        log.len()
    );
}

#[tokio::test]
async fn an_endpoint_that_is_no_web_address_is_not_used() {
    for (endpoint, url) in [
        ("authorization_endpoint", "javascript:alert(1)"),
        ("token_endpoint", "file:///etc/passwd"),
        ("userinfo_endpoint", "ftp://127.0.0.1/"),
        ("jwks_uri", "data:application/json,{}"),
        ("end_session_endpoint", "javascript:alert(1)"),
        ("token_endpoint", "http://127.0.0.1:1@evil.example/token"),
    ] {
        cannot_begin("configuration", |answers| answers.discovery = json!({ endpoint: url })).await;
    }
}

#[tokio::test]
async fn a_provider_without_a_token_endpoint_is_a_mistake_of_the_configuration() {
    cannot_begin("configuration", |answers| {
        answers.discovery = json!({ "token_endpoint": null })
    })
    .await;
}

#[test]
fn an_https_issuer_has_https_endpoints() {
    let document = |issuer: &str, changed: &str, url: &str| -> Metadata {
        let at = |path: &str| format!("{issuer}/{path}");
        let mut document = json!({
            "issuer": issuer,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "jwks_uri": at("keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        document[changed] = json!(url);
        serde_json::from_value(document).unwrap()
    };
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "revocation_endpoint",
    ] {
        // On another host it may be, but not in the clear.
        check_endpoints(&document("https://id.example", name, "https://other.example/x")).unwrap();
        match check_endpoints(&document("https://id.example", name, "http://id.example/x")) {
            Err(DiscoveryError::Endpoint { endpoint, found }) => {
                assert_eq!((endpoint, &*found), (name, "http://id.example/x"));
            }
            other => panic!("{name}: {other:?}"),
        }
        check_endpoints(&document("http://127.0.0.1:9", name, "http://127.0.0.1:9/x")).unwrap();
    }
}

#[tokio::test]
async fn offline_access_is_asked_for_where_it_is_offered() {
    for (offered, expected) in [
        (json!(null), "openid profile email"),
        (json!(["openid"]), "openid profile email"),
        (
            json!(["openid", "offline_access"]),
            "openid profile email offline_access",
        ),
    ] {
        let bench = Bench::start().await;
        bench
            .provider
            .change(|answers| answers.discovery = json!({ "scopes_supported": offered }));
        let url = url::Url::parse(bench.begin().await.location()).unwrap();
        let scope = url
            .query_pairs()
            .find_map(|(name, value)| (name == "scope").then(|| value.into_owned()));
        assert_eq!(scope.as_deref(), Some(expected));
    }
}
