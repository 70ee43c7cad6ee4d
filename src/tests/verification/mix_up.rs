//! Two providers, and what the one says in the name of the other:
//! [RFC 9700, 4.4](https://www.rfc-editor.org/rfc/rfc9700.html#section-4.4).
//!
//! They share a key, as authentik's providers do that have the self-signed certificate: `iss` and `aud` alone tell their
//! tokens apart.

use super::bench::Bench;
use crate::tests::{
    browser::parameter,
    faulty_provider::{CLIENT, FaultyProvider, SECRET},
};
use serde_json::{Value, json};

/// The application at both: `bench.provider` is the provider `faulty`, the other is `honest`.
async fn both() -> (Bench, FaultyProvider) {
    let faulty = FaultyProvider::start().await;
    let honest = FaultyProvider::start().await;
    let issuer = honest.issuer.clone();
    let variables = [
        ("AUTH_FAULTY_SECRET", SECRET),
        ("AUTH_HONEST_ISSUER", &*issuer),
        ("AUTH_HONEST_ID", CLIENT),
        ("AUTH_HONEST_SECRET", SECRET),
    ];
    let bench = Bench::of(faulty, &variables).await;
    honest.set_now(bench.now());
    (bench, honest)
}

/// Begins at one of them.
async fn begin(bench: &Bench, provider: &str) -> String {
    let path = format!("/api/auth/login/{provider}?redirect=%2Faccount");
    bench.browser.get(&path).await.location().to_owned()
}

/// Asserts that the callback is refused for this reason, and that neither provider was asked for tokens.
async fn refused_unasked(bench: &Bench, honest: &FaultyProvider, callback_url: &str, reason: &str) {
    let page = bench.browser.get(callback_url).await;
    let logged = bench.assert_refused(&page, "state_mismatch").await;
    assert!(logged.contains(reason), "{logged:?} has no {reason:?}");
    assert!(bench.provider.seen("/token").is_empty(), "no code is sent to the one");
    assert!(honest.seen("/token").is_empty(), "nor to the other");
}

#[tokio::test]
async fn both_sign_in() {
    let (bench, honest) = both().await;
    let first = bench.sign_in().await;
    let callback_url = honest.authorize(&begin(&bench, "honest").await);
    let page = bench.browser.get(&callback_url).await;
    let (code, redirect) = crate::tests::browser::exchange_of(page.location());
    let fields = [("code", &*code), ("redirect", &*redirect)];
    bench.browser.submit("/api/auth/exchange", &fields).await;
    let second = bench.browser.session().await["user"].clone();
    assert_eq!(
        (&first["provider"], &second["provider"]),
        (&json!("faulty"), &json!("honest"))
    );
    assert_eq!(first["sub"], second["sub"]);
    assert_ne!(first["id"], second["id"], "one subject at two issuers is two people");
}

#[tokio::test]
async fn an_answer_on_the_redirect_uri_of_the_other() {
    for (begun, on) in [("faulty", "honest"), ("honest", "faulty")] {
        let (bench, honest) = both().await;
        let location = begin(&bench, begun).await;
        let asked = if begun == "faulty" { &bench.provider } else { &honest };
        let callback_url = asked.authorize(&location);
        let elsewhere = callback_url.replace(&format!("/callback/{begun}?"), &format!("/callback/{on}?"));
        assert_ne!(elsewhere, callback_url);
        refused_unasked(&bench, &honest, &elsewhere, "on the redirect URI of another provider").await;
    }
}

/// The attack: the person believes to be at the one, and is sent to the other, whose answer goes to the one's redirect URI.
#[tokio::test]
async fn the_code_of_the_other_under_the_state_of_this() {
    for begun in ["faulty", "honest"] {
        let (bench, honest) = both().await;
        let location = begin(&bench, begun).await;
        let other = if begun == "faulty" { "honest" } else { "faulty" };
        let stolen = begin(&bench, other).await;
        let (asked, robbed) = match begun {
            "faulty" => (&bench.provider, &honest),
            _ => (&honest, &bench.provider),
        };
        let code = parameter(&robbed.authorize(&stolen), "code").unwrap();
        let own = asked.authorize(&location);
        let mixed = super::super::callback::with(&own, "code", Some(&format!("{code}-of-{other}")));
        let page = bench.browser.get(&mixed).await;
        assert_eq!(page.location(), "/auth/login?error=provider_error&redirect=%2Faccount");
        assert!(
            robbed.seen("/token").is_empty(),
            "the one's client secret does not go to the other"
        );
        assert!(bench.assert_logged("provider_error").contains("invalid_grant"));
    }
}

#[tokio::test]
async fn iss_of_the_other_in_the_answer() {
    let (bench, honest) = both().await;
    let location = begin(&bench, "faulty").await;
    let other = honest.issuer.clone();
    bench
        .provider
        .change(|answers| answers.authorization = json!({ "iss": other }));
    let callback_url = bench.provider.authorize(&location);
    refused_unasked(
        &bench,
        &honest,
        &callback_url,
        "the `iss` of the answer is not the provider's issuer",
    )
    .await;

    let (bench, honest) = both().await;
    let location = begin(&bench, "honest").await;
    let other = bench.provider.issuer.clone();
    honest.change(|answers| answers.authorization = json!({ "iss": other }));
    let callback_url = honest.authorize(&location);
    refused_unasked(
        &bench,
        &honest,
        &callback_url,
        "the `iss` of the answer is not the provider's issuer",
    )
    .await;
}

/// The key is the same, the nonce right: only `iss` says whose it is.
#[tokio::test]
async fn an_id_token_of_the_other() {
    let (bench, honest) = both().await;
    let claims = json!({ "iss": honest.issuer });
    token_refused(&bench, &bench.provider, "faulty", claims, "`iss` is").await;
    let claims = json!({ "iss": bench.provider.issuer });
    token_refused(&bench, &honest, "honest", claims, "`iss` is").await;
}

/// Of the same issuer, for another client of it: only `aud` says so.
#[tokio::test]
async fn an_id_token_for_another_client() {
    let (bench, honest) = both().await;
    for (provider, name) in [(&bench.provider, "faulty"), (&honest, "honest")] {
        let reason = "`aud` does not name this client";
        token_refused(&bench, provider, name, json!({ "aud": "another-client" }), reason).await;
    }
}

async fn token_refused(bench: &Bench, provider: &FaultyProvider, name: &str, claims: Value, reason: &str) {
    let callback_url = provider.authorize(&begin(bench, name).await);
    provider.change(|answers| answers.claims = claims);
    let page = bench.browser.get(&callback_url).await;
    let logged = bench.assert_refused(&page, "token_invalid").await;
    assert!(logged.contains(reason), "{logged:?} has no {reason:?}");
    assert!(provider.seen("/userinfo").is_empty());
}
