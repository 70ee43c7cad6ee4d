//! Claims as providers really send them, and the person that they become.

use super::bench::{Bench, accepted};
use crate::tests::{
    faulty_provider::{FaultyProvider, SECRET},
    postgres::Postgres,
};
use serde_json::{Value, json};

/// The person when both the ID token and userinfo say `claims`.
async fn person(bench: &Bench, claims: Value) -> Value {
    bench.provider.change(|answers| {
        answers.userinfo = claims.clone();
        answers.claims = claims;
    });
    bench.sign_in().await
}

#[tokio::test]
async fn groups_are_read_in_every_shape_and_otherwise_absent() {
    let bench = Bench::start().await;
    for (sent, read) in [
        (json!(["a", "b"]), json!(["a", "b"])),
        (json!("alone"), json!(["alone"])),
        (json!(["a", 1, null, { "name": "b" }, "c"]), json!(["a", "c"])),
        (json!([]), json!([])),
        (json!(42), json!([])),
        (json!({ "a": true }), json!([])),
        (json!(true), json!([])),
        (json!(null), json!([])),
    ] {
        let user = person(&bench, json!({ "groups": sent })).await;
        assert_eq!(user["groups"], read, "{sent}");
    }
}

#[tokio::test]
async fn groups_of_another_type_in_the_id_token_do_not_hide_those_of_userinfo() {
    let user = accepted(|answers| answers.claims = json!({ "groups": 42 })).await;
    assert_eq!(user["groups"], json!(["vestibule-support"]));
}

#[tokio::test]
async fn five_hundred_groups_are_five_hundred_groups() {
    let bench = Bench::start().await;
    let groups: Vec<_> = (0..500)
        .map(|number| format!("department-{number:03}-{}", "x".repeat(60)))
        .collect();
    let user = person(&bench, json!({ "groups": groups })).await;
    assert_eq!(user["groups"], json!(groups));
}

#[tokio::test]
async fn an_absent_organization_is_null_and_never_the_subject() {
    let bench = Bench::start().await;
    for absent in [json!(null), json!(""), json!([]), json!({}), json!(true)] {
        let user = person(&bench, json!({ "organizationId": absent })).await;
        assert_eq!(user["organization_id"], Value::Null, "{absent}");
    }
    assert_eq!(
        person(&bench, json!({ "organizationId": 42 })).await["organization_id"],
        "42"
    );
}

#[tokio::test]
async fn an_address_is_verified_when_the_provider_says_so_even_as_a_string() {
    let bench = Bench::start().await;
    for (sent, read) in [
        (json!(true), json!(true)),
        (json!("true"), json!(true)),
        (json!(false), json!(false)),
        (json!("false"), json!(false)),
        (json!(null), json!(null)),
    ] {
        let user = person(&bench, json!({ "email": "ada@example.com", "email_verified": sent })).await;
        assert_eq!(user["email_verified"], read, "{sent}");
    }
}

#[tokio::test]
async fn a_name_without_a_language_goes_before_those_with_one() {
    let bench = Bench::start().await;
    let user = person(
        &bench,
        json!({ "name#de": "Gräfin", "name": "Countess", "name#fr": "Comtesse" }),
    )
    .await;
    assert_eq!(user["name"], "Countess");
    let user = person(&bench, json!({ "name": null, "name#ja": "伯爵夫人" })).await;
    assert_eq!(user["name"], "伯爵夫人");
}

#[tokio::test]
async fn an_empty_claim_is_an_absent_one() {
    let bench = Bench::start().await;
    let user = person(
        &bench,
        json!({ "name": "", "email": "", "preferred_username": "", "picture": "" }),
    )
    .await;
    for name in ["name", "email", "preferred_username", "picture"] {
        assert_eq!(user[name], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn whatever_a_claim_says_it_is_shown_as_it_is() {
    let bench = Bench::start().await;
    let name = "<script>alert(1)</script>\u{202e}\u{1f600} \"'&";
    assert_eq!(person(&bench, json!({ "name": name })).await["name"], name);
}

#[tokio::test]
async fn the_same_person_has_the_same_id_at_every_sign_in() {
    let bench = Bench::start().await;
    let first = bench.sign_in().await;
    bench.provider.change(|answers| {
        let renamed = json!({ "name": "Renamed", "email": "new@example.com" });
        answers.claims = renamed;
    });
    let second = bench.sign_in().await;
    assert_eq!(first["id"], second["id"]);
    assert_ne!(first["email"], second["email"]);
    assert!(!first["id"].as_str().unwrap().contains("person-1"));
}

#[tokio::test]
async fn another_subject_or_another_issuer_is_another_person() {
    let (one, other) = (Bench::start().await, Bench::start().await);
    let first = one.sign_in().await;
    // The same subject, address and client at another issuer.
    let elsewhere = other.sign_in().await;
    assert_eq!(first["sub"], elsewhere["sub"]);
    assert_ne!(first["id"], elsewhere["id"]);

    let renamed = json!({ "sub": "person-2" });
    one.provider
        .change(|answers| (answers.claims, answers.userinfo) = (renamed.clone(), renamed));
    assert_ne!(one.sign_in().await["id"], first["id"]);
}

#[tokio::test]
async fn a_person_does_not_depend_on_how_we_wrote_the_issuer() {
    let provider = FaultyProvider::start().await;
    let issuer = provider.issuer.clone();
    let plain = Bench::of(provider, &[]).await;
    let first = plain.sign_in().await;
    let Bench { provider, .. } = plain;
    let slashed = Bench::of(provider, &[("AUTH_FAULTY_ISSUER", &format!("{issuer}/"))]).await;
    assert_eq!(slashed.sign_in().await["id"], first["id"]);
}

#[tokio::test]
async fn a_name_that_postgres_can_not_keep_is_no_obstacle() {
    let postgres = Postgres::start().await;
    let variables = [("AUTH_FAULTY_SECRET", SECRET), ("DATABASE_URL", &*postgres.url)];
    let bench = Bench::of(FaultyProvider::start().await, &variables).await;
    let claims = json!({ "name": "A\0da", "groups": ["a\0b"], "organizationId": "o\0rg", "email": "a\0@b" });
    person(&bench, claims).await;
    let entered = "people WHERE name = 'Ada' AND organization_id = 'org' AND email = 'a@b'";
    assert_eq!(bench.app.count(entered).await, 1);
}
