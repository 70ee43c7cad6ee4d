//! An access token, and no other token that the provider signs.

use super::{accepted, accepted_when, assert_refused, refused, refused_when};
use crate::tests::{faulty_provider::CLIENT, verification::bench::Bench};
use serde_json::{Value, json};

#[tokio::test]
async fn an_id_token_is_refused() {
    for mark in ["nonce", "at_hash", "c_hash", "s_hash"] {
        refused("it is an ID token", [json!({ mark: "x" }), json!({ mark: "" })]).await;
    }
    // authentik's after a refresh, which has no `nonce`; and Google's, which has `azp`.
    let bare = json!({ "azp": null, "uid": null, "jti": null, "scope": null });
    refused(
        "nothing says that it is an access token",
        [bare, json!({ "uid": null, "scope": null })],
    )
    .await;
    for kind in ["ID", "Refresh", "Logout", ""] {
        refused("`typ` among the claims", [json!({ "typ": kind })]).await;
    }
    refused("`typ` among the claims", [json!({ "typ": 1 })]).await;
    refused("`token_use` among the claims", [json!({ "token_use": "id" })]).await;
}

#[tokio::test]
async fn what_a_sign_in_verifies_opens_no_api() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    let now = bench.now();
    let id_token = json!({
        "iss": bench.provider.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300,
    });
    assert_refused(
        &bench,
        &bench.provider.sign(&id_token),
        "nothing says that it is an access token",
    )
    .await;
}

#[tokio::test]
async fn a_logout_token_is_refused() {
    let events = json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
    refused("`events` is there", [events]).await;
    for typ in ["logout+jwt", "dpop+jwt", "JOSE", ""] {
        refused_when("`typ` is that of another kind", |answers| {
            answers.header = json!({ "typ": typ })
        })
        .await;
    }
}

#[tokio::test]
async fn access_tokens_of_many_kinds_of_provider_are_taken() {
    let bare = json!({ "azp": null, "uid": null, "jti": null, "scope": null });
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        accepted_when(|answers| answers.header = json!({ "typ": typ }), &bare).await;
    }
    accepted_when(|answers| answers.header = json!({ "typ": null }), &Value::Null).await;
    for of_keycloak_okta_and_old_authentik in [
        json!({ "typ": "Bearer", "scope": null, "uid": null }),
        json!({ "token_use": "access", "scope": null, "uid": null }),
        json!({ "scp": ["a"], "scope": null, "uid": null }),
        json!({ "client_id": "another", "scope": null, "azp": null, "uid": null }),
        json!({ "scope": null }),
    ] {
        accepted(of_keycloak_okta_and_old_authentik).await;
    }
}
