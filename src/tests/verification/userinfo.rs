//! [OpenID Connect Core 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo).

use super::bench::{Bench, accepted, refused};
use crate::tests::faulty_provider::{SUB, answers::Raw};
use serde_json::{Value, json};

/// What the ID token lacks comes from userinfo.
#[tokio::test]
async fn scope_userinfo_claims() {
    let bench = Bench::start().await;
    let user = bench.sign_in().await;
    let found = [
        "name",
        "email",
        "email_verified",
        "preferred_username",
        "picture",
        "groups",
        "organization_id",
    ];
    let expected = json!([
        "Ada Lovelace",
        "ada@example.com",
        true,
        "ada",
        "https://pictures.example/ada",
        ["vestibule-support"],
        "acme",
    ]);
    assert_eq!(Value::from_iter(found.map(|name| user[name].clone())), expected);
    let asked = bench.provider.seen("/userinfo").remove(0);
    assert!(asked.authorization.unwrap().starts_with("Bearer "));
    assert_eq!(asked.query, None, "an access token is never in a URL");
}

#[tokio::test]
async fn userinfo_invalid_sub() {
    let bench = refused("userinfo_mismatch", |answers| {
        answers.userinfo = json!({ "sub": "person-2" })
    })
    .await;
    assert_eq!(bench.provider.seen("/userinfo").len(), 1);
}

#[tokio::test]
async fn the_subject_is_compared_byte_for_byte() {
    for sub in ["Person-1", "person-1 ", "person-1\0", "person-", ""] {
        refused("userinfo_mismatch", |answers| answers.userinfo = json!({ "sub": sub })).await;
    }
}

#[tokio::test]
async fn userinfo_of_nobody_signs_nobody_in() {
    refused("provider_error", |answers| answers.userinfo = json!({ "sub": null })).await;
}

#[tokio::test]
async fn what_is_no_userinfo_signs_nobody_in() {
    let away = Raw {
        status: 302,
        header: ("location", "/realm/elsewhere".to_owned()),
        body: String::new(),
    };
    for (raw, code) in [
        (Raw::html(200), "provider_error"),
        (Raw::json(200, "{"), "provider_error"),
        (Raw::json(401, "{}"), "provider_error"),
        (Raw::json(403, "{}"), "provider_error"),
        (
            Raw::json(200, format!("{{\"sub\":\"{}\"}}", "x".repeat(2 << 20))),
            "provider_error",
        ),
        (away, "provider_error"),
        (Raw::html(500), "provider_unavailable"),
        (Raw::html(503), "provider_unavailable"),
    ] {
        let bench = refused(code, |answers| answers.instead = vec![("/userinfo", raw)]).await;
        assert!(bench.provider.seen("/elsewhere").is_empty());
    }
}

#[tokio::test]
async fn what_the_id_token_says_goes_before_what_userinfo_says() {
    let user = accepted(|answers| {
        answers.claims =
            json!({ "name": "Of the token", "groups": ["of-the-token"], "organizationId": "of-the-token" });
    })
    .await;
    assert_eq!(user["name"], "Of the token");
    assert_eq!(user["groups"], json!(["of-the-token"]));
    assert_eq!(user["organization_id"], "of-the-token");
    assert_eq!(user["email"], "ada@example.com");
}

#[tokio::test]
async fn whether_an_address_is_verified_is_said_by_who_says_the_address() {
    let user = accepted(|answers| answers.claims = json!({ "email": "other@example.com" })).await;
    assert_eq!(
        (&user["email"], &user["email_verified"]),
        (&json!("other@example.com"), &Value::Null)
    );
}

#[tokio::test]
async fn an_id_token_with_everything_needs_no_userinfo() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| {
        answers.claims = json!({
            "name": "Ada", "email": "ada@example.com", "preferred_username": "ada", "groups": [], "organizationId": "acme",
        });
    });
    bench.sign_in().await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn a_provider_without_userinfo_signs_in_with_what_it_says() {
    let user = accepted(|answers| answers.discovery = json!({ "userinfo_endpoint": null })).await;
    assert_eq!(user["sub"], SUB);
    for absent in [
        "name",
        "email",
        "email_verified",
        "preferred_username",
        "picture",
        "organization_id",
    ] {
        assert_eq!(user[absent], Value::Null, "{absent}");
    }
    assert_eq!(user["groups"], json!([]));
}
