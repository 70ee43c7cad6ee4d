//! Whom a refreshed ID token may speak of, and who may stay: each check broken alone
//! ([OpenID Connect Core 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).

use super::{ONE, assert_ended, refresh, sent, signed_in, signed_in_with, stored, stored_refresh_token};
use crate::tests::{
    faulty_provider::answers::{Answers, Raw, Signing},
    verification::backchannel_logout,
};
use serde_json::{Value, json};

async fn ended_for(code: &str, reason: &str, change: impl FnOnce(&mut Answers)) {
    let bench = signed_in().await;
    bench.provider.change(change);
    let page = refresh(&bench).await;
    let logged = assert_ended(&bench, &page, code).await;
    assert!(logged.contains(reason), "{logged:?} has no {reason:?}");
    assert_eq!(sent(&bench), [ONE]);
}

async fn ended_for_claims(reason: &str, claims: Value) {
    ended_for("token_invalid", reason, |answers| answers.renewed_claims = claims).await;
}

#[tokio::test]
async fn another_issuer() {
    ended_for_claims("`iss` is", json!({ "iss": "https://evil.example/realm" })).await;
    ended_for_claims("`iss` is missing", json!({ "iss": null })).await;
}

#[tokio::test]
async fn another_subject() {
    // Userinfo would speak of her as well.
    ended_for(
        "token_invalid",
        "of the refreshed ID token is another person's",
        |answers| {
            answers.renewed_claims = json!({ "sub": "person-2" });
            answers.userinfo = json!({ "sub": "person-2" });
        },
    )
    .await;
    ended_for_claims("`sub` is missing", json!({ "sub": null })).await;
}

#[tokio::test]
async fn another_audience() {
    ended_for_claims("`aud` does not name this client", json!({ "aud": "another" })).await;
    ended_for_claims("`azp` is another client", json!({ "azp": "another" })).await;
}

#[tokio::test]
async fn another_time() {
    ended_for_claims("`exp` is", json!({ "exp": 1_000_000_000 })).await;
    ended_for_claims(
        "`iat` is",
        json!({ "iat": 9_000_000_000_i64, "exp": 9_100_000_000_i64 }),
    )
    .await;
    ended_for_claims("`iat` is missing", json!({ "iat": null })).await;
}

#[tokio::test]
async fn another_nonce() {
    ended_for_claims("`nonce` is not the attempt's", json!({ "nonce": "another" })).await;
    let bench = signed_in().await;
    let nonce = stored(&bench).await.tokens.nonce.unwrap();
    // Absent it says nothing, before and after it was repeated.
    for claims in [json!({}), json!({ "nonce": nonce.expose() }), json!({})] {
        bench.provider.change(|answers| answers.renewed_claims = claims);
        bench.advance(11);
        assert_eq!(refresh(&bench).await.status, 200);
    }
}

#[tokio::test]
async fn another_signature() {
    for (reason, signing) in [
        ("the signature is not that of the provider's key", Signing::Broken),
        ("the signature is not that of the provider's key", Signing::As(1, 0)),
        ("`alg` is none", Signing::None),
        ("symmetric", Signing::ClientSecret),
    ] {
        ended_for("token_invalid", reason, |answers| answers.signing = signing).await;
    }
}

#[tokio::test]
async fn another_access_token() {
    ended_for_claims(
        "`at_hash` is not the access token's",
        json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }),
    )
    .await;
}

