//! The application's own private key, which a provider knows the public half of.
//!
//! [RFC 7517](https://www.rfc-editor.org/rfc/rfc7517.html), [RFC 7518, 3](https://www.rfc-editor.org/rfc/rfc7518.html#section-3).

use crate::server::secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::pkcs8::DecodePrivateKey;
use rsa::{
    RsaPrivateKey, pkcs1::DecodeRsaPrivateKey, pkcs1v15, pkcs8::DecodePrivateKey as DecodeRsaPkcs8,
    signature::RandomizedSigner, traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{fmt, sync::Arc};

/// The least length of an RSA key, in bits ([RFC 7518, 3.3](https://www.rfc-editor.org/rfc/rfc7518.html#section-3.3)).
const SHORTEST_RSA: usize = 2048;

/// A private key that signs. It prints as the name of its public half.
#[derive(Clone)]
pub struct ClientKey {
    name: String,
    key: Arc<Key>,
}

enum Key {
    Rs256(Box<pkcs1v15::SigningKey<Sha256>>),
    Es256(p256::ecdsa::SigningKey),
    Es384(p384::ecdsa::SigningKey),
}

/// Why a text is not a key that can be used. It repeats nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM block at all, or one that was cut.
    #[error("it is not a whole PEM block")]
    NotPem,
    /// A passphrase stands before it.
    #[error("it is encrypted: take the passphrase off")]
    Encrypted,
    /// A certificate or a public key, which the provider needs and not we.
    #[error("it is not a private key")]
    NotPrivate,
    /// An RSA key that is too short to be trusted.
    #[error("it is an RSA key of less than {SHORTEST_RSA} bits")]
    Short,
    /// Neither RSA nor one of the two curves, or not a key inside.
    #[error("it is neither an RSA key nor an EC key on P-256 or P-384")]
    Kind,
}

impl ClientKey {
    /// Reads a PEM block: PKCS#8, or what OpenSSL wrote before it (PKCS#1 for RSA, SEC1 for EC).
    ///
    /// # Errors
    /// When it is not a private key of a kind that signs here.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        // A variable that holds one line has the line breaks written out.
        let text = text.replace("\\n", "\n").replace("\r\n", "\n");
        // `openssl ecparam -genkey` puts the name of the curve before the key, which names it itself.
        let key = text.split_once("-----END EC PARAMETERS-----").map(|(_, key)| key);
        let text = key.unwrap_or(&text).trim();
        let label = text
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.split_once("-----"))
            .ok_or(KeyError::NotPem)?
            .0;
        if !text.ends_with(&format!("-----END {label}-----")) {
            return Err(KeyError::NotPem);
        }
        let key = match label {
            _ if label.starts_with("ENCRYPTED") || text.contains("Proc-Type:") => return Err(KeyError::Encrypted),
            "PRIVATE KEY" => pkcs8(text),
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_pem(text).ok().map(rsa),
            "EC PRIVATE KEY" => p256::SecretKey::from_sec1_pem(text)
                .map(|key| Key::Es256(key.into()))
                .or_else(|_| p384::SecretKey::from_sec1_pem(text).map(|key| Key::Es384(key.into())))
                .ok(),
            _ => return Err(KeyError::NotPrivate),
        };
        let key = key.ok_or(KeyError::Kind)?;
        if let Key::Rs256(key) = &key {
            let key: &RsaPrivateKey = (**key).as_ref();
            if key.n().bits() < SHORTEST_RSA {
                return Err(KeyError::Short);
            }
        }
        // The members that name a key, in their order and without white space, which is how serde_json writes them.
        let name = secret::digest(&key.required_members().to_string());
        Ok(Self {
            name,
            key: Arc::new(key),
        })
    }

    /// `kid`: the thumbprint of the public half ([RFC 7638](https://www.rfc-editor.org/rfc/rfc7638.html)).
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `alg`, which follows from the key.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match *self.key {
            Key::Rs256(_) => "RS256",
            Key::Es256(_) => "ES256",
            Key::Es384(_) => "ES384",
        }
    }

    /// The public half, as the provider registers it.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let mut jwk = self.key.required_members();
        jwk["kid"] = json!(self.name);
        jwk["alg"] = json!(self.algorithm());
        jwk["use"] = json!("sig");
        jwk
    }

    /// The signature over `input`, as JWS has it. `None` when the key can't, or the system gives no randomness.
    #[must_use]
    pub fn sign(&self, input: &[u8]) -> Option<Vec<u8>> {
        use p256::ecdsa::signature::Signer;
        use rsa::signature::SignatureEncoding;
        match &*self.key {
            // Blinded, so that the time that it takes tells nothing of the key.
            Key::Rs256(key) => Some(key.try_sign_with_rng(&mut rsa::rand_core::OsRng, input).ok()?.to_vec()),
            Key::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(input).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            Key::Es384(key) => {
                let signature: p384::ecdsa::Signature = key.try_sign(input).ok()?;
                Some(signature.to_bytes().to_vec())
            }
        }
    }
}

fn pkcs8(text: &str) -> Option<Key> {
    if let Ok(key) = <RsaPrivateKey as DecodeRsaPkcs8>::from_pkcs8_pem(text) {
        return Some(rsa(key));
    }
    if let Ok(key) = p256::SecretKey::from_pkcs8_pem(text) {
        return Some(Key::Es256(key.into()));
    }
    p384::SecretKey::from_pkcs8_pem(text)
        .ok()
        .map(|key| Key::Es384(key.into()))
}

fn rsa(key: RsaPrivateKey) -> Key {
    Key::Rs256(Box::new(pkcs1v15::SigningKey::new(key)))
}

impl Key {
    /// [RFC 7638, 3.2](https://www.rfc-editor.org/rfc/rfc7638.html#section-3.2).
    fn required_members(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let on_curve = |curve: &str, point: &[u8]| {
            // An uncompressed point: 4, x, y.
            let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
            json!({ "crv": curve, "kty": "EC", "x": encode(x), "y": encode(y) })
        };
        match self {
            Self::Rs256(key) => {
                let key: &RsaPrivateKey = (**key).as_ref();
                json!({ "e": encode(&key.e().to_bytes_be()), "kty": "RSA", "n": encode(&key.n().to_bytes_be()) })
            }
            Self::Es256(key) => on_curve("P-256", key.verifying_key().to_sec1_point(false).as_bytes()),
            Self::Es384(key) => on_curve("P-384", key.verifying_key().to_sec1_point(false).as_bytes()),
        }
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientKey({} {})", self.algorithm(), self.name)
    }
}
