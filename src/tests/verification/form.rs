//! The form of an ID token: [RFC 7515, 4.1](https://www.rfc-editor.org/rfc/rfc7515.html#section-4.1),
//! [RFC 7519, 5 and 7.2](https://www.rfc-editor.org/rfc/rfc7519.html#section-7.2).

use super::bench::{accepted, refused_for};
use crate::tests::faulty_provider::answers::Signing;
use serde_json::{Value, json};

#[tokio::test]
async fn encrypted() {
    let remedy = "the ID token is encrypted, which is not supported: remove the Encryption Key of the provider";
    refused_for("token_invalid", remedy, |answers| answers.signing = Signing::Encrypted).await;
    // In its three parts it is no better.
    refused_for("token_invalid", remedy, |answers| {
        answers.header = json!({ "enc": "A256GCM" })
    })
    .await;
}

#[tokio::test]
async fn crit() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp"), json!({})] {
        refused_for("token_invalid", "`crit`", |answers| {
            answers.header = json!({ "crit": crit, "b64": false });
        })
        .await;
    }
}

#[tokio::test]
async fn b64_without_crit() {
    refused_for("token_invalid", "`crit`", |answers| {
        answers.header = json!({ "b64": false })
    })
    .await;
}

#[tokio::test]
async fn typ() {
    for typ in [
        Value::Null,
        json!("JWT"),
        json!("jwt"),
        json!("application/jwt"),
        json!("JOSE"),
    ] {
        accepted(|answers| answers.header = json!({ "typ": typ })).await;
    }
    // An access token (RFC 9068), a logout token, a DPoP proof: made by the same keys, and none of them an ID token.
    for typ in [
        "at+jwt",
        "application/at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "secevent+jwt",
        "",
        "JWT;x=y",
        "\n",
    ] {
        refused_for("token_invalid", "JWT type", |answers| {
            answers.header = json!({ "typ": typ })
        })
        .await;
    }
    for typ in [json!(1), json!(["JWT"]), json!({})] {
        refused_for("token_invalid", "`typ` is not text", |answers| {
            answers.header = json!({ "typ": typ })
        })
        .await;
    }
}

#[tokio::test]
async fn cty() {
    for cty in ["JWT", "json"] {
        refused_for("token_invalid", "", |answers| answers.header = json!({ "cty": cty })).await;
    }
}

#[tokio::test]
async fn a_name_twice_in_the_header() {
    for name in ["alg", "kid", "typ"] {
        refused_for(
            "token_invalid",
            "the header of the ID token: JSON with a name twice",
            |answers| {
                answers.doubled = Some(("header", name));
            },
        )
        .await;
    }
}

#[tokio::test]
async fn a_name_twice_in_the_claims() {
    for name in ["iss", "sub", "aud", "nonce", "exp", "at_hash"] {
        refused_for(
            "token_invalid",
            "the claims of the ID token: JSON with a name twice",
            |answers| {
                answers.doubled = Some(("claims", name));
            },
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_no_token() {
    for (token, reason) in [
        ("", "`id_token` is missing"),
        (".", "has 2 parts"),
        ("..", "the header of the ID token: not JSON"),
        ("...", "has 4 parts"),
        ("....", "encrypted"),
        ("a.b.c", "the header of the ID token"),
        ("e30.e30.", "`alg` is missing"),
        ("bnVsbA.e30.AA", "the header of the ID token: JSON, but not an object"),
        (
            "eyJhbGciOiJSUzI1NiJ9.W10.AA",
            "the claims of the ID token: JSON, but not an object",
        ),
        ("eyJhbGciOiJSUzI1NiJ9.e30.AA", "`iss` is missing"),
        ("eyJhbGciOiJSUzI1NiJ9.e30", "has 2 parts"),
        (
            "eyJhbGciOiJSUzI1NiJ9=.e30.AA",
            "the header of the ID token: not base64url",
        ),
        ("\u{fffd}.é.\0", "the header of the ID token: not base64url"),
    ] {
        refused_for("token_invalid", reason, |answers| {
            answers.tokens = json!({ "id_token": token })
        })
        .await;
    }
}
