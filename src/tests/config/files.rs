//! The `_FILE` variants.

use super::{SECRET, assert_mistake, read, with_provider};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A folder that goes with the test.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("vestibule-config-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn every_variable_may_be_a_file() {
    let folder = Folder::new("given");
    let variables = [
        ("AUTH_URL_FILE", folder.write("url", "https://app.example.com\n")),
        ("AUTH_SECRET_FILE", folder.write("secret", format!("\n {SECRET}\r\n"))),
        ("AUTH_MAIN_ISSUER_FILE", folder.write("issuer", "https://id.example/x/")),
        ("AUTH_MAIN_ID_FILE", folder.write("id", "app")),
        ("AUTH_MAIN_SECRET_FILE", folder.write("client-secret", "given\n")),
        ("DATABASE_URL_FILE", folder.write("database", "sqlite:of-file.db")),
        ("REDIS_URL_FILE", folder.write("redis", "redis://:x@127.0.0.1\n")),
        ("LEPTOS_SITE_ADDR_FILE", folder.write("address", "127.0.0.1:4000")),
        ("LOG_FORMAT_FILE", folder.write("format", "json")),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, path)| (*name, path.as_str())).collect();
    let config = read("[auth]\nurl = \"https://of-the-table.example\"", &variables).unwrap();
    assert_eq!(config.public_url.origin(), "https://app.example.com");
    assert_eq!(config.secrets[0].expose(), SECRET);
    assert_eq!(config.providers[0].issuer.as_str(), "https://id.example/x/");
    assert_eq!(config.providers[0].client_secret.as_ref().unwrap().expose(), "given");
    assert_eq!(config.database.file(), Some(Path::new("of-file.db")));
    assert_eq!(config.redis_url.unwrap().expose(), "redis://:x@127.0.0.1");
    assert_eq!(config.leptos.site_addr.port(), 4000);
}

#[test]
fn a_file_that_can_not_be_used_is_a_mistake() {
    let folder = Folder::new("refused");
    let missing = folder.0.join("missing");
    for (path, part) in [
        (missing.to_str().unwrap(), "not found"),
        (folder.0.to_str().unwrap(), "directory"),
        (&folder.write("large", "x".repeat(64 * 1024 + 1)), "larger than 64 kB"),
        (&folder.write("bytes", [0xff, 0xfe]), "not UTF-8"),
    ] {
        assert_mistake(
            "",
            &[("AUTH_URL_FILE", path)],
            &["AUTH_URL_FILE: found", path, part, "the value of AUTH_URL"],
        );
    }
    assert_eq!(
        read(
            "",
            &[("AUTH_SECRET_FILE", &folder.write("limit", "x".repeat(64 * 1024)))]
        )
        .unwrap()
        .secrets
        .len(),
        1
    );
    let both = [("AUTH_SECRET", SECRET), ("AUTH_SECRET_FILE", "/run/secret")];
    assert_mistake("", &both, &["AUTH_SECRET, AUTH_SECRET_FILE: found both"]);
}

#[test]
fn neither_content_nor_a_secret_in_the_place_of_a_path_is_shown() {
    let folder = Folder::new("hidden");
    let path = folder.write("wrong", "hunter2");
    for (name, value) in [
        ("AUTH_URL_FILE", path.as_str()),
        ("AUTH_SECRET_FILE", &path),
        ("AUTH_SECRET_FILE", "hunter2"),
    ] {
        assert_mistake("", &[(name, value)], &[&format!("{name}: found")]);
        assert!(!read("", &[(name, value)]).unwrap_err().to_string().contains("hunter2"));
    }
    let variables = with_provider(&[("AUTH_AUTHENTIK_SECRET_FILE", "hunter2")]);
    assert!(!read("", &variables).unwrap_err().to_string().contains("hunter2"));
}
