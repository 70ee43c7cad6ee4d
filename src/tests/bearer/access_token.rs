//! What an access token must be, and whom it speaks of:
//! [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068.html), and authentik.

mod kinds;

use super::{access_token, ask_with, assert_denied};
use crate::tests::{
    faulty_provider::{
        CLIENT, FaultyProvider, SECRET,
        answers::{Answers, Signing},
    },
    verification::bench::Bench,
};
use serde_json::{Value, json};

/// Asserts that the token is refused, and that the log says this.
async fn assert_refused(bench: &Bench, token: &str, reason: &str) {
    let page = ask_with(&bench.app, token).await;
    let log = bench.take_log();
    assert_denied(&page, 401, "invalid_token");
    assert!(!page.text.contains(reason), "the reason is for the log");
    let line = log.lines().find(|line| line.contains("an access token was refused"));
    let line = line.unwrap_or_else(|| panic!("nothing is in the log: {log}"));
    assert!(line.contains(reason), "{line:?} has no {reason:?}");
}

async fn refused(reason: &str, changes: impl IntoIterator<Item = Value>) {
    let bench = Bench::start().await;
    for change in changes {
        assert_refused(&bench, &access_token(&bench, &change), reason).await;
    }
}

async fn refused_when(reason: &str, change: impl FnOnce(&mut Answers)) {
    let bench = Bench::start().await;
    bench.provider.change(change);
    assert_refused(&bench, &access_token(&bench, &Value::Null), reason).await;
}

/// Asserts that it is taken when the provider signs it so: gives out the principal.
async fn accepted_when(change: impl FnOnce(&mut Answers), claims: &Value) -> Value {
    let bench = Bench::start().await;
    bench.provider.change(change);
    let page = ask_with(&bench.app, &access_token(&bench, claims)).await;
    assert_eq!(page.status, 200, "{claims} {}", bench.take_log());
    page.json()
}

async fn accepted(claims: Value) -> Value {
    accepted_when(|_| (), &claims).await
}

#[tokio::test]
async fn a_person_is_answered_in_the_contracts_shape() {
    let user = accepted(json!({
        "email": "ada@example.com", "email_verified": "true", "preferred_username": "ada", "organizationId": 7,
        "picture": "", "groups": ["vestibule-support", "x"],
    }))
    .await;
    let mut expected = user.clone();
    let object = expected.as_object_mut().unwrap();
    assert_eq!(object.remove("id").unwrap().as_str().unwrap().len(), 22);
    assert_eq!(
        expected,
        json!({
            "provider": "faulty", "sub": "person-1", "name": "Ada", "email": "ada@example.com", "email_verified": true,
            "preferred_username": "ada", "picture": null, "groups": ["vestibule-support", "x"],
            "roles": ["support", "user"], "organization_id": "7",
        })
    );
}

#[tokio::test]
async fn exp_is_required_and_nbf_and_iat_are_respected() {
    let bench = Bench::start().await;
    let now = bench.now();
    for (change, reason) in [
        (json!({ "exp": null }), "`exp` is missing"),
        (json!({ "exp": "never" }), "`exp` is not a time"),
        (json!({ "exp": 1e300 }), "`exp` is not a time"),
        (json!({ "exp": 0 }), "`exp` is"),
        (json!({ "exp": now - 60 }), "`exp` is 60 s past"),
        (json!({ "nbf": now + 61 }), "`nbf` is 61 s in the future"),
        (json!({ "iat": now + 61 }), "`iat` is 61 s in the future"),
    ] {
        assert_refused(&bench, &access_token(&bench, &change), reason).await;
    }
    for change in [
        json!({ "exp": now - 59 }),
        json!({ "nbf": now + 60, "iat": now + 60 }),
        json!({ "iat": null }),
        json!({ "iat": now - 10_000_000 }),
    ] {
        let page = ask_with(&bench.app, &access_token(&bench, &change)).await;
        assert_eq!(page.status, 200, "{change}");
    }
}

#[tokio::test]
async fn iss_is_that_of_a_configured_provider() {
    let bench = Bench::start().await;
    let issuer = &bench.provider.issuer;
    for iss in ["https://evil.example", "", "http://127.0.0.1:1/realm", "x"] {
        assert_refused(
            &bench,
            &access_token(&bench, &json!({ "iss": iss })),
            "which no provider here is",
        )
        .await;
    }
    assert!(
        bench.provider.seen("/keys").is_empty(),
        "nobody is asked for a stranger"
    );
    let slash = access_token(&bench, &json!({ "iss": format!("{issuer}/") }));
    assert_refused(&bench, &slash, "and discovery says").await;
    for iss in [json!(null), json!(1), json!([issuer])] {
        assert_refused(
            &bench,
            &access_token(&bench, &json!({ "iss": iss })),
            "`iss` is missing or not text",
        )
        .await;
    }
}

#[tokio::test]
async fn aud_is_the_client_or_what_the_configuration_says() {
    refused(
        "`aud` does not name",
        [
            json!({ "aud": "another" }),
            json!({ "aud": [] }),
            json!({ "aud": ["x"] }),
        ],
    )
    .await;
    refused("`aud` is missing", [json!({ "aud": null }), json!({ "aud": 1 })]).await;
    accepted(json!({ "aud": ["x", CLIENT] })).await;

    let variables = [
        ("AUTH_FAULTY_SECRET", SECRET),
        ("AUTH_FAULTY_AUDIENCE", "https://api.example.com"),
    ];
    let bench = Bench::of(FaultyProvider::start().await, &variables).await;
    let right = access_token(&bench, &json!({ "aud": "https://api.example.com" }));
    assert_eq!(ask_with(&bench.app, &right).await.status, 200);
    assert_refused(&bench, &access_token(&bench, &Value::Null), "`aud` does not name").await;
    // It is for access tokens alone.
    bench.sign_in().await;
}

