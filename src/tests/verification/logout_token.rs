//! What a logout token must be:
//! [Back-Channel Logout 2.4 and 2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken).

use super::{
    backchannel_logout::{EVENT, assert_refused, claims, is_on, send, signed_in, token},
    bench,
};
use crate::tests::faulty_provider::{
    SUB,
    answers::{Answers, Signing},
};
use serde_json::{Value, json};

/// Asserts that each of these changes to the claims is refused for that reason.
async fn refused(reason: &str, changes: impl IntoIterator<Item = Value>) {
    let bench = signed_in().await;
    for change in changes {
        assert_refused(&bench, &token(&bench, &change), reason).await;
    }
}

/// Asserts that the token is accepted when the provider signs it so.
async fn accepted_when(change: impl FnOnce(&mut Answers), claims: &Value) {
    let bench = signed_in().await;
    bench.provider.change(change);
    let answer = send(&bench.app, &token(&bench, claims)).await;
    assert_eq!(answer.status, 200, "{claims} {}", bench.take_log());
    assert!(!is_on(&bench.browser).await);
}

async fn accepted(claims: Value) {
    accepted_when(|_| (), &claims).await;
}

async fn refused_when(reason: &str, change: impl FnOnce(&mut Answers)) {
    let bench = signed_in().await;
    bench.provider.change(change);
    assert_refused(&bench, &token(&bench, &Value::Null), reason).await;
}

#[tokio::test]
async fn exp_is_optional_and_respected() {
    accepted(json!({ "exp": null })).await;
    let bench = signed_in().await;
    let now = bench.now();
    for (exp, passes) in [(now - 60, false), (now - 59, true)] {
        let token = token(&bench, &json!({ "exp": exp }));
        if passes {
            assert_eq!(send(&bench.app, &token).await.status, 200);
        } else {
            assert_refused(&bench, &token, "`exp` is 60 s past").await;
        }
    }
    refused(
        "`exp` is not a time",
        [json!({ "exp": "soon" }), json!({ "exp": 1e300 }), json!({ "exp": {} })],
    )
    .await;
}

#[tokio::test]
async fn iat_is_of_the_last_five_minutes() {
    let bench = signed_in().await;
    let now = bench.now();
    for (iat, reason) in [
        (now - 361, "`iat` is 361 s past"),
        (now + 61, "`iat` is 61 s in the future"),
        (i64::MIN, "`iat`"),
        (i64::MAX, "`iat`"),
    ] {
        let token = token(&bench, &json!({ "iat": iat, "exp": null }));
        assert_refused(&bench, &token, reason).await;
    }
    refused("`iat` is missing", [json!({ "iat": null })]).await;
    refused("`iat` is not a time", [json!({ "iat": "now" }), json!({ "iat": [] })]).await;
    for off in [-360.0, 60.0, 0.5] {
        let bench = signed_in().await;
        let iat = f64::from(i32::try_from(bench.now()).unwrap()) + off;
        let token = token(&bench, &json!({ "iat": iat, "exp": null }));
        assert_eq!(send(&bench.app, &token).await.status, 200, "{off}");
    }
}

#[tokio::test]
async fn nbf_is_respected() {
    let bench = signed_in().await;
    let token = token(&bench, &json!({ "nbf": bench.now() + 61 }));
    assert_refused(&bench, &token, "`nbf` is 61 s in the future").await;
}

#[tokio::test]
async fn typ_is_that_of_a_logout_token_or_of_any() {
    for typ in ["logout+jwt", "LOGOUT+JWT", "application/logout+jwt", "JWT", "jwt"] {
        accepted_when(|answers| answers.header = json!({ "typ": typ }), &Value::Null).await;
    }
    accepted_when(|answers| answers.header = json!({ "typ": null }), &Value::Null).await;
    for typ in ["at+jwt", "JOSE", "secevent+jwt", "", "logout+jwt;x"] {
        refused_when("`typ` is that of another kind", |answers| {
            answers.header = json!({ "typ": typ })
        })
        .await;
    }
    refused_when("`typ` is not text", |answers| answers.header = json!({ "typ": 1 })).await;
}

#[tokio::test]
async fn the_event_is_there_and_an_object() {
    let not_objects = [json!(null), json!(true), json!(1), json!("{}"), json!([]), json!([{}])];
    refused(
        "the logout event in `events` is not an object",
        not_objects.iter().map(|value| json!({ "events": { EVENT: value } })),
    )
    .await;
    refused(
        "`events` is missing or not an object",
        [
            json!({ "events": [EVENT] }),
            json!({ "events": EVENT }),
            json!({ "events": true }),
        ],
    )
    .await;
    let nearly = [
        EVENT.to_uppercase(),
        format!("{EVENT}/"),
        EVENT.replace("http:", "https:"),
        format!(" {EVENT}"),
        String::new(),
    ];
    refused(
        "`events` has no logout event",
        nearly.iter().map(|event| json!({ "events": { event: {} } })),
    )
    .await;
    accepted(json!({ "events": { EVENT: { "more": 1 }, "https://id.example/another": {} } })).await;
}

#[tokio::test]
async fn nonce_is_forbidden_whatever_it_is() {
    refused("`nonce` is there", ["", "n"].map(|nonce| json!({ "nonce": nonce }))).await;
    refused("`nonce` is there", [json!({ "nonce": 0 }), json!({ "nonce": [] })]).await;
}

