//! [OpenID Connect Core 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo).

use super::bench::{Bench, accepted, refused_for};
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
    let bench = refused_for(
        "userinfo_mismatch",
        "the `sub` of userinfo is not the ID token's",
        |answers| {
            answers.userinfo = json!({ "sub": "person-2" });
        },
    )
    .await;
    assert_eq!(bench.provider.seen("/userinfo").len(), 1);
}

#[tokio::test]
async fn the_subject_is_compared_byte_for_byte() {
    for sub in ["Person-1", "person-1 ", "person-1\0", "person-", ""] {
        refused_for("userinfo_mismatch", "`sub`", |answers| {
            answers.userinfo = json!({ "sub": sub })
        })
        .await;
    }
}

#[tokio::test]
async fn userinfo_without_sub() {
    refused_for("provider_error", "userinfo failed: `sub` is missing", |answers| {
        answers.userinfo = json!({ "sub": null });
    })
    .await;
    refused_for(
        "provider_error",
        "another type than its specification says",
        |answers| {
            answers.userinfo = json!({ "sub": 1 });
        },
    )
    .await;
}

#[tokio::test]
async fn userinfo_with_a_name_twice() {
    for name in ["sub", "email", "groups"] {
        refused_for("provider_error", "userinfo failed: JSON with a name twice", |answers| {
            answers.doubled = Some(("userinfo", name));
        })
        .await;
    }
}

#[tokio::test]
async fn userinfo_signed() {
    for content_type in ["application/jwt", "Application/JWT; charset=utf-8"] {
        let signed = Raw {
            status: 200,
            header: ("content-type", content_type.to_owned()),
            body: "eyJhbGciOiJSUzI1NiJ9.e30.AA".to_owned(),
        };
        refused_for(
            "provider_error",
            "signed or encrypted (application/jwt), which is not supported",
            |answers| {
                answers.instead = vec![("/userinfo", signed)];
            },
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_no_userinfo_signs_nobody_in() {
    let away = Raw {
        status: 302,
        header: ("location", "/realm/elsewhere".to_owned()),
        body: String::new(),
    };
    let long = format!("{{\"sub\":\"{}\"}}", "x".repeat(2 << 20));
    for (raw, code, reason) in [
        (
            Raw::html(200),
            "provider_error",
            "the content type is not application/json",
        ),
        (Raw::json(200, "{"), "provider_error", "not JSON"),
        (Raw::json(200, "[]"), "provider_error", "not an object"),
        (Raw::json(401, "{}"), "provider_error", "status 401"),
        (Raw::json(403, "{}"), "provider_error", "status 403"),
        (Raw::json(204, ""), "provider_error", "status 204"),
        (Raw::json(200, long), "provider_error", "longer than"),
        (away, "provider_error", "status 302"),
        (Raw::html(500), "provider_unavailable", "status 500"),
        (Raw::html(503), "provider_unavailable", "status 503"),
    ] {
        let bench = refused_for(code, reason, |answers| answers.instead = vec![("/userinfo", raw)]).await;
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