#[tokio::test]
async fn the_signature_is_that_of_the_providers_key() {
    for signing in [Signing::Broken, Signing::OverOtherClaims, Signing::As(1, 0)] {
        refused_when("the signature is not that", |answers| answers.signing = signing).await;
    }
    refused_when("no such key", |answers| answers.signing = Signing::Key(1)).await;
    refused_when("`alg` is none", |answers| answers.signing = Signing::None).await;
    for signing in [Signing::ClientSecret, Signing::PublicPem, Signing::PublicModulus] {
        refused_when("which is symmetric", |answers| answers.signing = signing).await;
    }
    refused_when("the access token is encrypted", |answers| {
        answers.signing = Signing::Encrypted
    })
    .await;
    for algorithm in ["PS256", "ES256", "ES384", "EdDSA"] {
        accepted_when(|answers| answers.algorithm = algorithm, &Value::Null).await;
    }
    refused_when("a name twice", |answers| answers.doubled = Some(("claims", "sub"))).await;
}

#[tokio::test]
async fn keys_may_rotate() {
    let bench = Bench::start().await;
    assert_eq!(
        ask_with(&bench.app, &access_token(&bench, &Value::Null)).await.status,
        200
    );
    bench.provider.change(|answers| {
        answers.published = vec![1];
        answers.signing = Signing::Key(1);
    });
    assert_eq!(
        ask_with(&bench.app, &access_token(&bench, &Value::Null)).await.status,
        200
    );
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}

#[tokio::test]
async fn a_machine_has_the_roles_of_its_groups() {
    let program = json!({
        "sub": "batch", "client_id": "batch", "azp": null, "uid": null, "name": null, "sid": null, "auth_time": null,
    });
    let user = accepted(program).await;
    assert_eq!(
        (&user["sub"], &user["roles"]),
        (&json!("batch"), &json!(["admin", "user"]))
    );
    assert_eq!((&user["name"], &user["email"]), (&Value::Null, &Value::Null));

    let nobody = accepted(json!({ "sub": "batch", "client_id": "batch", "groups": null })).await;
    assert_eq!((&nobody["groups"], &nobody["roles"]), (&json!([]), &json!(["user"])));

    // Without a `sub` it is its client, and nobody whose `sub` looks alike.
    let unnamed = accepted(json!({ "sub": null, "client_id": "batch" })).await;
    assert_eq!(unnamed["sub"], "batch");
    assert_ne!(unnamed["id"], accepted(json!({ "sub": "batch" })).await["id"]);
    refused("neither `sub` nor `client_id`", [json!({ "sub": null, "azp": null })]).await;
    refused(
        "`sub` is empty",
        [json!({ "sub": "" }), json!({ "sub": 1 }), json!({ "sub": "a\u{0}" })],
    )
    .await;
    refused("`client_id` is empty", [json!({ "client_id": [] })]).await;
}

#[tokio::test]
async fn whom_the_provider_may_not_let_in_does_not_come_in_by_a_token() {
    let variables = [("AUTH_FAULTY_SECRET", SECRET), ("AUTH_FAULTY_ALLOWED_GROUPS", "staff")];
    let bench = Bench::of(FaultyProvider::start().await, &variables).await;
    for groups in [json!(null), json!([]), json!(["others"])] {
        let page = ask_with(&bench.app, &access_token(&bench, &json!({ "groups": groups }))).await;
        assert_denied(&page, 403, "insufficient_scope");
        assert_eq!(page.json(), json!({ "error": "not_allowed" }));
    }
    let page = ask_with(&bench.app, &access_token(&bench, &json!({ "groups": ["staff"] }))).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn of_several_providers_of_one_issuer_the_audience_tells() {
    let provider = FaultyProvider::start().await;
    let issuer = provider.issuer.clone();
    let variables = [
        ("AUTH_FAULTY_SECRET", SECRET),
        ("AUTH_ANOTHER_ISSUER", &*issuer),
        ("AUTH_ANOTHER_ID", "another"),
    ];
    let bench = Bench::of(provider, &variables).await;
    for (aud, id) in [(CLIENT, "faulty"), ("another", "another")] {
        let page = ask_with(&bench.app, &access_token(&bench, &json!({ "aud": aud }))).await;
        assert_eq!(page.json()["provider"], id);
    }
    assert_refused(
        &bench,
        &access_token(&bench, &json!({ "aud": "third" })),
        "`aud` does not name",
    )
    .await;
}

#[tokio::test]
async fn a_token_may_be_long_and_not_longer() {
    let bench = Bench::start().await;
    let groups: Vec<String> = (0..500)
        .map(|n| format!("a-group-with-quite-a-long-name-{n}"))
        .collect();
    let page = ask_with(&bench.app, &access_token(&bench, &json!({ "groups": groups }))).await;
    assert_eq!(page.json()["groups"].as_array().unwrap().len(), 500);
    let page = ask_with(&bench.app, &"x".repeat(64 * 1024 + 1)).await;
    assert_denied(&page, 401, "invalid_token");
}
