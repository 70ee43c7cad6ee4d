//! Configuration: defaults, precedence, every mistake, and that no message shows a secret.

mod admission;
mod client_auth;
mod files;
mod internal_url;
mod loading;
mod network;
mod properties;
mod provider_keys;
mod providers;
mod public_url;
mod stores;
mod tables;
mod variables;

use crate::server::config::{Config, LogFormat, Mistakes, RolesConfig, SessionConfig};
use std::path::Path;
use toml::Table;

/// A secret as long as `AUTH_SECRET` asks for.
const SECRET: &str = "0123456789abcdefghijklmnopqrstuv";

/// Reads `file` as `Leptos.toml`, and these variables.
fn read(file: &str, variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_sources(Some(("Leptos.toml", file)), variables)
}

/// The only mistake of these, as it prints. It must have all of `parts`.
#[track_caller]
fn assert_mistake(file: &str, variables: &[(&str, &str)], parts: &[&str]) {
    let mistakes = read(file, variables).expect_err("a mistake");
    let [mistake] = mistakes.list() else {
        panic!("not one mistake: {mistakes}")
    };
    let shown = mistake.to_string();
    for part in parts {
        assert!(shown.contains(part), "{shown:?} has no {part:?}");
    }
}

/// The variables of a provider that is in order.
const PROVIDER: [(&str, &str); 2] = [
    ("AUTH_AUTHENTIK_ISSUER", "https://id.example.com/application/o/app/"),
    ("AUTH_AUTHENTIK_ID", "app"),
];

/// Those, and more.
fn with_provider<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    PROVIDER.iter().chain(more).copied().collect()
}

#[test]
fn nothing_at_all_is_a_configuration() {
    let config = Config::from_sources(None, []).unwrap();
    assert_eq!(config.public_url.origin(), "http://127.0.0.1:3000");
    assert!(config.secrets.is_empty() && config.providers.is_empty() && config.redis_url.is_none());
    assert!(config.dev_idp);
    assert_eq!(config.database.file(), Some(Path::new("data/vestibule.db")));
    assert_eq!(config.session, SessionConfig::default());
    assert_eq!(config.session.idle.as_secs(), 7 * 24 * 3600);
    assert_eq!(config.session.max_age.as_secs(), 30 * 24 * 3600);
    assert_eq!(config.session.update_age.as_secs(), 3600);
    assert_eq!(config.roles, RolesConfig::built_in());
    assert_eq!(
        (config.log_filter.as_str(), config.log_format),
        ("info", LogFormat::Text)
    );
    assert_eq!(&*config.leptos.output_name, "vestibule");
    assert_eq!(&*config.leptos.site_root, "target/site");
    assert_eq!(&*config.leptos.site_pkg_dir, "pkg");
    assert!(!config.leptos.hash_files);
}

#[test]
fn the_file_goes_before_the_default_and_the_environment_before_the_file() {
    let file = r#"
        [package.metadata.leptos]
        site-addr = "127.0.0.1:4000"
        site-root = "of-file"
        [auth]
        url = "https://of-file.example"
        database-url = "sqlite:of-file.db"
        [auth.providers.mine]
        issuer = "https://id.of-file.example"
        id = "of-file"
    "#;
    let of_file = read(file, &[("AUTH_SECRET", SECRET)]).unwrap();
    assert_eq!(of_file.public_url.origin(), "https://of-file.example");
    assert_eq!(of_file.leptos.site_addr.port(), 4000);

    let variables = [
        ("AUTH_SECRET", SECRET),
        ("AUTH_URL", "https://of-variable.example"),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:5000"),
        ("AUTH_MINE_ID", "of-variable"),
    ];
    let config = read(file, &variables).unwrap();
    assert_eq!(config.public_url.origin(), "https://of-variable.example");
    assert_eq!(config.leptos.site_addr.port(), 5000);
    assert_eq!(&*config.leptos.site_root, "of-file");
    assert_eq!(config.database.file(), Some(Path::new("of-file.db")));
    // Key by key: the issuer stays the file's.
    assert_eq!(config.providers[0].client_id, "of-variable");
    assert_eq!(config.providers[0].issuer.as_str(), "https://id.of-file.example/");
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let variables = [
        ("AUTH_URL", "ftp://x"),
        ("AUTH_SECRET", "short"),
        ("AUTH_URK", "x"),
        ("LOG_FORMAT", "xml"),
    ];
    let mistakes = read("[auth]\nurll = 1\n[auth.session]\nidle = \"0s\"", &variables).unwrap_err();
    let shown = mistakes.to_string();
    assert!(shown.starts_with("6 mistakes in the configuration:\n  - "), "{shown}");
    for subject in [
        "AUTH_URL:",
        "AUTH_SECRET:",
        "AUTH_URK:",
        "LOG_FORMAT:",
        "Leptos.toml, [auth] urll:",
        "[auth.session] idle:",
    ] {
        assert!(shown.contains(subject), "{subject} is not in {shown}");
    }
}

#[test]
fn a_configuration_prints_without_its_secrets() {
    let variables = with_provider(&[
        ("AUTH_SECRET", SECRET),
        ("AUTH_AUTHENTIK_SECRET", "hunter2-client"),
        ("REDIS_URL", "rediss://user:hunter2-redis@redis.example"),
    ]);
    let config = read("", &variables).unwrap();
    assert_eq!(config.secrets[0].expose(), SECRET);
    assert_eq!(
        config.providers[0].client_secret.as_ref().unwrap().expose(),
        "hunter2-client"
    );
    assert_eq!(
        config.redis_url.as_ref().unwrap().expose(),
        "rediss://user:hunter2-redis@redis.example"
    );
    let shown = format!("{config:?} {config:#?}");
    assert!(!shown.contains("hunter2") && !shown.contains(SECRET), "{shown}");
}

#[test]
fn the_shipped_file_is_in_order_and_agrees_with_the_build_and_the_defaults() {
    let text = include_str!("../../Leptos.toml");
    let shipped = read(text, &[]).unwrap();
    assert_eq!(shipped.session, SessionConfig::default());
    assert_eq!(shipped.roles, RolesConfig::built_in());

    let leptos = |text: &str| {
        text.parse::<Table>().unwrap()["package"]["metadata"]["leptos"]
            .as_table()
            .unwrap()
            .clone()
    };
    let of_build = leptos(include_str!("../../Cargo.toml"));
    let shared: Vec<_> = leptos(text)
        .into_iter()
        .filter(|(key, _)| of_build.contains_key(key))
        .collect();
    assert!(shared.len() >= 5);
    for (key, value) in shared {
        assert_eq!(Some(&value), of_build.get(&key), "{key}");
    }
}

#[test]
fn whatever_the_shipped_file_shows_as_a_comment_is_in_order() {
    let text: String = include_str!("../../Leptos.toml")
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.starts_with('[') || key.split_once(" = \"").is_some_and(|(key, _)| !key.contains(' ')) => {
                key
            }
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let config = read(&text, &[("AUTH_SECRET", SECRET), ("AUTH_AUTHENTIK_SECRET", "given")]).unwrap();
    assert_eq!(config.providers[0].id, "authentik");
    assert!(config.redis_url.is_some() && !config.dev_idp);
}
