//! How the client authenticates, and that it has what it takes: `CLIENT_AUTH`, `SECRET` and `KEY` of a provider.

use super::{
    ClientAuth,
    mistakes::{Mistake, Refusal},
    names,
    reader::Reader,
    secrets,
    text::Text,
};
use crate::server::{
    provider::client_key::{ClientKey, KeyError},
    secret::Secret,
};
use std::fmt;

const METHODS: [ClientAuth; 4] = [
    ClientAuth::ClientSecretBasic,
    ClientAuth::ClientSecretPost,
    ClientAuth::PrivateKeyJwt,
    ClientAuth::None,
];

impl fmt::Display for ClientAuth {
    /// As the specification writes it, and the configuration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        })
    }
}

/// What the operator gave; each as it was found.
pub(super) struct Given {
    pub(super) method: Option<Text>,
    pub(super) secret: Option<Text>,
    pub(super) key: Option<Text>,
}

/// The method, where it does not depend on what the provider offers; the secret; the key.
pub(super) type Credentials = (Option<ClientAuth>, Option<Secret>, Option<ClientKey>);

/// Reads them for the provider `id`.
pub(super) fn read(reader: &mut Reader, id: &str, given: &Given) -> Credentials {
    let method = match &given.method {
        Some(text) => reader.parse(text, |value| method(id, value, given)),
        None => {
            refuse_both(reader, id, given);
            match (&given.secret, &given.key) {
                (Some(_), _) => None,
                (None, Some(_)) => Some(ClientAuth::PrivateKeyJwt),
                (None, None) => Some(ClientAuth::None),
            }
        }
    };
    let secret = given
        .secret
        .as_ref()
        .and_then(|text| reader.parse(text, secrets::client));
    let key = given.key.as_ref().and_then(|text| reader.parse(text, key));
    (method, secret, key)
}

/// Which of the two counts must be said.
fn refuse_both(reader: &mut Reader, id: &str, given: &Given) {
    if let (Some(secret), Some(key)) = (&given.secret, &given.key) {
        let expected = format!(
            "one of the two, or {} to say which counts: private_key_jwt, client_secret_post or client_secret_basic",
            names::variable(id, "CLIENT_AUTH")
        );
        let subject = format!("{}, {}", secret.subject, key.subject);
        reader
            .mistakes
            .add(Mistake::new(subject, "both a secret and a key", expected));
    }
}

/// The method must agree with what there is to authenticate with.
fn method(id: &str, value: &str, given: &Given) -> Result<ClientAuth, Refusal> {
    let method = METHODS
        .into_iter()
        .find(|method| method.to_string() == value)
        .ok_or("client_secret_basic, client_secret_post, private_key_jwt or none")?;
    let (secret, key) = (names::variable(id, "SECRET"), names::variable(id, "KEY"));
    match method {
        ClientAuth::None if given.secret.is_some() || given.key.is_some() => {
            let (unused, others) = match given.secret {
                Some(_) => (secret, "client_secret_basic or client_secret_post"),
                None => (key, "private_key_jwt"),
            };
            Err(Refusal(format!("{others}, or no {unused}: it would not be used")))
        }
        ClientAuth::ClientSecretBasic | ClientAuth::ClientSecretPost if given.secret.is_none() => Err(Refusal(
            format!("none, for a public client, or the client secret in {secret}"),
        )),
        ClientAuth::PrivateKeyJwt if given.key.is_none() => {
            Err(Refusal(format!("another method, or the private key in {key}")))
        }
        _ => Ok(method),
    }
}

/// Parses the private key; what is said of it repeats nothing of it.
fn key(text: &str) -> Result<ClientKey, Refusal> {
    ClientKey::from_pem(text).map_err(|error| {
        let expected = "a private key in PEM (PKCS#8, \"-----BEGIN PRIVATE KEY-----\"), not encrypted: EC on P-256 or P-384, \
                        or RSA of at least 2048 bits, such as `openssl genpkey -algorithm EC -pkeyopt \
                        ec_paramgen_curve:P-256` makes";
        let mend = match error {
            KeyError::NotPem => "; a file keeps its line breaks: set the variable with _FILE to its path",
            KeyError::Encrypted | KeyError::NotPrivate | KeyError::Short | KeyError::Kind => "",
        };
        Refusal(format!("{expected}{mend}; {error}"))
    })
}
