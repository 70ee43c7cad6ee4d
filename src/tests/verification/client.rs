//! How the application authenticates at the token endpoint:
//! [OpenID Connect Core 9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication).

use super::bench::Bench;
use crate::tests::faulty_provider::{CLIENT, FaultyProvider, SECRET, Seen, client::Registration};
use serde_json::{Value, json};

/// Signs in with these variables, at a provider that offers these methods; gives out the token request.
async fn token_request(variables: &[(&str, &str)], offered: Value) -> Seen {
    let bench = Bench::of(FaultyProvider::start().await, variables).await;
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "token_endpoint_auth_methods_supported": offered }));
    bench.sign_in().await;
    bench.provider.seen("/token").remove(0)
}

const WITH_SECRET: &[(&str, &str)] = &[("AUTH_FAULTY_SECRET", SECRET)];

fn is_basic(request: &Seen) -> bool {
    // The provider itself decodes it and compares; here is only that it is the one way.
    request
        .authorization
        .as_ref()
        .is_some_and(|header| header.starts_with("Basic "))
        && !request.form.contains_key("client_secret")
}

fn is_post(request: &Seen) -> bool {
    let form = |name: &str| request.form.get(name).map(String::as_str);
    request.authorization.is_none() && form("client_id") == Some(CLIENT) && form("client_secret") == Some(SECRET)
}

/// With percent-encoding of id and secret ([RFC 6749, 2.3.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1)).
#[tokio::test]
async fn client_secret_basic() {
    assert!(is_basic(
        &token_request(WITH_SECRET, json!(["client_secret_basic"])).await
    ));
    // Absent means Basic.
    assert!(is_basic(&token_request(WITH_SECRET, Value::Null).await));
}

#[tokio::test]
async fn client_secret_post() {
    assert!(is_post(
        &token_request(WITH_SECRET, json!(["client_secret_post"])).await
    ));
    assert!(is_post(
        &token_request(WITH_SECRET, json!(["client_secret_basic", "client_secret_post"])).await
    ));
}

#[tokio::test]
async fn the_configured_way_counts_whatever_is_offered() {
    let basic = [
        ("AUTH_FAULTY_SECRET", SECRET),
        ("AUTH_FAULTY_CLIENT_AUTH", "client_secret_basic"),
    ];
    assert!(is_basic(&token_request(&basic, json!(["client_secret_post"])).await));
    let post = [
        ("AUTH_FAULTY_SECRET", SECRET),
        ("AUTH_FAULTY_CLIENT_AUTH", "client_secret_post"),
    ];
    assert!(is_post(&token_request(&post, json!(["client_secret_basic"])).await));
}

#[tokio::test]
async fn a_public_client_sends_its_id_and_no_secret() {
    for offered in [Value::Null, json!(["none"]), json!(["client_secret_basic"])] {
        let request = token_request(&[], offered).await;
        assert_eq!(request.authorization, None);
        assert_eq!(request.form["client_id"], CLIENT);
        assert!(!request.form.contains_key("client_secret"));
    }
}

#[tokio::test]
async fn the_request_has_what_a_code_needs_and_nothing_more() {
    let request = token_request(WITH_SECRET, Value::Null).await;
    let names: Vec<_> = request.form.keys().map(String::as_str).collect();
    assert_eq!(names, ["code", "code_verifier", "grant_type", "redirect_uri"]);
    assert_eq!(request.form["grant_type"], "authorization_code");
    assert_eq!(request.form["code_verifier"].len(), 43);
}

#[tokio::test]
async fn a_wrong_secret_is_a_mistake_of_the_configuration() {
    for method in ["client_secret_basic", "client_secret_post"] {
        let variables = [
            ("AUTH_FAULTY_SECRET", "another-one"),
            ("AUTH_FAULTY_CLIENT_AUTH", method),
        ];
        let bench = Bench::of(FaultyProvider::start().await, &variables).await;
        let page = bench.call_back().await;
        let log = bench.assert_refused(&page, "configuration").await;
        let line = format!("`invalid_client` to this application, which authenticates by `{method}`");
        assert!(log.contains(&line), "{log}");
    }
    // And so is a client that the provider knows by a secret, and we by none.
    let bench = Bench::of(FaultyProvider::start().await, &[]).await;
    bench.provider.register(Registration {
        method: Some("client_secret_post"),
        ..Registration::default()
    });
    let page = bench.call_back().await;
    let log = bench.assert_refused(&page, "configuration").await;
    assert!(log.contains("authenticates by `none`"), "{log}");
}

#[tokio::test]
async fn authentik_gets_the_form_whatever_it_offers() {
    let provider = FaultyProvider::start().await;
    let issuer = provider.issuer.clone();
    let variables = [
        ("AUTH_AUTHENTIK_ISSUER", &*issuer),
        ("AUTH_AUTHENTIK_ID", CLIENT),
        ("AUTH_AUTHENTIK_SECRET", SECRET),
    ];
    let bench = Bench::of(provider, &variables).await;
    bench.provider.change(|answers| {
        answers.discovery = json!({ "token_endpoint_auth_methods_supported": ["client_secret_basic"] })
    });
    let begun = bench.browser.get("/api/auth/login/authentik").await;
    bench.browser.get(&bench.provider.authorize(begun.location())).await;
    assert!(is_post(&bench.provider.seen("/token")[0]));
}

#[tokio::test]
async fn revocation_authenticates_as_the_token_request_does() {
    let post: &[_] = &[
        ("AUTH_FAULTY_SECRET", SECRET),
        ("AUTH_FAULTY_CLIENT_AUTH", "client_secret_post"),
    ];
    for (method, variables) in [
        ("client_secret_basic", WITH_SECRET),
        ("client_secret_post", post),
        ("none", &[]),
    ] {
        let bench = Bench::of(FaultyProvider::start().await, variables).await;
        bench.provider.register(Registration {
            method: Some(method),
            ..Registration::default()
        });
        let revocation = format!("{}/revoke", bench.provider.issuer);
        bench
            .provider
            .change(|answers| answers.discovery = json!({ "revocation_endpoint": revocation }));
        bench.sign_in().await;
        bench.browser.submit("/api/auth/logout", &[]).await;
        let (token, revoke) = (&bench.provider.seen("/token")[0], &bench.provider.seen("/revoke")[0]);
        assert_eq!(token.authorization, revoke.authorization, "{method}");
        for name in ["client_id", "client_secret"] {
            assert_eq!(token.form.get(name), revoke.form.get(name), "{method}");
        }
    }
}
