//! What is to be copied stands alone: nothing sticks to it that a shell or an address bar would take for a part of it.

use crate::server::doctor::Report;

/// A setting or an address in a remedy.
fn is_copied(word: &str) -> bool {
    let is_setting = word.split_once('=').is_some_and(|(name, value)| {
        let is_name = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        !value.is_empty() && name.len() > 3 && name.bytes().all(is_name)
    });
    is_setting || word.starts_with("http://") || word.starts_with("https://")
}

/// Asserts that of each remedy.
pub fn assert_bare(report: &Report) {
    for remedy in report.findings().filter_map(|finding| finding.remedy.as_deref()) {
        let mut words = remedy.split_whitespace().filter(|word| is_copied(word)).peekable();
        let sticks = words.find(|word| word.ends_with(['.', ',', ';', ':', '?', '!', ')', '"']));
        assert_eq!(sticks, None, "{remedy}");
    }
}

#[test]
fn a_value_is_known_from_a_sentence() {
    for copied in [
        "AUTH_X_ISSUER=https://id.example/",
        "https://id.example",
        "http://127.0.0.1:1/x.",
    ] {
        assert!(is_copied(copied), "{copied}");
    }
    for word in ["AUTH_URL", "response_type=code", "curl", "CA:TRUE", "Strict,"] {
        assert!(!is_copied(word), "{word}");
    }
}
