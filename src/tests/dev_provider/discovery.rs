//! Discovery and keys, as `openidconnect` reads them.

use super::harness::{Bench, CLIENT, SCOPE, claims, read, text};
use openidconnect::{
    AccessToken, AccessTokenHash, ClientId, IssuerUrl, Nonce, ProviderMetadataWithLogout,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet},
};
use serde_json::json;
use std::str::FromStr;

const DISCOVERY: &str = "/dev/application/o/vestibule/.well-known/openid-configuration";

#[tokio::test]
async fn announces_what_authentik_announces() {
    let bench = Bench::start().await;
    let document = read(bench.http.get(bench.at(DISCOVERY))).await;
    assert_eq!(document.headers["content-type"], "application/json");
    let metadata: ProviderMetadataWithLogout = serde_json::from_slice(&document.body).unwrap();
    assert_eq!(metadata.issuer().as_str(), bench.idp.issuer().as_str());
    let logout = metadata.additional_metadata().end_session_endpoint.as_ref().unwrap();
    assert_eq!(logout.url(), &bench.at("/dev/application/o/vestibule/end-session/"));

    let document = document.json();
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
    assert_eq!(
        document["scopes_supported"],
        json!(["openid", "profile", "email", "offline_access", "organization"])
    );
    assert!(document.get("authorization_response_iss_parameter_supported").is_none());
    for of_logout in ["backchannel_logout_supported", "backchannel_logout_session_supported"] {
        assert_eq!(document[of_logout], true);
    }
}

#[tokio::test]
async fn publishes_the_key_that_verifies_its_tokens() {
    let bench = Bench::start().await;
    let published = read(bench.http.get(bench.at("/dev/application/o/vestibule/jwks/"))).await;
    let key = published.json()["keys"][0].clone();
    assert_eq!(
        (text(&key["kty"]), text(&key["alg"]), text(&key["use"])),
        ("RSA", "RS256", "sig")
    );
    assert!(key.get("d").is_none(), "the private exponent stays here");
    let set: CoreJsonWebKeySet = serde_json::from_slice(&published.body).unwrap();

    let tokens = bench.sign_in("admin", SCOPE).await;
    let token = CoreIdToken::from_str(text(&tokens["id_token"])).unwrap();
    let issuer = IssuerUrl::from_url(bench.idp.issuer());
    let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(CLIENT.to_owned()), issuer, set);
    let verified = token.claims(&verifier, &Nonce::new("the nonce".to_owned())).unwrap();

    let access = AccessToken::new(text(&tokens["access_token"]).to_owned());
    let (alg, key) = (token.signing_alg().unwrap(), token.signing_key(&verifier).unwrap());
    let expected = AccessTokenHash::from_token(&access, alg, key).unwrap();
    assert_eq!(verified.access_token_hash(), Some(&expected));
    assert!(
        token
            .claims(&verifier, &Nonce::new("another nonce".to_owned()))
            .is_err()
    );
    assert_eq!(claims(&tokens)["nonce"], "the nonce");
}
