//! What holds for every string.

use super::assert_sound;
use crate::shared::safe_path::{MAX_LENGTH, SafePath, UnsafePath};
use proptest::prelude::*;

/// What attacks are made of.
fn fragment() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "/",
        "//",
        "\\",
        ".",
        "..",
        "@",
        ":",
        "?",
        "#",
        "%",
        "%2f",
        "%2F",
        "%5c",
        "%252f",
        "%255c",
        "%2e",
        "%252e",
        "%09",
        "%0a",
        "%0d",
        "%00",
        "%23",
        "%3f",
        "%40",
        "%ff",
        "%c0%af",
        "%e2%80%a8",
        "\t",
        "\n",
        "\r",
        "\0",
        " ",
        "\u{a0}",
        "\u{200b}",
        "\u{2028}",
        "\u{feff}",
        "／",
        "。",
        "é",
        "ß",
        "evil.example",
        "app.example",
        "https:",
        "javascript:",
        "data:",
        "auth",
        "api",
        "a",
        "a%2fb",
        "&",
        "=",
        ";",
        "|",
        "'",
        "\"",
        "<",
        "^",
        "`",
        "[",
        "]",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// As [`fragment`], several, mostly after one slash.
fn built() -> impl Strategy<Value = String> {
    let rest = prop::collection::vec(fragment(), 0..12).prop_map(|parts| parts.concat());
    (prop::bool::weighted(0.9), rest).prop_map(|(rooted, rest)| if rooted { format!("/{rest}") } else { rest })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn any_string_is_refused_or_sound(input in any::<String>()) {
        if let Ok(target) = SafePath::parse(&input) {
            assert_sound(&target);
        }
        assert_sound(&SafePath::parse_or_default(Some(&input)));
    }

    #[test]
    fn any_rooted_string_is_refused_or_sound(input in "/\\PC{0,200}") {
        if let Ok(target) = SafePath::parse(&input) {
            assert_sound(&target);
        }
    }

    #[test]
    fn anything_built_of_dangerous_fragments_is_refused_or_sound(input in built()) {
        if let Ok(target) = SafePath::parse(&input) {
            assert_sound(&target);
        }
    }

    #[test]
    fn whatever_the_length_what_comes_out_fits(length in 600..MAX_LENGTH + 10, unit in "[aé%?#]{1,3}", end in fragment()) {
        let input = format!("/{}{end}", unit.repeat(length / unit.len()));
        if let Ok(target) = SafePath::parse(&input) {
            assert_sound(&target);
        }
    }

    #[test]
    fn ordinary_paths_come_out_unchanged(input in "/[a-z0-9_~-]{1,20}(/[a-z0-9_~-]{1,20}){0,5}(\\?[a-z]{1,9}=[a-z0-9]{0,9})?(#[a-z0-9]{1,9})?") {
        match SafePath::parse(&input) {
            Ok(target) => prop_assert_eq!(target.as_str(), input),
            Err(refusal) => prop_assert_eq!(refusal, UnsafePath::Reserved),
        }
    }
}
