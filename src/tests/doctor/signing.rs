//! What an ID token may be signed with, by the list that a sign-in goes by.

use super::{Patient, wrong};
use crate::server::doctor::{Check, Verdict};
use serde_json::{Value, json};

const SELECT_ONE: &str = "Applications > Providers > the provider > Edit > Signing Key: select one";

/// One that announces these, and publishes its RSA key with this laid over it.
async fn announcing(algorithms: Value, key: Value) -> Patient {
    let patient = Patient::announcing(json!({ "id_token_signing_alg_values_supported": algorithms })).await;
    patient.provider.change(|answers| answers.keys = key);
    patient
}

#[tokio::test]
async fn an_algorithm_that_no_sign_in_takes_is_none() {
    for algorithms in [
        json!(["ES512"]),
        json!(["ES256K"]),
        json!(["HS256", "none"]),
        json!(["RSA1_5", "Ed25519ph", "RS257", "rs256"]),
        json!([]),
        json!([1]),
    ] {
        let report = announcing(algorithms.clone(), Value::Null).await.examine().await;
        let expected = [(Check::SigningAlgorithm, Verdict::Fail)];
        assert_eq!(wrong(&report), expected, "{algorithms}: {report:#?}");
        let parts = ["announces", "only", "ES256, ES384, EdDSA", SELECT_ONE];
        Patient::assert(&report, Check::SigningAlgorithm, Verdict::Fail, &parts);
    }
    let report = announcing(json!(["ES512", "HS256", "ES256K", "RS256"]), Value::Null)
        .await
        .examine()
        .await;
    assert_eq!(wrong(&report), []);
    let algorithm = super::find(&report, Check::SigningAlgorithm);
    assert_eq!(algorithm.evidence, "RS256");
}

#[tokio::test]
async fn a_key_of_each_kind_fits() {
    for algorithm in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
    ] {
        let patient = Patient::with(|answers| answers.algorithm = algorithm).await;
        let report = patient.examine().await;
        assert_eq!(wrong(&report), [], "{algorithm}: {report:#?}");
        Patient::assert(&report, Check::SigningAlgorithm, Verdict::Pass, &[algorithm]);
    }
}

#[tokio::test]
async fn a_key_that_fits_nothing_announced_is_none() {
    let p521 = json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA", "alg": null, "n": null, "e": null });
    let p256 = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "alg": null, "n": null, "e": null });
    for (algorithms, key, part) in [
        (json!(["ES256"]), Value::Null, "publishes RS"),
        (json!(["RS256"]), json!({ "alg": "PS256" }), "publishes PS256"),
        (json!(["RS256"]), json!({ "alg": "RSA-OAEP" }), "publishes RSA-OAEP"),
        (json!(["RS256"]), json!({ "use": "enc" }), "for enc"),
        (json!(["RS256"]), json!({ "n": null }), "none verifies"),
        (json!(["ES512", "ES256", "ES384"]), p521, "EC P-521"),
        (json!(["ES384"]), p256, "EC P-256"),
    ] {
        let report = announcing(algorithms.clone(), key).await.examine().await;
        let expected = [(Check::Keys, Verdict::Fail)];
        assert_eq!(wrong(&report), expected, "{algorithms}: {report:#?}");
        Patient::assert(&report, Check::Keys, Verdict::Fail, &[part, SELECT_ONE]);
    }
}
