//! Every entry, as authentik's schema wants it.

use super::{
    schema::{MODELS, REQUIRED, SINCE_2026_5, VALUES},
    tree::{Yaml, parse},
    written,
};
use std::collections::BTreeSet;

/// Every tagged node, wherever it is.
fn tags<'a>(node: &'a Yaml, found: &mut Vec<(&'a str, &'a Yaml)>) {
    match node {
        Yaml::Tagged(..) => found.push(node.tagged()),
        Yaml::List(items) => items.iter().for_each(|item| tags(item, found)),
        Yaml::Map(members) => members.iter().for_each(|(_, value)| tags(value, found)),
        _ => {}
    }
}

fn of<'t>(table: &'t [(&str, &'t [&'t str])], model: &str) -> &'t [&'t str] {
    let row = table.iter().find(|(name, _)| *name == model);
    row.unwrap_or_else(|| panic!("{model} is not in the schema")).1
}

fn assert_entry(entry: &Yaml, release: &str) {
    let model = entry["model"].as_str().unwrap();
    for (name, _) in entry.members() {
        assert!(
            ["model", "state", "id", "identifiers", "attrs"].contains(&&**name),
            "{model}: {name}"
        );
    }
    if let Some(state) = entry.get("state") {
        assert!(["present", "created", "must_created", "absent"].contains(&state.as_str().unwrap()));
    }
    let members = |name: &str| entry.get(name).map(Yaml::members).unwrap_or_default();
    let identifiers = members("identifiers");
    assert_eq!(
        identifiers.is_empty(),
        model.ends_with("metaapplyblueprint"),
        "{model} is found by something"
    );
    let fields: Vec<_> = identifiers.iter().chain(members("attrs")).collect();
    let names: BTreeSet<&str> = fields.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names.len(),
        fields.len(),
        "{model}: a field is in identifiers and in attrs"
    );
    for required in of(REQUIRED, model) {
        assert!(names.contains(required), "{model}: {required} is missing");
    }
    for (name, value) in fields {
        let is_new = release >= "2026.5" && SINCE_2026_5.contains(&&**name);
        assert!(is_new || of(MODELS, model).contains(&&**name), "{model} has no {name}");
        if let Some((_, allowed)) = VALUES.iter().find(|(field, _)| field == name) {
            assert!(
                allowed.contains(&value.as_str().unwrap()),
                "{model}: {name} is {value:?}"
            );
        }
    }
}

#[test]
fn every_entry_is_one_of_authentiks_schema() {
    for release in ["2024.12", "2026.5"] {
        let text = written(
            "",
            &[
                ("AUTH_OTHER_ISSUER", "https://id.example.org"),
                ("AUTH_OTHER_ID", "other"),
                ("AUTH_OTHER_ALLOWED_GROUPS", "staff,authentik Admins"),
            ],
            release,
        );
        let blueprint = parse(&text);
        let top: BTreeSet<&str> = blueprint.members().iter().map(|(name, _)| &**name).collect();
        assert_eq!(top, BTreeSet::from(["version", "metadata", "entries"]));
        assert!(matches!(blueprint["version"], Yaml::Number(1)));
        assert!(blueprint["metadata"]["name"].as_str().is_some());
        for (_, label) in blueprint["metadata"]["labels"].members() {
            assert!(label.as_str().is_some());
        }
        for entry in blueprint["entries"].list() {
            assert_entry(entry, release);
        }
    }
}

#[test]
fn every_tag_is_known_and_every_key_of_names_an_entry_above() {
    let text = written(
        "",
        &[
            ("AUTH_OTHER_ISSUER", "https://id.example.com/application/o/other/"),
            ("AUTH_OTHER_ID", "other"),
            ("AUTH_OTHER_ALLOWED_GROUPS", "staff,authentik Admins"),
        ],
        "2026.5",
    );
    let blueprint = parse(&text);
    let mut ids = BTreeSet::new();
    let mut count = 0;
    for entry in blueprint["entries"].list() {
        let mut found = Vec::new();
        tags(entry, &mut found);
        count += found.len();
        for (tag, inner) in found {
            match tag {
                // authentik goes through the entries from the first to the last.
                "KeyOf" => assert!(ids.contains(inner.as_str().unwrap()), "{inner:?}"),
                "Env" => assert!(inner.as_str().is_some_and(|name| name.starts_with("AUTH_"))),
                "Find" => {
                    assert!(inner[0].as_str().is_some_and(|model| model.starts_with("authentik_")));
                    assert!(inner[1][0].as_str().is_some() && inner[1][1].as_str().is_some());
                }
                other => panic!("!{other}"),
            }
        }
        if let Some(id) = entry.get("id") {
            assert!(ids.insert(id.as_str().unwrap().to_owned()), "{id:?} is there twice");
        }
    }
    assert!(count >= 20, "{count}");
}
