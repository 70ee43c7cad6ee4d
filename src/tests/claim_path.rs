//! Paths of claims.

use crate::server::config::ClaimPath;
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

fn claims() -> Map<String, Value> {
    let claims = json!({
        "groups": ["a", "b"],
        "organizationId": null,
        "realm_access": { "roles": ["admin"], "": { "deep": 1 } },
        "resource": { "app": [{ "roles": ["first"] }, "second"], "my-client": { "roles": [] } },
        "https://example.com/groups": ["c"],
        "cognito:groups": ["d"],
        "with.dot": { "and \"quotes\" \\": true },
        "list": [[0, 1], [2]],
        "0": "zero",
    });
    claims.as_object().unwrap().clone()
}

#[test]
fn lead_to_what_stands_there() {
    for (path, found) in [
        ("groups", json!(["a", "b"])),
        ("realm_access.roles", json!(["admin"])),
        ("resource.app[0]", json!({ "roles": ["first"] })),
        ("resource.app[0].roles", json!(["first"])),
        ("resource.app[1]", json!("second")),
        ("resource.my-client.roles", json!([])),
        ("\"https://example.com/groups\"", json!(["c"])),
        ("cognito:groups", json!(["d"])),
        (r#""with.dot"."and \"quotes\" \\""#, json!(true)),
        ("realm_access.\"\".deep", json!(1)),
        ("list[1][0]", json!(2)),
        ("0", json!("zero")),
    ] {
        assert_eq!(ClaimPath::parse(path).unwrap().find(&claims()), Some(&found), "{path}");
    }
}

#[test]
fn lead_nowhere_where_nothing_stands() {
    for path in [
        "Groups",
        "roles",
        "organizationId",
        "realm_access.role",
        "realm_access.roles.admin",
        "realm_access[0]",
        "groups.0",
        "groups[2]",
        "resource.app[9999]",
        "groups[0].name",
        "realm_access.roles[0].x",
    ] {
        assert_eq!(ClaimPath::parse(path).unwrap().find(&claims()), None, "{path}");
    }
    assert_eq!(
        ClaimPath::of_name("realm_access.roles").find(&claims()),
        None,
        "a name is no path"
    );
}

#[test]
fn are_refused_where_they_are_none() {
    for text in [
        "", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "a[1", "a[12345]", "a]", "a[0]b", "[0]", "a b",
        "a'b", "\"a", "\"a\"b", "\"a\\x\"", "a\"b\"", "a\nb", "a,b", "a\\b",
    ] {
        assert!(ClaimPath::parse(text).is_err(), "{text:?}");
    }
    let url = ClaimPath::parse("https://example.com/groups").unwrap_err().to_string();
    assert!(url.contains("in quotation marks of its own"), "{url}");
    assert!(ClaimPath::parse(&"a".repeat(301)).is_err());
    assert!(ClaimPath::parse(&["a"; 17].join(".")).is_ok());
    assert!(ClaimPath::parse(&["a"; 18].join(".")).is_err());
}

/// Claims of any shape.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ab.\"]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[ab.\"\\\\]{0,2}", inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics_and_what_is_a_path_prints_as_itself(text in prop_oneof![any::<String>(), "[ab.\\[\\]0-9\"\\\\]{0,12}"]) {
        if let Ok(path) = ClaimPath::parse(&text) {
            prop_assert_eq!(ClaimPath::parse(&path.to_string()).unwrap(), path);
        }
    }

    #[test]
    fn a_name_in_quotation_marks_is_that_name_and_a_place_that_place(
        names in vec("(?s).{0,8}", 1..4),
        place in 0usize..3,
        wanted in value().prop_map(|value| if value.is_null() { json!(true) } else { value }),
    ) {
        let quote = |name: &String| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
        let text = format!("{}[{place}]", names.iter().map(quote).collect::<Vec<_>>().join("."));
        let mut list = vec![Value::Null; 3];
        list[place] = wanted.clone();
        let claims = names.iter().rev().fold(Value::Array(list), |inner, name| json!({ name.as_str(): inner }));
        let path = ClaimPath::parse(&text);
        prop_assume!(text.len() <= 300);
        prop_assert_eq!(path.unwrap().find(claims.as_object().unwrap()), Some(&wanted));
    }

    #[test]
    fn no_claims_panic(claims in value(), text in "[ab]?(\\.[ab]|\\[[0-3]\\]){0,4}") {
        if let (Ok(path), Some(claims)) = (ClaimPath::parse(&text), claims.as_object()) {
            prop_assert!(path.find(claims).is_none_or(|found| !found.is_null()));
        }
    }
}
