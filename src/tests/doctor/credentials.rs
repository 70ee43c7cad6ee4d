//! Each way to authenticate, tried as a sign-in does it.

use super::{Patient, wrong};
use crate::{
    server::{
        clock::Clock,
        doctor::{Check, Verdict},
    },
    tests::faulty_provider::{
        SECRET,
        client::{PublicKey, Registration},
    },
};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::json;
use time::OffsetDateTime;

/// A key, and its public half.
fn key(byte: u8) -> (String, PublicKey) {
    let key = p256::SecretKey::from_slice(&[byte; 32]).unwrap();
    let public = p256::ecdsa::SigningKey::from(&key).verifying_key().to_owned();
    (
        key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
        PublicKey::Es256(public),
    )
}

/// One that knows the application by `method` alone, and by this key.
async fn registered(method: &'static str, key: Option<PublicKey>) -> Patient {
    let patient = Patient::healthy().await;
    patient.provider.register(Registration {
        method: Some(method),
        key,
        ..Registration::default()
    });
    patient
}

#[tokio::test]
async fn a_secret_by_the_header_and_by_the_form_and_none() {
    for method in ["client_secret_basic", "client_secret_post"] {
        let patient = registered(method, None).await.set("AUTH_FAULTY_CLIENT_AUTH", method);
        let report = patient.examine().await;
        let accepted = format!("accepted by {method}");
        Patient::assert(&report, Check::Credentials, Verdict::Pass, &[&accepted]);
    }
    let mut patient = registered("none", None).await;
    patient.variables.retain(|(name, _)| name != "AUTH_FAULTY_SECRET");
    let report = patient.examine().await;
    Patient::assert(&report, Check::Credentials, Verdict::Pass, &["accepted by none"]);
}

#[tokio::test]
async fn without_a_configured_method_it_is_the_one_that_a_sign_in_takes() {
    for (offered, method) in [
        (json!(["client_secret_basic"]), "client_secret_basic"),
        (json!(null), "client_secret_basic"),
        (
            json!(["client_secret_basic", "client_secret_post"]),
            "client_secret_post",
        ),
    ] {
        let patient = Patient::announcing(json!({ "token_endpoint_auth_methods_supported": offered })).await;
        let report = patient.examine().await;
        let accepted = format!("accepted by {method}");
        Patient::assert(&report, Check::Credentials, Verdict::Pass, &[&accepted]);
    }
    // What calls itself authentik gets the form whatever it offers.
    let patient = Patient::announcing(json!({ "token_endpoint_auth_methods_supported": null })).await;
    let issuer = patient.provider.issuer.clone();
    let patient = patient
        .set("AUTH_AUTHENTIK_ISSUER", &issuer)
        .set("AUTH_AUTHENTIK_ID", crate::tests::faulty_provider::CLIENT)
        .set("AUTH_AUTHENTIK_SECRET", SECRET);
    let report = patient.examine().await;
    let of_authentik = &report.providers[0];
    assert_eq!(of_authentik.id, "authentik");
    let found = of_authentik
        .findings
        .iter()
        .find(|finding| finding.check == Check::Credentials);
    assert!(found.unwrap().evidence.starts_with("accepted by client_secret_post"));
}

#[tokio::test]
async fn a_key_signs_an_assertion_for_the_issuer() {
    let (pem, public) = key(7);
    let mut patient = registered("private_key_jwt", Some(public))
        .await
        .set("AUTH_FAULTY_KEY", &pem);
    patient.variables.retain(|(name, _)| name != "AUTH_FAULTY_SECRET");
    // Both have one time, however long the examination takes.
    let now = OffsetDateTime::now_utc();
    patient.provider.set_now(now.unix_timestamp());
    let report = patient.examine_by(&Clock::from_fn(move || now)).await;
    assert_eq!(wrong(&report), [], "{report:#?}");
    Patient::assert(
        &report,
        Check::Credentials,
        Verdict::Pass,
        &["accepted by private_key_jwt"],
    );
    let token = &patient.provider.seen("/token")[0];
    assert_eq!(token.authorization, None);
    assert!(!token.form.contains_key("client_secret"));
}

#[tokio::test]
async fn a_key_that_the_provider_does_not_know() {
    let (_, another) = key(9);
    let (pem, _) = key(7);
    let mut patient = registered("private_key_jwt", Some(another))
        .await
        .set("AUTH_FAULTY_KEY", &pem);
    patient.variables.retain(|(name, _)| name != "AUTH_FAULTY_SECRET");
    let public = patient.config().providers[0].client_key.as_ref().unwrap().public_jwk();
    let report = patient.examine().await;
    assert_eq!(wrong(&report), [(Check::Credentials, Verdict::Fail)], "{report:#?}");
    Patient::assert(
        &report,
        Check::Credentials,
        Verdict::Fail,
        &[
            "by private_key_jwt: 401 invalid_client",
            "register the public half of AUTH_FAULTY_KEY",
            &public.to_string(),
            "authentik knows no private_key_jwt for the code: there set AUTH_FAULTY_SECRET",
        ],
    );
    let shown = serde_json::to_string(&report).unwrap();
    let assertion = &patient.provider.seen("/token")[0].form["client_assertion"];
    assert!(!shown.contains(assertion.rsplit('.').next().unwrap()));
    assert!(!shown.contains(pem.lines().nth(1).unwrap()));
}
