//! ID tokens are signed with a key of the provider's, which can be had and fits
//! ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517.html),
//! [RFC 7518, 3.1](https://www.rfc-editor.org/rfc/rfc7518.html#section-3.1)).

use super::{
    ask::Asker,
    certificate,
    document::Document,
    report::{Check, Finding},
};
use crate::server::{auth::id_token::keys::unfit, config::plain, json, provider::discovery::is_usable};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm};
use serde_json::{Map, Value};

/// Where authentik has it.
const SELECT_ONE: &str = "In authentik: Applications > Providers > the provider > Edit > Signing Key: select one, such as \
                          authentik Self-signed Certificate. Without one it signs with the client secret.";

/// What a sign-in takes, for one whose provider announces something else.
const TAKEN: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

/// What is announced, where that can be read.
const ANNOUNCED: &str = "id_token_signing_alg_values_supported";

/// An algorithm that a sign-in takes is announced.
pub fn algorithm(document: &Document) -> Finding {
    let fail = |evidence: String, remedy: &str| Finding::fail(Check::SigningAlgorithm, evidence, remedy);
    let Some(announced) = document.list(ANNOUNCED) else {
        let remedy = "Every provider has to say it: is this its own document?";
        return fail("the provider does not say how it signs".to_owned(), remedy);
    };
    let usable: Vec<&str> = announced
        .iter()
        .copied()
        .filter(|name| named(name).is_some_and(|algorithm| is_usable(&algorithm)))
        .collect();
    if !usable.is_empty() {
        return Finding::pass(Check::SigningAlgorithm, usable.join(", "));
    }
    let shown = match announced.is_empty() {
        true => "nothing".to_owned(),
        false => plain(&announced.join(", ")),
    };
    fail(
        format!("announces {shown} only"),
        &format!("{SELECT_ONE} A sign-in takes {}.", TAKEN.join(", ")),
    )
}

/// The algorithm of that name, if the library knows it.
fn named(name: &str) -> Option<Algorithm> {
    serde_json::from_value(Value::String(name.to_owned())).ok()
}

/// Fetches the keys.
pub async fn check(asker: &Asker, document: &Document) -> Finding {
    let Some(url) = document.url("jwks_uri") else {
        return Finding::skip(Check::Keys, "jwks_uri is missing");
    };
    let shown = plain(url.as_str());
    let fail = |evidence: String, remedy: &str| Finding::fail(Check::Keys, evidence, remedy);
    let elsewhere = "The keys must be where jwks_uri says. In authentik this path belongs to the application: is its slug \
                     right, and can this machine reach it?";
    let answer = match asker.get(&url, "application/json").await {
        Ok(answer) if answer.status == 200 => answer,
        Ok(answer) => return fail(format!("{shown}: {}", answer.summary()), elsewhere),
        Err(reason) => {
            let remedy = certificate::remedy(&reason).unwrap_or(elsewhere);
            return fail(format!("{shown}: {reason}"), remedy);
        }
    };
    match json::read::<Map<String, Value>>(&answer.body) {
        Ok(set) => of_set(&set, &usable(document)),
        Err(error) => fail(
            format!("{shown}: {}, and not a key set: {error}", answer.summary()),
            elsewhere,
        ),
    }
}

/// The announced algorithms that a sign-in takes; where there are none, which is said already, all that it could take.
fn usable(document: &Document) -> Vec<Algorithm> {
    let known = |names: &[&str]| -> Vec<Algorithm> {
        let algorithms = names.iter().copied().filter_map(named);
        algorithms.filter(is_usable).collect()
    };
    let announced = known(&document.list(ANNOUNCED).unwrap_or_default());
    if announced.is_empty() { known(&TAKEN) } else { announced }
}

/// Whether something in the set verifies what is signed by one of these algorithms.
fn of_set(set: &Map<String, Value>, algorithms: &[Algorithm]) -> Finding {
    let keys: Vec<&Map<String, Value>> = match set.get("keys").and_then(Value::as_array) {
        Some(keys) => keys.iter().filter_map(Value::as_object).collect(),
        None => Vec::new(),
    };
    if keys.is_empty() {
        return Finding::fail(Check::Keys, "no key is published", SELECT_ONE);
    }
    let fitting: Vec<_> = keys
        .iter()
        .copied()
        .filter(|key| algorithms.iter().any(|algorithm| fits(key, algorithm)))
        .collect();
    if fitting.is_empty() {
        let evidence = format!(
            "publishes {}, and none verifies a signature by an algorithm that is announced and taken",
            shown(&keys)
        );
        return Finding::fail(Check::Keys, evidence, SELECT_ONE);
    }
    let evidence = shown(&fitting);
    if fitting.len() > 1 && fitting.iter().any(|key| text(key, "kid").is_none()) {
        let remedy = "With more than one key each needs a kid, so that a token can say which one signed it.";
        return Finding::warn(Check::Keys, evidence, remedy);
    }
    Finding::pass(Check::Keys, evidence)
}

/// Whether a sign-in would try this key for that algorithm, and could.
fn fits(key: &Map<String, Value>, algorithm: &Algorithm) -> bool {
    let has = |name: &str| text(key, name).is_some_and(|value| !value.is_empty());
    let is_whole = match algorithm {
        Algorithm::EcdsaP256Sha256 => text(key, "crv") == Some("P-256") && has("x") && has("y"),
        Algorithm::EcdsaP384Sha384 => text(key, "crv") == Some("P-384") && has("x") && has("y"),
        Algorithm::EdDsa => text(key, "crv") == Some("Ed25519") && has("x"),
        _ => has("n") && has("e"),
    };
    // The library leaves out of a set what it can't read.
    let read = serde_json::from_value::<CoreJsonWebKey>(Value::Object(key.clone()));
    is_whole && read.is_ok_and(|key| unfit(&key, algorithm).is_none())
}

fn text<'k>(key: &'k Map<String, Value>, name: &str) -> Option<&'k str> {
    key.get(name)?.as_str()
}

/// Each by its kind and its name.
fn shown(keys: &[&Map<String, Value>]) -> String {
    let one = |key: &&Map<String, Value>| {
        let kind = text(key, "alg")
            .or_else(|| text(key, "kty"))
            .unwrap_or("a key of no kind");
        let curve = text(key, "crv").map(|curve| format!(" {}", plain(curve)));
        let purpose = text(key, "use").filter(|purpose| *purpose != "sig");
        format!(
            "{}{}{} (kid {})",
            plain(kind),
            curve.unwrap_or_default(),
            purpose.map_or_else(String::new, |purpose| format!(" for {}", plain(purpose))),
            text(key, "kid").map_or_else(|| "absent".to_owned(), plain)
        )
    };
    keys.iter().map(one).collect::<Vec<_>>().join(", ")
}
