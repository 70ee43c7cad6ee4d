//! Whatever a name holds, it is YAML, and the name comes back as it was.

use super::{
    of_model,
    tree::{Yaml, parse},
    written,
};
use crate::server::blueprint::Node;
use proptest::prelude::*;

const ODD: &[&str] = &[
    "",
    " ",
    "- item",
    "key: value",
    "# no comment",
    "yes",
    "null",
    "12e3",
    "!Env HOME",
    "&anchor *alias",
    "it's \"quoted\" \\ and 'quoted'",
    "line\nbreak\r\ntab\t",
    "nel\u{85}ls\u{2028}ps\u{2029}bom\u{feff}",
    "nul\0 bell\u{7} del\u{7f} c1\u{9b}",
    "Größe, 管理者, מנהלים, 👩‍💻",
    "%p { } [ ] , @ ` | > ?",
    "---",
    "...",
];

fn round_trip(text: &str) {
    let node = Node::Map(vec![
        (
            "block",
            Node::List(vec![Node::text(text), Node::Map(vec![("inner", Node::text(text))])]),
        ),
        (
            "tagged",
            Node::Tagged("Find", Box::new(Node::List(vec![Node::Word("word"), Node::text(text)]))),
        ),
        ("last", Node::Number(7)),
    ]);
    let written = node.block();
    let read = parse(&written);
    assert_eq!(read["block"][0].as_str(), Some(text), "{written}");
    assert_eq!(read["block"][1]["inner"].as_str(), Some(text), "{written}");
    let (tag, inner) = read["tagged"].tagged();
    assert_eq!(
        (tag, inner[0].as_str(), inner[1].as_str()),
        ("Find", Some("word"), Some(text))
    );
    assert!(matches!(read["last"], Yaml::Number(7)));
    // What PyYAML, which reads it there, takes for a line break, or refuses in a stream at all.
    let is_plain = |c: char| c == '\n' || matches!(c, ' '..='~') || c.is_alphanumeric();
    assert!(written.chars().all(is_plain), "{written:?}");
}

#[test]
fn odd_texts_come_back_as_they_were() {
    ODD.iter().for_each(|text| round_trip(text));
}

proptest! {
    #[test]
    fn any_text_comes_back_as_it_was(text in any::<String>()) {
        round_trip(&text);
    }
}

#[test]
fn odd_groups_are_groups() {
    let groups: Vec<String> = ODD
        .iter()
        .filter(|group| !group.trim().is_empty())
        .map(|group| (*group).to_owned())
        .collect();
    let file = format!("[auth.roles]\nodd = {}", toml::Value::from(groups.clone()));
    let text = written(&file, &[("AUTH_AUTHENTIK_NAME", "it's: \"ours\" # ö")], "2026.5");
    let blueprint = parse(&text);
    let found: Vec<&str> = of_model(&blueprint, "authentik_core.group")
        .iter()
        .map(|group| group["identifiers"]["name"].as_str().unwrap())
        .collect();
    let mut expected: Vec<&str> = groups.iter().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn an_odd_client_id_is_one() {
    let id = r#"a: "b" 'c' #d \e {f} !g"#;
    let variables = [
        ("AUTH_AUTHENTIK_ISSUER", "https://id.example.com/application/o/x/"),
        ("AUTH_AUTHENTIK_ID", id),
    ];
    let config = super::config("", &variables);
    let text = crate::server::blueprint::write(&config, None, crate::server::blueprint::Version::default()).unwrap();
    let blueprint = parse(&text);
    let provider = super::only(&blueprint, super::PROVIDER);
    assert_eq!(provider["identifiers"]["client_id"].as_str(), Some(id));
}
