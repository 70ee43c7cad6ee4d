//! What lies where: the browser gets nothing of the server, and each root names only those that it may.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The Rust files under `folder`, with their text, without tests.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "src/tests" {
                folders.push(path);
            } else if name.ends_with(".rs") {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The files under `folder` that have one of `words` outside comments.
fn mentions(folder: &str, words: &[&str]) -> Vec<String> {
    let has = |text: &str| {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.into_iter()
            .any(|line| words.iter().any(|word| line.contains(word)))
    };
    let mut files: Vec<_> = sources(folder)
        .into_iter()
        .filter(|(_, text)| has(text))
        .map(|(name, _)| name)
        .collect();
    files.sort();
    files
}

/// Every way to write the path of a root of this crate.
fn root(name: &str) -> [String; 4] {
    [
        format!("crate::{name}"),
        format!("vestibule::{name}"),
        format!("super::{name}"),
        format!("crate::{{{name}"),
    ]
}

fn naming(folder: &str, name: &str) -> Vec<String> {
    let words = root(name);
    // `use crate::{ … server::… }` over several lines: the root then begins its line.
    let spread = format!("\n    {name}::");
    let mut files = mentions(folder, &words.each_ref().map(String::as_str));
    let grouped = sources(folder)
        .into_iter()
        .filter(|(_, text)| text.contains("use crate::{") && text.contains(&spread))
        .map(|(file, _)| file);
    files.extend(grouped);
    files.sort();
    files.dedup();
    files
}

#[test]
fn features_are_asked_for_at_the_gates_only() {
    let gates = mentions(
        "src",
        &[
            "cfg(feature",
            "cfg(not(feature",
            "cfg(any(feature",
            "cfg_attr(feature",
            "cfg!(feature",
        ],
    );
    assert_eq!(gates, ["src/lib.rs", "src/main.rs"]);
}

#[test]
fn the_pages_never_name_the_server() {
    assert_eq!(naming("src/ui", "server"), [""; 0]);
}

#[test]
fn what_is_shared_names_the_server_in_the_server_functions_only() {
    assert_eq!(naming("src/shared", "server"), ["src/shared/api.rs"]);
}

#[test]
fn what_is_shared_never_names_the_pages() {
    assert_eq!(naming("src/shared", "ui"), [""; 0]);
}

#[test]
fn only_its_validator_makes_a_return_target() {
    // The field is private; nothing may offer another way in.
    for (name, text) in sources("src") {
        for way in ["for SafePath {", "Deserialize for SafePath"] {
            let others = text.lines().filter(|line| line.contains(way));
            let allowed = ["impl Default for SafePath {", "impl fmt::Display for SafePath {"];
            let others: Vec<_> = others.filter(|line| !allowed.contains(&line.trim())).collect();
            assert!(others.is_empty(), "{name}: {others:?}");
        }
    }
}

#[test]
fn the_browser_depends_on_nothing_of_the_server() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--target",
            "wasm32-unknown-unknown",
            "--no-default-features",
        ])
        .args([
            "--features",
            "islands",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let crates: Vec<_> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(crates.contains(&"vestibule") && crates.contains(&"leptos") && crates.contains(&"wasm-bindgen"));
    for server in [
        "axum",
        "chacha20poly1305",
        "fred",
        "hkdf",
        "hyper",
        "leptos_axum",
        "oauth2",
        "openidconnect",
        "reqwest",
        "rsa",
        "sqlx",
        "sqlx-core",
        "tokio",
        "tower-http",
        "tower-sessions",
        "tower-sessions-core",
    ] {
        assert!(!crates.contains(&server), "{server} would reach the browser");
    }
}

#[test]
fn the_built_wasm_has_no_word_of_tokens() {
    let files = built();
    assert!(
        !files.is_empty(),
        "there is no built WASM to look into: run `cargo leptos build` first, as `scripts/test` does"
    );
    for file in files {
        let wasm = fs::read(&file).unwrap();
        assert!(wasm.starts_with(b"\0asm"), "{} is no WASM", file.display());
        let text = String::from_utf8_lossy(&wasm);
        for word in [
            "client_secret",
            "code_verifier",
            "refresh_token",
            "openidconnect",
            "AUTH_SECRET",
        ] {
            assert!(!text.contains(word), "{} contains {word}", file.display());
        }
    }
}

/// What `cargo leptos build` serves, and what it is made of.
fn built() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let front = target.join("front/wasm32-unknown-unknown");
    let served = fs::read_dir(root.join("target/site/pkg"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    let compiled = ["debug", "wasm-release"].map(|profile| front.join(profile).join("vestibule.wasm"));
    let is_wasm = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm") && path.exists();
    served.chain(compiled).filter(is_wasm).collect()
}
