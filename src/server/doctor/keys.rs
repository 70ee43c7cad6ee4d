//! ID tokens are signed with a key of the provider's, which can be had
//! ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517.html)).

use super::{
    ask::Asker,
    document::Document,
    report::{Check, Finding},
};
use crate::server::json;
use serde_json::{Map, Value};

/// Where authentik has it.
const SELECT_ONE: &str = "In authentik: Applications > Providers > the provider > Edit > Signing Key: select one, such as \
                          authentik Self-signed Certificate. Without one it signs with the client secret.";

/// An asymmetric algorithm is announced.
pub fn algorithm(document: &Document) -> Finding {
    let Some(announced) = document.list("id_token_signing_alg_values_supported") else {
        let remedy = "Every provider has to say it: is this its own document?";
        return Finding::fail(
            Check::SigningAlgorithm,
            "the provider does not say how it signs",
            remedy,
        );
    };
    let is_asymmetric = |name: &&str| ["RS", "PS", "ES", "Ed"].iter().any(|start| name.starts_with(start));
    let usable: Vec<&str> = announced.iter().copied().filter(is_asymmetric).collect();
    if usable.is_empty() {
        let announced = if announced.is_empty() {
            "nothing".to_owned()
        } else {
            announced.join(", ")
        };
        return Finding::fail(
            Check::SigningAlgorithm,
            format!("announces {announced} only"),
            SELECT_ONE,
        );
    }
    Finding::pass(Check::SigningAlgorithm, usable.join(", "))
}

/// Fetches the keys.
pub async fn check(asker: &Asker, document: &Document) -> Finding {
    let Some(url) = document.url("jwks_uri") else {
        return Finding::skip(Check::Keys, "jwks_uri is missing");
    };
    let fail = |evidence: String, remedy: &str| Finding::fail(Check::Keys, evidence, remedy);
    let elsewhere = "The keys must be where jwks_uri says. In authentik this path belongs to the application: is its slug \
                     right, and can this machine reach it?";
    let answer = match asker.get(&url, "application/json").await {
        Ok(answer) if answer.status == 200 => answer,
        Ok(answer) => return fail(format!("{url}: {}", answer.summary()), elsewhere),
        Err(reason) => return fail(format!("{url}: {reason}"), elsewhere),
    };
    match json::read::<Map<String, Value>>(&answer.body) {
        Ok(set) => of_set(&set),
        Err(error) => fail(
            format!("{url}: {}, and not a key set: {error}", answer.summary()),
            elsewhere,
        ),
    }
}

/// Whether something in the set verifies signatures.
fn of_set(set: &Map<String, Value>) -> Finding {
    let keys: Vec<&Map<String, Value>> = match set.get("keys").and_then(Value::as_array) {
        Some(keys) => keys.iter().filter_map(Value::as_object).collect(),
        None => Vec::new(),
    };
    if keys.is_empty() {
        return Finding::fail(Check::Keys, "no key is published", SELECT_ONE);
    }
    let text = |key: &Map<String, Value>, name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_usable = |key: &&&Map<String, Value>| {
        let is_asymmetric = matches!(text(key, "kty").as_deref(), Some("RSA" | "EC" | "OKP"));
        is_asymmetric && text(key, "use").is_none_or(|purpose| purpose == "sig")
    };
    let usable: Vec<_> = keys.iter().filter(is_usable).collect();
    if usable.is_empty() {
        return Finding::fail(
            Check::Keys,
            format!(
                "{} published, and none verifies signatures (use: sig; RSA, EC or OKP)",
                keys.len()
            ),
            SELECT_ONE,
        );
    }
    let named: Vec<String> = usable
        .iter()
        .map(|key| {
            let kind = text(key, "alg").or_else(|| text(key, "kty")).unwrap_or_default();
            format!(
                "{kind} (kid {})",
                text(key, "kid").unwrap_or_else(|| "absent".to_owned())
            )
        })
        .collect();
    let evidence = named.join(", ");
    if usable.len() > 1 && usable.iter().any(|key| text(key, "kid").is_none()) {
        let remedy = "With more than one key each needs a kid, so that a token can say which one signed it.";
        return Finding::warn(Check::Keys, evidence, remedy);
    }
    Finding::pass(Check::Keys, evidence)
}
