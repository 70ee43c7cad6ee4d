//! Where the configuration is read from when the server starts.

use super::files::Folder;
use crate::server::config::{Config, Mistakes, Purpose};
use std::{ffi::OsString, os::unix::ffi::OsStringExt, path::Path};

fn load(variables: &[(&str, &str)], executable_folder: Option<&Path>) -> Result<Config, Mistakes> {
    Config::load_from(
        variables.iter().map(|(name, value)| (name.into(), value.into())),
        executable_folder,
        Purpose::Serve,
    )
}

fn only_mistake(result: Result<Config, Mistakes>) -> String {
    match result {
        Err(mistakes) if mistakes.list().len() == 1 => mistakes.list()[0].to_string(),
        other => panic!("not one mistake: {other:?}"),
    }
}

#[test]
fn the_file_is_found_or_named() {
    // Tests run beside the shipped file.
    assert_eq!(load(&[], None).unwrap().roles.grants.len(), 2);

    let folder = Folder::new("loaded");
    let path = folder.write(
        "other.toml",
        "[package.metadata.leptos]\nsite-addr = \"127.0.0.1:4000\"",
    );
    let config = load(&[("VESTIBULE_CONFIG", &path)], None).unwrap();
    assert_eq!(config.leptos.site_addr.port(), 4000);
    assert!(config.roles.grants.contains_key("admin"), "the built-in roles");
}

#[test]
fn a_named_file_that_can_not_be_read_is_a_mistake() {
    let folder = Folder::new("unread");
    let missing = folder.0.join("missing.toml");
    let missing = missing.to_str().unwrap();
    let large = folder.write("large.toml", "#".repeat(1024 * 1024 + 1));
    for (path, part) in [
        (missing, "not found"),
        (large.as_str(), "larger than 1024 kB"),
        ("", "not found"),
    ] {
        let shown = only_mistake(load(&[("VESTIBULE_CONFIG", path)], None));
        assert!(
            shown.starts_with("VESTIBULE_CONFIG: found \"") && shown.contains(part),
            "{shown}"
        );
    }
    // Nor is the content of a file shown that should hold the path.
    let secret = folder.write("secret", "hunter2");
    let shown = only_mistake(load(&[("VESTIBULE_CONFIG_FILE", &secret)], None));
    assert!(
        shown.starts_with("VESTIBULE_CONFIG_FILE: found") && !shown.contains("hunter2"),
        "{shown}"
    );
    // Mistakes in the file are told with its path.
    let wrong = folder.write("wrong.toml", "[other]");
    let shown = only_mistake(load(&[("VESTIBULE_CONFIG", &wrong)], None));
    assert!(shown.starts_with(&format!("{wrong}, other: found a table")), "{shown}");
}

#[test]
fn hashed_names_need_their_file_beside_the_executable() {
    let folder = Folder::new("hashes");
    let asked = [("LEPTOS_HASH_FILES", "true")];
    let shown = only_mistake(load(&asked, Some(&folder.0)));
    assert!(
        shown.starts_with("LEPTOS_HASH_FILES: found hashed file names, but no hash.txt"),
        "{shown}"
    );
    assert!(
        shown.contains("cargo-leptos") && shown.contains("LEPTOS_HASH_FILES=false"),
        "{shown}"
    );

    assert!(load(&[("LEPTOS_HASH_FILES", "false")], Some(&folder.0)).is_ok());
    folder.write("hash.txt", "js: abc");
    assert!(load(&asked, Some(&folder.0)).is_ok());
}

#[test]
fn hashed_names_are_seen_from_what_was_built() {
    let folder = Folder::new("built");
    let site = folder.0.to_str().unwrap();
    let hashed = || {
        load(&[("LEPTOS_SITE_ROOT", site)], Some(&folder.0))
            .unwrap()
            .leptos
            .hash_files
    };
    assert!(!hashed(), "no hash file");
    folder.write("hash.txt", "js: a\nwasm: b\ncss: c\n");
    assert!(!hashed(), "a hash file of another build");
    std::fs::create_dir(folder.0.join("pkg")).unwrap();
    folder.write("pkg/vestibule.c.css", "");
    assert!(hashed());
}

#[test]
fn what_is_not_utf8_is_a_mistake_of_our_variables_alone() {
    let bytes = || OsString::from_vec(vec![0xff]);
    let load = |name: OsString| Config::load_from([(name, bytes())], None, Purpose::Serve);
    assert!(load("PATH".into()).is_ok() && load(bytes()).is_ok());
    let shown = only_mistake(load("AUTH_SECRET".into()));
    assert!(
        shown.starts_with("AUTH_SECRET: found bytes that are not UTF-8"),
        "{shown}"
    );
}

#[test]
fn a_description_needs_neither_a_secret_nor_a_provider() {
    let load = |purpose| {
        let variables = [("AUTH_URL".into(), "https://app.example.com".into())];
        Config::load_from(variables, None, purpose)
    };
    let config = load(Purpose::Describe).unwrap();
    assert!(config.secrets.is_empty() && config.providers.is_empty() && !config.dev_idp);
    let missing = load(Purpose::Serve).unwrap_err().to_string();
    assert!(missing.contains("AUTH_SECRET: found nothing") && missing.contains("AUTH_<P>_ISSUER: found nothing"));
}
