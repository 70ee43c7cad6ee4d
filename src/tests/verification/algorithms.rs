//! Every asymmetric algorithm that is announced, and no other:
//! [RFC 7518, 3.1](https://www.rfc-editor.org/rfc/rfc7518.html#section-3.1),
//! [RFC 8037](https://www.rfc-editor.org/rfc/rfc8037.html).

use super::bench::{Bench, accepted, refused_for};
use crate::tests::faulty_provider::answers::{Answers, Signing};
use serde_json::{Value, json};

/// Signs in with a key of that algorithm, its `at_hash` right; then refuses a broken signature and another `at_hash`.
async fn verifies(algorithm: &'static str) {
    let change = |more: fn(&mut Answers)| {
        move |answers: &mut Answers| {
            answers.algorithm = algorithm;
            more(answers);
        }
    };
    accepted(change(|_| {})).await;
    // Without the hint of the key's own `alg`, and without a name.
    accepted(change(|answers| {
        answers.keys = json!({ "alg": null, "use": null });
        answers.names_keys = false;
    }))
    .await;
    for signing in [Signing::Broken, Signing::OverOtherClaims, Signing::As(1, 0)] {
        let bench = Bench::start().await;
        bench.provider.change(|answers| {
            answers.algorithm = algorithm;
            answers.signing = signing;
        });
        let page = bench.call_back().await;
        let reason = bench.assert_refused(&page, "token_invalid").await;
        assert!(
            reason.contains("the signature is not that of the provider's key"),
            "{reason}"
        );
    }
    let swapped = change(|answers| answers.tokens = json!({ "access_token": "swapped" }));
    refused_for("token_invalid", "`at_hash` is not the access token's", swapped).await;
}

#[tokio::test]
async fn rs256() {
    verifies("RS256").await;
}

#[tokio::test]
async fn rs384() {
    verifies("RS384").await;
}

#[tokio::test]
async fn rs512() {
    verifies("RS512").await;
}

#[tokio::test]
async fn ps256() {
    verifies("PS256").await;
}

#[tokio::test]
async fn ps384() {
    verifies("PS384").await;
}

#[tokio::test]
async fn ps512() {
    verifies("PS512").await;
}

#[tokio::test]
async fn es256() {
    verifies("ES256").await;
}

#[tokio::test]
async fn es384() {
    verifies("ES384").await;
}

#[tokio::test]
async fn eddsa() {
    verifies("EdDSA").await;
}

/// The library does not verify it.
#[tokio::test]
async fn es512_is_not_supported() {
    refused_for("token_invalid", "`alg` is ES512, which is not supported", |answers| {
        answers.discovery = json!({ "id_token_signing_alg_values_supported": ["ES512", "RS256"] });
        answers.header = json!({ "alg": "ES512" });
    })
    .await;
}

#[tokio::test]
async fn hs256_with_the_client_secret() {
    let reason = "`alg` is HS256, which is symmetric: select a Signing Key at the provider";
    refused_for("token_invalid", reason, |answers| {
        answers.signing = Signing::ClientSecret
    })
    .await;
    // Whatever else the provider announces.
    refused_for("token_invalid", reason, |answers| {
        answers.signing = Signing::ClientSecret;
        answers.discovery = json!({ "id_token_signing_alg_values_supported": ["HS256", "HS512", "RS256"] });
    })
    .await;
}

#[tokio::test]
async fn hs256_with_the_public_key_as_pem() {
    refused_for("token_invalid", "`alg` is HS256, which is symmetric", |answers| {
        answers.signing = Signing::PublicPem;
        answers.header = json!({ "kid": "key-0" });
    })
    .await;
}

#[tokio::test]
async fn hs256_with_the_public_keys_modulus() {
    refused_for("token_invalid", "`alg` is HS256, which is symmetric", |answers| {
        answers.signing = Signing::PublicModulus;
        answers.header = json!({ "kid": "key-0" });
    })
    .await;
}

/// A symmetric key among the published ones is as public as they are.
#[tokio::test]
async fn hs256_with_a_published_symmetric_key() {
    let bench = Bench::start().await;
    let key = json!({ "kty": "oct", "k": "czplY3JldA", "alg": "HS256" });
    bench.provider.publish(vec![key]);
    bench.provider.change(|answers| answers.signing = Signing::ClientSecret);
    let page = bench.call_back().await;
    let logged = bench.assert_refused(&page, "token_invalid").await;
    assert!(logged.contains("`alg` is HS256, which is symmetric"), "{logged}");
}

/// The certification leaves the choice; here it is refused.
#[tokio::test]
async fn idtoken_sig_none() {
    refused_for("token_invalid", "`alg` is none", |answers| {
        answers.signing = Signing::None
    })
    .await;
    for spelt in ["None", "NONE", "nOnE"] {
        refused_for("token_invalid", "which is not known", |answers| {
            answers.signing = Signing::None;
            answers.header = json!({ "alg": spelt });
        })
        .await;
    }
}

#[tokio::test]
async fn idtoken_sig_none_is_refused_also_when_it_is_all_that_is_offered() {
    let bench = Bench::start().await;
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "id_token_signing_alg_values_supported": ["none"] }));
    let page = bench.begin().await;
    bench.assert_refused(&page, "configuration").await;
}

#[tokio::test]
async fn alg_that_is_not_announced() {
    refused_for(
        "token_invalid",
        "`alg` is RS256, which the provider does not announce",
        |answers| {
            answers.discovery = json!({ "id_token_signing_alg_values_supported": ["ES256"] });
        },
    )
    .await;
}

#[tokio::test]
async fn alg_that_differs_from_the_keys() {
    refused_for("token_invalid", "the key's `alg` is RS256, not RS512", |answers| {
        answers.discovery = json!({ "id_token_signing_alg_values_supported": ["RS256", "RS512"] });
        answers.header = json!({ "alg": "RS512" });
    })
    .await;
    refused_for("token_invalid", "the key's `kty` is not that of ES256", |answers| {
        answers.discovery = json!({ "id_token_signing_alg_values_supported": ["RS256", "ES256"] });
        answers.header = json!({ "alg": "ES256" });
    })
    .await;
    refused_for("token_invalid", "the key's `alg` is PS256, not RS256", |answers| {
        answers.keys = json!({ "alg": "PS256" });
    })
    .await;
}

#[tokio::test]
async fn alg_that_is_not_known() {
    for algorithm in [
        json!("rs256"),
        json!("unheard of"),
        json!("RS256 "),
        json!("A128GCM\n\u{202e}"),
    ] {
        refused_for("token_invalid", "which is not known", |answers| {
            answers.header = json!({ "alg": algorithm })
        })
        .await;
    }
    for algorithm in [Value::Null, json!(256), json!(["RS256"])] {
        refused_for("token_invalid", "`alg` is missing or not text", |answers| {
            answers.header = json!({ "alg": algorithm });
        })
        .await;
    }
    refused_for("token_invalid", "`alg` is \"\"", |answers| {
        answers.header = json!({ "alg": "" })
    })
    .await;
}

/// authentik announces the algorithm of the key that is selected: with another key comes another algorithm.
#[tokio::test]
async fn a_provider_may_change_to_another_algorithm_between_sign_ins() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    bench.provider.change(|answers| answers.algorithm = "ES384");
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}
