//! JSON of strangers.

use crate::server::json;
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn a_name_that_comes_twice_is_refused_at_any_depth() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"b":{"a":1,"a":2}}"#,
        r#"[0,[{"c":{"a":1,"b":[],"a":null}}]]"#,
    ] {
        let error = json::read::<Value>(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("a name comes twice in one object"), "{text}: {error}");
    }
}

#[test]
fn the_same_name_in_two_objects_is_none_too_many() {
    let text = r#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":null}}"#;
    assert_eq!(json::read::<Value>(text.as_bytes()).unwrap().to_string(), text);
}

#[test]
fn what_follows_and_what_is_too_deep_is_refused() {
    assert!(json::read::<Value>(b"{} {}").is_err());
    assert!(json::read::<Value>("[".repeat(100_000).as_bytes()).is_err());
    assert!(json::read::<Value>(&[0xff]).is_err());
}

proptest! {
    #[test]
    fn reads_nothing_that_serde_json_does_not(text in r#"[\[\]{}",:0-9a\\ ]{0,24}"#) {
        if let Ok(value) = json::read::<Value>(text.as_bytes()) {
            prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
