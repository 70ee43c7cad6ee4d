//! Key pairs of every kind: [RFC 7518, 3 and 6](https://www.rfc-editor.org/rfc/rfc7518.html).

use crate::tests::rsa_key;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use rsa::{
    RsaPrivateKey, pkcs1v15,
    pkcs8::{EncodePublicKey, LineEnding},
    pss,
    rand_core::OsRng,
    signature::{RandomizedSigner, SignatureEncoding, Signer as _},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::sync::OnceLock;

/// One key of each kind, made when it is first used.
#[derive(Default)]
pub struct KeyPair {
    rsa: OnceLock<RsaPrivateKey>,
    p256: OnceLock<p256::ecdsa::SigningKey>,
    p384: OnceLock<p384::ecdsa::SigningKey>,
    ed25519: OnceLock<ed25519_dalek::SigningKey>,
}

impl KeyPair {
    /// The signature of `input`.
    pub fn sign(&self, algorithm: &str, input: &[u8]) -> Vec<u8> {
        let rsa = || self.rsa().clone();
        match algorithm {
            "RS256" => pkcs1v15::SigningKey::<Sha256>::new(rsa()).sign(input).to_vec(),
            "RS384" => pkcs1v15::SigningKey::<Sha384>::new(rsa()).sign(input).to_vec(),
            "RS512" => pkcs1v15::SigningKey::<Sha512>::new(rsa()).sign(input).to_vec(),
            "PS256" => pss::SigningKey::<Sha256>::new(rsa())
                .sign_with_rng(&mut OsRng, input)
                .to_vec(),
            "PS384" => pss::SigningKey::<Sha384>::new(rsa())
                .sign_with_rng(&mut OsRng, input)
                .to_vec(),
            "PS512" => pss::SigningKey::<Sha512>::new(rsa())
                .sign_with_rng(&mut OsRng, input)
                .to_vec(),
            "ES256" => {
                let signature: p256::ecdsa::Signature = self.p256().sign(input);
                signature.to_bytes().to_vec()
            }
            "ES384" => {
                let signature: p384::ecdsa::Signature = self.p384().sign(input);
                signature.to_bytes().to_vec()
            }
            "EdDSA" => self.ed25519().sign(input).to_bytes().to_vec(),
            other => panic!("no key signs with {other}"),
        }
    }

    /// What is published of the key that signs with `algorithm`.
    pub fn publish(&self, algorithm: &str) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let curve = |name: &str, point: &[u8]| {
            let (x, y) = point[1..].split_at(point.len() / 2);
            json!({ "kty": "EC", "crv": name, "x": encode(x), "y": encode(y) })
        };
        match algorithm {
            "ES256" => curve("P-256", &self.p256().verifying_key().to_sec1_bytes()),
            "ES384" => curve("P-384", &self.p384().verifying_key().to_sec1_bytes()),
            "EdDSA" => {
                let x = encode(self.ed25519().verifying_key().as_bytes());
                json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
            }
            _ => json!({ "kty": "RSA", "n": encode(&self.modulus()), "e": encode(&self.rsa().e().to_bytes_be()) }),
        }
    }

    /// The modulus of the RSA key.
    pub fn modulus(&self) -> Vec<u8> {
        self.rsa().n().to_bytes_be()
    }

    /// The public half of the RSA key, as a file has it.
    pub fn public_pem(&self) -> String {
        let public = self.rsa().to_public_key();
        public.to_public_key_pem(LineEnding::LF).unwrap()
    }

    fn rsa(&self) -> &RsaPrivateKey {
        self.rsa.get_or_init(rsa_key::next)
    }

    fn p256(&self) -> &p256::ecdsa::SigningKey {
        self.p256
            .get_or_init(|| p256::ecdsa::SigningKey::from_slice(&random::<32>()).unwrap())
    }

    fn p384(&self) -> &p384::ecdsa::SigningKey {
        self.p384
            .get_or_init(|| p384::ecdsa::SigningKey::from_slice(&random::<48>()).unwrap())
    }

    fn ed25519(&self) -> &ed25519_dalek::SigningKey {
        self.ed25519
            .get_or_init(|| ed25519_dalek::SigningKey::from_bytes(&random()))
    }
}

/// The left half of the hash that goes with `algorithm`:
/// [OpenID Connect Core 3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken).
pub fn half_hash(algorithm: &str, text: &str) -> String {
    let hash = match algorithm {
        _ if algorithm.ends_with("256") => Sha256::digest(text).to_vec(),
        _ if algorithm.ends_with("384") => Sha384::digest(text).to_vec(),
        // RFC 8032, 5.1: Ed25519 hashes with SHA-512, and so does everybody for its `at_hash`.
        _ => Sha512::digest(text).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