#[tokio::test]
async fn sid_and_sub_and_jti_are_names() {
    refused("neither `sid` nor `sub`", [json!({ "sid": null, "sub": null })]).await;
    refused("`jti` is missing", [json!({ "jti": null })]).await;
    for name in ["sid", "sub", "jti"] {
        let odd = [
            json!(""),
            json!(1),
            json!([]),
            json!({}),
            json!("x".repeat(256)),
            json!("a\nb"),
        ];
        refused(&format!("`{name}` is empty"), odd.map(|value| json!({ name: value }))).await;
    }
}

#[tokio::test]
async fn iss_and_aud_are_the_providers_and_ours() {
    let bench = signed_in().await;
    let issuer = &bench.provider.issuer;
    for iss in [json!(format!("{issuer}/")), json!(issuer.to_uppercase()), json!("")] {
        assert_refused(&bench, &token(&bench, &json!({ "iss": iss })), "`iss` is").await;
    }
    for iss in [json!(null), json!(1), json!([issuer])] {
        assert_refused(
            &bench,
            &token(&bench, &json!({ "iss": iss })),
            "`iss` is missing or not text",
        )
        .await;
    }
    for aud in [json!([]), json!(["another"]), json!("")] {
        assert_refused(&bench, &token(&bench, &json!({ "aud": aud })), "`aud` does not name").await;
    }
    for aud in [json!(null), json!(1), json!([1]), json!({})] {
        assert_refused(&bench, &token(&bench, &json!({ "aud": aud })), "`aud` is missing").await;
    }
    let aud = json!({ "aud": [claims(&bench, &Value::Null)["aud"], "another"] });
    accepted(aud).await;
}

#[tokio::test]
async fn the_signature_is_that_of_the_providers_key() {
    for signing in [Signing::Broken, Signing::OverOtherClaims, Signing::As(1, 0)] {
        refused_when("the signature is not that", |answers| answers.signing = signing).await;
    }
    refused_when("the provider publishes no such key", |answers| {
        answers.signing = Signing::Key(1)
    })
    .await;
    for signing in [Signing::ClientSecret, Signing::PublicPem, Signing::PublicModulus] {
        refused_when("which is symmetric", |answers| answers.signing = signing).await;
    }
    refused_when("the logout token is encrypted", |answers| {
        answers.signing = Signing::Encrypted
    })
    .await;
    for algorithm in ["RS512", "PS256", "ES256", "ES384", "EdDSA"] {
        accepted_when(|answers| answers.algorithm = algorithm, &Value::Null).await;
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_at_once() {
    let bench = signed_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 1);
    bench.provider.change(|answers| {
        answers.published = vec![1];
        answers.signing = Signing::Key(1);
    });
    assert_eq!(send(&bench.app, &token(&bench, &Value::Null)).await.status, 200);
    assert!(!is_on(&bench.browser).await);
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}

#[tokio::test]
async fn for_a_token_of_somebody_else_no_key_is_fetched() {
    let bench = signed_in().await;
    bench.provider.change(|answers| answers.signing = Signing::Key(1));
    for change in [json!({ "iss": "https://evil.example" }), json!({ "aud": "another" })] {
        assert_refused(&bench, &token(&bench, &change), "`").await;
    }
    assert_eq!(bench.provider.seen("/keys").len(), 1);
}

#[tokio::test]
async fn a_name_that_comes_twice() {
    for (place, name) in [("claims", "sub"), ("claims", "events"), ("header", "alg")] {
        refused_when("a name twice", |answers| answers.doubled = Some((place, name))).await;
    }
}

#[tokio::test]
async fn what_is_no_token_at_all() {
    let bench = signed_in().await;
    for token in ["x", "..", "a.b.c", "....", "......", &".".repeat(60_000), "é.ü.ß"] {
        assert_refused(&bench, token, "the ").await;
    }
}

#[tokio::test]
async fn a_provider_that_never_answered_ends_nothing() {
    let provider = crate::tests::faulty_provider::FaultyProvider::start().await;
    let bench = bench::Bench::of(provider, &[]).await;
    let right = token(&bench, &Value::Null);
    bench.provider.set_open(false);
    assert_eq!(send(&bench.app, &right).await.status, 400);
    assert!(bench.take_log().contains("a logout failed"));
    bench.provider.set_open(true);
    bench.app.advance(60);
    assert_eq!(send(&bench.app, &right).await.status, 200);
}

/// The claims of the two differ in more than one place.
#[tokio::test]
async fn an_id_token_is_no_logout_token() {
    let bench = signed_in().await;
    let now = bench.now();
    let id_token = json!({
        "iss": bench.provider.issuer, "sub": SUB, "aud": claims(&bench, &Value::Null)["aud"], "iat": now, "exp": now + 300, "sid": "session-1",
    });
    for more in [json!({}), json!({ "nonce": "n" }), json!({ "jti": "j" })] {
        let mut id_token = id_token.clone();
        crate::tests::faulty_provider::answers::merge(&mut id_token, &more);
        assert_refused(&bench, &bench.provider.sign(&id_token), "`events` is missing").await;
    }
}

#[tokio::test]
async fn a_logout_token_is_no_id_token() {
    bench::refused_for("token_invalid", "`events` speaks of a logout", |answers| {
        answers.claims = json!({ "events": { EVENT: {} } });
    })
    .await;
    bench::refused_for("token_invalid", "JWT type", |answers| {
        answers.header = json!({ "typ": "logout+jwt" });
    })
    .await;
    // Without its `nonce` it answers nobody's attempt.
    bench::refused_for("token_invalid", "`nonce` is missing", |answers| {
        answers.claims = json!({ "nonce": null });
    })
    .await;
}
