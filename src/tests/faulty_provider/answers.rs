//! What a test can change.

use serde_json::{Value, json};

/// The changes. Each object is laid over what is right: a `null` removes, anything else replaces.
#[derive(Clone, Debug)]
pub struct Answers {
    /// Over the discovery document.
    pub discovery: Value,
    /// The keys that are published, by number.
    pub published: Vec<usize>,
    /// Of which kind the keys are, and what an ID token is signed with: the `alg` of both.
    pub algorithm: &'static str,
    /// Over each published key.
    pub keys: Value,
    /// Whether the published keys have a `kid`, and the tokens too.
    pub names_keys: bool,
    /// Over the parameters of the authorization response.
    pub authorization: Value,
    /// Over the token response.
    pub tokens: Value,
    /// Over the token response to a refresh token, in place of `tokens`.
    pub renewed_tokens: Value,
    /// Over the claims of a refreshed ID token, beside `claims`.
    pub renewed_claims: Value,
    /// Over the ID token's header.
    pub header: Value,
    /// Over the ID token's claims.
    pub claims: Value,
    /// How the ID token is signed.
    pub signing: Signing,
    /// Over the claims of userinfo.
    pub userinfo: Value,
    /// In place of an endpoint's answer, by its path below the issuer.
    pub instead: Vec<(&'static str, Raw)>,
    /// The redirect URIs that the authorization endpoint knows; `None`: any.
    pub registered: Option<Vec<String>>,
    /// By how many seconds the `Date` of its answers is ahead.
    pub ahead: i64,
    /// An endpoint that does not come to an end, by its path below the issuer.
    pub endless: Option<(&'static str, Endless)>,
    /// A name that comes twice: `discovery`, `header`, `claims`, `tokens` or `userinfo`, and the name in it.
    pub doubled: Option<(&'static str, &'static str)>,
}

/// How an answer does not come to an end.
#[derive(Clone, Copy, Debug)]
pub enum Endless {
    /// It never begins.
    Silent,
    /// It begins, and nothing follows.
    Stuck,
    /// There is always more.
    Flood,
}

/// How an ID token is signed.
#[derive(Clone, Copy, Debug)]
pub enum Signing {
    /// With the key of this number.
    Key(usize),
    /// With this key, while the header names the other: `(key, named)`.
    As(usize, usize),
    /// With the right key, one bit of the signature turned.
    Broken,
    /// With the right key, over other claims than those that are sent.
    OverOtherClaims,
    /// Not at all: `alg` is `none`.
    None,
    /// HS256 with the client secret.
    ClientSecret,
    /// HS256 with what everybody knows of the key: its PEM.
    PublicPem,
    /// HS256 with what everybody knows of the key: its modulus.
    PublicModulus,
    /// Signed, and then five parts instead of three, as an encrypted one has.
    Encrypted,
}

/// An answer as it is.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The status.
    pub status: u16,
    /// One header, mostly the content type.
    pub header: (&'static str, String),
    /// The body.
    pub body: String,
}

impl Raw {
    /// JSON, whether it is or not.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            header: ("content-type", "application/json".to_owned()),
            body: body.into(),
        }
    }

    /// A page.
    pub fn html(status: u16) -> Self {
        let body = "<!DOCTYPE html><title>evil words</title>".to_owned();
        Self {
            status,
            header: ("content-type", "text/html".to_owned()),
            body,
        }
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            discovery: Value::Null,
            published: vec![0],
            algorithm: "RS256",
            keys: Value::Null,
            names_keys: true,
            authorization: Value::Null,
            tokens: Value::Null,
            renewed_tokens: Value::Null,
            renewed_claims: Value::Null,
            header: Value::Null,
            claims: Value::Null,
            signing: Signing::Key(0),
            userinfo: Value::Null,
            instead: Vec::new(),
            endless: None,
            doubled: None,
            registered: None,
            ahead: 0,
        }
    }
}

/// Lays `change` over `base`.
pub fn merge(base: &mut Value, change: &Value) {
    let (Some(base), Some(change)) = (base.as_object_mut(), change.as_object()) else {
        return;
    };
    for (name, value) in change {
        if value.is_null() {
            base.remove(name);
        } else {
            base.insert(name.clone(), value.clone());
        }
    }
}

/// The text of `object`, in which `name` comes twice if it is to.
pub fn text(object: &Value, name: Option<&str>) -> String {
    let text = object.to_string();
    match name {
        Some(name) => format!("{},{}:{}}}", text.strip_suffix('}').unwrap(), json!(name), object[name]),
        None => text,
    }
}
