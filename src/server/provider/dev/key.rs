//! The RS256 key of the development provider: made at start, published, used to sign and to recognise ID tokens.

use super::claims::{DevIdToken, DevIdTokenClaims};
use crate::server::secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AccessToken, ClientId, IssuerUrl, JsonWebKey, JsonWebKeyId, JsonWebTokenError, Nonce, PrivateSigningKey,
    SigningError,
    core::{CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{EncodeRsaPrivateKey, LineEnding},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use std::{str::FromStr, time::SystemTime};

#[cfg(not(test))]
const BITS: usize = 2048;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Its numbers were not found.
    #[error("no RSA key was found")]
    Generation(#[from] rsa::Error),
    /// It can't be handed over.
    #[error("the RSA key can't be encoded")]
    Encoding(#[from] rsa::pkcs1::Error),
    /// It was not taken.
    #[error("the RSA key was refused: {0}")]
    Refused(String),
}

/// Why there is no logout token.
#[derive(Debug, thiserror::Error)]
pub enum LogoutTokenError {
    /// No randomness for its name.
    #[error("no random bytes")]
    Random(#[from] getrandom::Error),
    /// It can't be written.
    #[error("not JSON: {0}")]
    Encoding(#[from] serde_json::Error),
    /// It can't be signed.
    #[error("not signed: {0}")]
    Signing(#[from] SigningError),
}

/// The key.
pub struct SigningKey(CoreRsaPrivateSigningKey);

impl SigningKey {
    /// A new key.
    pub fn make() -> Result<Self, KeyError> {
        let key = numbers()?;
        let pem = key.to_pkcs1_pem(LineEnding::LF)?;
        // Another key, another id: a client that still has the key of an earlier start then knows to ask again.
        let id = JsonWebKeyId::new(secret::digest(&key.n().to_string()));
        CoreRsaPrivateSigningKey::from_pem(&pem, Some(id))
            .map(Self)
            .map_err(KeyError::Refused)
    }

    /// The public half ([RFC 7517, 5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
    pub fn publish(&self) -> Result<Value, serde_json::Error> {
        let mut set = serde_json::to_value(self.set())?;
        // The library leaves the algorithm out; authentik names it.
        if let Some(key) = set.pointer_mut("/keys/0").and_then(Value::as_object_mut) {
            key.insert("alg".to_owned(), json!("RS256"));
        }
        Ok(set)
    }

    /// Signs the claims of an access token.
    pub fn sign_access(&self, claims: DevIdTokenClaims) -> Result<AccessToken, JsonWebTokenError> {
        Ok(AccessToken::new(self.sign(claims, None)?.to_string()))
    }

    /// Signs the claims of an ID token, with the `at_hash` of `access_token`.
    pub fn sign_id(
        &self,
        claims: DevIdTokenClaims,
        access_token: &AccessToken,
    ) -> Result<DevIdToken, JsonWebTokenError> {
        self.sign(claims, Some(access_token))
    }

    /// Signs the claims of a logout token, which the library does not know.
    pub fn sign_logout(&self, claims: &Value) -> Result<String, LogoutTokenError> {
        let key = self.0.as_verification_key();
        let header = json!({ "alg": "RS256", "typ": "logout+jwt", "kid": key.key_id() });
        let part = |value: &Value| serde_json::to_vec(value).map(|json| URL_SAFE_NO_PAD.encode(json));
        let signed = format!("{}.{}", part(&header)?, part(claims)?);
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        let signature = PrivateSigningKey::sign(&self.0, &algorithm, signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn sign(&self, claims: DevIdTokenClaims, hashed: Option<&AccessToken>) -> Result<DevIdToken, JsonWebTokenError> {
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        DevIdToken::new(claims, &self.0, algorithm, hashed, None)
    }

    /// The claims of a token, if it was signed here for `client`. Whether it has expired is not looked at: an ID token
    /// comes back as a hint, and of an access token the grant knows.
    pub fn recognise(&self, token: &str, issuer: IssuerUrl, client: ClientId) -> Option<DevIdTokenClaims> {
        let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, self.set())
            .set_time_fn(|| SystemTime::UNIX_EPOCH.into());
        let any_nonce = |_: Option<&Nonce>| Ok(());
        DevIdToken::from_str(token).ok()?.into_claims(&verifier, any_nonce).ok()
    }

    fn set(&self) -> CoreJsonWebKeySet {
        CoreJsonWebKeySet::new(vec![self.0.as_verification_key()])
    }
}

#[cfg(not(test))]
fn numbers() -> Result<RsaPrivateKey, rsa::Error> {
    RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS)
}

/// Half a second would be spent on it in every test; those of the browser spend it.
#[cfg(test)]
fn numbers() -> Result<RsaPrivateKey, rsa::Error> {
    Ok(crate::tests::rsa_key::next())
}
