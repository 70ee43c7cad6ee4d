//! The closed list of error codes.

use crate::shared::error::SignInError;
use std::collections::BTreeSet;

/// The list of the public contract. A code that is added or renamed here breaks somebody's link or script.
const CONTRACT: [&str; 18] = [
    "no_code",
    "exchange_failed",
    "network",
    "state_mismatch",
    "binding_missing",
    "access_denied",
    "login_required",
    "provider_error",
    "provider_unavailable",
    "unknown_provider",
    "token_invalid",
    "userinfo_mismatch",
    "not_allowed",
    "email_unverified",
    "session_expired",
    "too_many_attempts",
    "configuration",
    "server_error",
];

#[test]
fn the_list_is_the_contracts() {
    let codes: Vec<_> = SignInError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes, CONTRACT);
}

#[test]
fn every_code_leads_back_to_its_error() {
    for error in SignInError::ALL {
        assert_eq!(SignInError::from_code(error.code()), Some(*error));
        assert_eq!(error.to_string(), error.code());
    }
}

#[test]
fn what_is_not_on_the_list_is_no_error_of_ours() {
    for code in [
        "",
        "NO_CODE",
        " no_code",
        "no_code ",
        "nocode",
        "<script>",
        "invalid_grant",
        "access_denied\0",
    ] {
        assert_eq!(SignInError::from_code(code), None, "{code:?}");
    }
}

#[test]
fn every_code_has_a_sentence_and_a_next_step_of_its_own() {
    let mut sentences = BTreeSet::new();
    for error in SignInError::ALL {
        for text in [error.sentence(), error.next_step()] {
            assert!(
                text.len() > 15 && text.ends_with('.') && text.trim() == text,
                "{error}: {text:?}"
            );
            assert!(text.starts_with(char::is_uppercase), "{error}: {text:?}");
            assert!(!text.contains('_'), "{error} shows a code: {text:?}");
        }
        assert!(
            sentences.insert(error.sentence()),
            "{error} has another code's sentence"
        );
    }
}

#[test]
fn an_error_is_its_code_in_json() {
    for error in SignInError::ALL {
        let json = serde_json::to_string(error).unwrap();
        assert_eq!(json, format!("\"{}\"", error.code()));
        assert_eq!(serde_json::from_str::<SignInError>(&json).unwrap(), *error);
    }
}
