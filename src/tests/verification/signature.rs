//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation), 6 to 8: the
//! signature, and the keys that may have made it.

use super::bench::{Bench, accepted, refused_for};
use crate::tests::faulty_provider::answers::Signing;
use serde_json::json;

const BROKEN: &str = "the signature is not that of the provider's key";

async fn signing_refused(reason: &str, signing: Signing) {
    let bench = refused_for("token_invalid", reason, |answers| answers.signing = signing).await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn idtoken_sig_rs256() {
    accepted(|answers| answers.signing = Signing::Key(0)).await;
}

#[tokio::test]
async fn invalid_sig_rs256() {
    signing_refused(BROKEN, Signing::Broken).await;
    signing_refused(BROKEN, Signing::OverOtherClaims).await;
}

#[tokio::test]
async fn invalid_sig_es256() {
    for signing in [Signing::Broken, Signing::OverOtherClaims] {
        refused_for("token_invalid", BROKEN, |answers| {
            answers.algorithm = "ES256";
            answers.signing = signing;
        })
        .await;
    }
}

#[tokio::test]
async fn a_signature_by_another_key_under_the_known_ones_name() {
    signing_refused(BROKEN, Signing::As(1, 0)).await;
}

#[tokio::test]
async fn kid_unknown() {
    signing_refused("`kid` \"key-1\": the provider publishes no such key", Signing::Key(1)).await;
    for kid in ["", "key-0 ", "KEY-0", "../key-0", "key-0' OR '1'='1", "k\n\u{202e}"] {
        refused_for("token_invalid", "the provider publishes no such key", |answers| {
            answers.header = json!({ "kid": kid });
        })
        .await;
    }
}

#[tokio::test]
async fn kid_that_is_no_text() {
    for kid in [json!(0), json!(["key-0"]), json!({}), json!(true)] {
        refused_for("token_invalid", "`kid` is not text", |answers| {
            answers.header = json!({ "kid": kid })
        })
        .await;
    }
}

#[tokio::test]
async fn kid_absent_single_jwks() {
    accepted(|answers| answers.names_keys = false).await;
    // Also where the key has a name.
    accepted(|answers| answers.header = json!({ "kid": null })).await;
}

/// The certification leaves the choice; here every key that fits is tried.
#[tokio::test]
async fn kid_absent_multiple_jwks() {
    for number in [0, 1] {
        accepted(|answers| {
            answers.names_keys = false;
            answers.published = vec![0, 1];
            answers.signing = Signing::Key(number);
        })
        .await;
    }
    let bench = refused_for("token_invalid", BROKEN, |answers| {
        answers.names_keys = false;
        answers.published = vec![0, 1];
        answers.signing = Signing::Key(2);
    })
    .await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn kid_absent_and_more_keys_than_are_tried() {
    accepted(|answers| {
        answers.names_keys = false;
        answers.published = vec![0; 16];
    })
    .await;
    refused_for("token_invalid", "a token without `kid`: 17 keys fit", |answers| {
        answers.names_keys = false;
        answers.published = vec![0; 17];
    })
    .await;
}

#[tokio::test]
async fn kid_that_several_keys_have() {
    accepted(|answers| {
        answers.published = vec![1, 0];
        answers.keys = json!({ "kid": "the-same" });
        answers.header = json!({ "kid": "the-same" });
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_for_encryption() {
    let bench = Bench::start().await;
    // Beside it one for signatures, without which the provider would not be used at all.
    let other = json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "another", "use": "sig" });
    bench.provider.publish(vec![other]);
    bench.provider.change(|answers| answers.keys = json!({ "use": "enc" }));
    let page = bench.call_back().await;
    let logged = bench.assert_refused(&page, "token_invalid").await;
    assert!(
        logged.contains("the key is not for signatures, by its `use`"),
        "{logged}"
    );
    refused_for("token_invalid", "the key's `alg` is", |answers| {
        answers.keys = json!({ "use": "sig", "alg": "ES256" });
    })
    .await;
}

/// The provider made its key anew, and kept the name.
#[tokio::test]
async fn another_key_under_the_same_name_is_fetched() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    bench.provider.change(|answers| {
        answers.published = vec![1];
        answers.keys = json!({ "kid": "key-0" });
        answers.signing = Signing::As(1, 0);
    });
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}

#[tokio::test]
async fn a_key_that_the_token_brings_along_is_not_believed() {
    let header = json!({ "jwk": { "kty": "oct", "k": "AAAA" }, "jku": "https://evil.example/keys", "kid": "unknown" });
    refused_for("token_invalid", "the provider publishes no such key", |answers| {
        answers.header = header
    })
    .await;
}
