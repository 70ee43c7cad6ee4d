//! Whatever a provider publishes, and whatever an operator takes for a key: no panic, and nothing believed by half.

use crate::{
    server::{
        config::Config,
        provider::{
            client::Metadata,
            client_key::ClientKey,
            discovery::{What, algorithms, check_endpoints, check_issuer},
            fetch, freshness,
        },
    },
    tests::{
        faulty_provider::CLIENT,
        many::{many, spoilt},
    },
};
use axum::http::{HeaderValue, Response, header::CACHE_CONTROL};
use openidconnect::{JsonWebKeySet, core::CoreJsonWebKey};
use proptest::{collection::vec, prelude::*};
use serde_json::json;

const ISSUER: &str = "https://id.example/realm";

fn document() -> Vec<u8> {
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    document.to_string().into_bytes()
}

fn keys() -> Vec<u8> {
    let keys = json!({ "keys": [
        { "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one", "n": "AQAB", "e": "AQAB" },
        { "kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA" },
    ] });
    keys.to_string().into_bytes()
}

/// Any bytes, or a right one of which a piece was replaced by any others.
fn nearly(right: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..200), spoilt(right)]
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn a_discovery_document_is_refused_or_it_is_this_issuers(body in nearly(document())) {
        let variables = [("AUTH_MAIN_ISSUER", ISSUER), ("AUTH_MAIN_ID", CLIENT)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = &Config::from_sources(None, variables).unwrap().providers[0];
        if let Ok(fetched) = fetch::read::<Metadata>(What::Document, &Response::new(body))
            && check_issuer(config, &fetched.value).is_ok()
        {
            prop_assert_eq!(fetched.value.issuer().as_str().trim_end_matches('/'), ISSUER);
            let _ = (check_endpoints(&fetched.value), algorithms(&fetched.value));
        }
    }

    #[test]
    fn a_key_set_is_read_or_refused(body in nearly(keys())) {
        if let Ok(fetched) = fetch::read::<JsonWebKeySet<CoreJsonWebKey>>(What::Keys, &Response::new(body)) {
            prop_assert!(fetched.value.keys().len() <= 3);
        }
    }

    #[test]
    fn no_cache_control_gives_more_than_an_hour_or_less_than_a_second(value in vec(any::<u8>(), 0..40)) {
        let mut answer = Response::new(());
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            answer.headers_mut().insert(CACHE_CONTROL, value);
        }
        let life = freshness::life(answer.headers()).whole_seconds();
        prop_assert!((1..=3600).contains(&life));
    }
}

proptest! {
    #[test]
    fn no_text_but_a_key_is_one(label in "(RSA |EC |ENCRYPTED |)PRIVATE KEY", body in "[A-Za-z0-9+/=\\n]{0,200}", end in any::<bool>()) {
        let end = if end { format!("-----END {label}-----") } else { String::new() };
        let text = format!("-----BEGIN {label}-----\n{body}\n{end}");
        prop_assert!(ClientKey::from_pem(&text).is_err());
    }
}