#[tokio::test]
async fn another_person_in_userinfo() {
    let change = |answers: &mut Answers| answers.userinfo = json!({ "sub": "person-2" });
    ended_for(
        "userinfo_mismatch",
        "the `sub` of userinfo is not the ID token's",
        change,
    )
    .await;
    // Nor where there is no ID token.
    ended_for(
        "userinfo_mismatch",
        "the `sub` of userinfo is not the ID token's",
        |answers| {
            change(answers);
            answers.renewed_tokens = json!({ "id_token": null });
        },
    )
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_is_refused() {
    ended_for("session_expired", "the provider refuses the refresh token", |answers| {
        answers.instead = vec![("/token", Raw::json(400, "{\"error\":\"invalid_grant\"}"))];
    })
    .await;
}

#[tokio::test]
async fn somebody_who_may_not_be_here_any_more() {
    for (variable, userinfo, code) in [
        (
            ("AUTH_FAULTY_ALLOWED_GROUPS", "vestibule-support"),
            json!({ "groups": [] }),
            "not_allowed",
        ),
        (
            ("AUTH_FAULTY_ALLOWED_DOMAINS", "example.com"),
            json!({ "email": "ada@elsewhere.example" }),
            "not_allowed",
        ),
        (
            ("AUTH_FAULTY_EMAIL_VERIFIED", "require"),
            json!({ "email_verified": false }),
            "email_unverified",
        ),
    ] {
        let bench = signed_in_with(&[variable]).await;
        assert_eq!(refresh(&bench).await.status, 200);
        bench.advance(11);
        bench.provider.change(|answers| answers.userinfo = userinfo);
        let page = refresh(&bench).await;
        assert_ended(&bench, &page, code).await;
    }
}

#[tokio::test]
async fn without_an_id_token_userinfo_says_what_is_new_and_the_rest_stays() {
    let bench = signed_in().await;
    bench.provider.change(|answers| {
        answers.renewed_tokens = json!({ "id_token": null });
        answers.userinfo = json!({ "name": "Ada Byron", "groups": ["vestibule-admins"], "email": "new@example.com", "email_verified": null });
    });
    let before = stored(&bench).await;
    let user = refresh(&bench).await.json()["user"].clone();
    assert_eq!(
        (&user["name"], &user["roles"]),
        (&json!("Ada Byron"), &json!(["admin", "user"]))
    );
    assert_eq!(
        (&user["email"], &user["email_verified"]),
        (&json!("new@example.com"), &Value::Null)
    );
    assert_eq!(
        (&user["sub"], &user["id"]),
        (&json!(before.user.sub), &json!(before.user.id))
    );
    let after = stored(&bench).await;
    assert_eq!(
        after.tokens.id_token.expose(),
        before.tokens.id_token.expose(),
        "to sign out with"
    );
    assert_eq!(stored_refresh_token(&bench).await, ONE);
}

#[tokio::test]
async fn without_an_id_token_what_userinfo_does_not_say_is_as_the_sign_in_said_it() {
    let bench = signed_in_with(&[("AUTH_FAULTY_ALLOWED_GROUPS", "staff,vestibule-support")]).await;
    bench.sign_out().await;
    bench
        .provider
        .change(|answers| answers.claims = json!({ "groups": ["staff"], "name": "Ada Lovelace" }));
    bench.sign_in().await;
    bench.provider.change(|answers| {
        answers.renewed_tokens = json!({ "id_token": null });
        answers.userinfo = json!({ "groups": null, "name": null });
    });
    let user = refresh(&bench).await.json()["user"].clone();
    assert_eq!(
        (&user["groups"], &user["name"]),
        (&json!(["staff"]), &json!("Ada Lovelace"))
    );
}

/// The keys have been changed and can't be had: that is no reason to believe the token, nor to end the session.
#[tokio::test]
async fn a_signature_that_can_not_be_checked_now() {
    let bench = signed_in().await;
    bench.provider.change(|answers| {
        answers.signing = Signing::Key(1);
        answers.instead = vec![("/keys", Raw::json(500, "{}"))];
    });
    let page = refresh(&bench).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (503, Some("5")));
    assert_eq!(
        stored_refresh_token(&bench).await,
        super::TWO,
        "which is spent is kept no longer"
    );

    bench.provider.change(|answers| {
        answers.published = vec![1];
        answers.instead = Vec::new();
    });
    bench.advance(11);
    assert_eq!(refresh(&bench).await.status, 200);
}

/// Strangers have made us ask for keys as often as they can.
#[tokio::test]
async fn a_signature_by_a_new_key_after_a_flood_of_forged_tokens() {
    let bench = signed_in().await;
    for number in 0..8 {
        let token = backchannel_logout::token(&bench, &json!({ "jti": number.to_string() }));
        let forged = format!("{}AAAA", &token[..token.len() - 4]);
        assert_eq!(backchannel_logout::send(&bench.app, &forged).await.status, 400);
    }
    bench.provider.change(|answers| {
        answers.published = vec![1];
        answers.signing = Signing::Key(1);
    });
    assert_eq!(refresh(&bench).await.status, 200);
}
