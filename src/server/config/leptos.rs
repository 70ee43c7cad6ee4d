//! `[package.metadata.leptos]` and `LEPTOS_*`: what Leptos reads at run time, with its names and defaults.
//!
//! Leptos' own reader stops at the first mistake and does not name it; therefore we read, and fill its options.

use super::{
    file::Section,
    mistakes::{Mistake, Refusal},
    reader::Reader,
};
use leptos::config::{Env, LeptosOptions, ReloadWSProtocol};
use std::{net::SocketAddr, path::Path};

const KEYS: [&str; 10] = [
    "output-name",
    "site-root",
    "site-pkg-dir",
    "site-addr",
    "env",
    "hash-files",
    "hash-file",
    "reload-port",
    "reload-external-port",
    "reload-ws-protocol",
];

/// Reads the options. The file with the hashes must be in `executable_folder`, if one is given.
pub(super) fn read(reader: &mut Reader, mut section: Section, executable_folder: Option<&Path>) -> LeptosOptions {
    let at = &mut section;
    let output_name = reader.value("LEPTOS_OUTPUT_NAME", at, "output-name", segments);
    let site_root = reader.value("LEPTOS_SITE_ROOT", at, "site-root", path);
    let site_pkg_dir = reader.value("LEPTOS_SITE_PKG_DIR", at, "site-pkg-dir", segments);
    let site_addr = reader.value("LEPTOS_SITE_ADDR", at, "site-addr", address);
    let env = reader.value("LEPTOS_ENV", at, "env", environment);
    let asked_hash_files = reader.value("LEPTOS_HASH_FILES", at, "hash-files", flag);
    // In a file Leptos calls it `hash-file`; cargo-leptos exports LEPTOS_HASH_FILE_NAME.
    let of_file = reader.value("LEPTOS_HASH_FILE", at, "hash-file", path);
    let exported = reader.variable("LEPTOS_HASH_FILE_NAME", super::text::Shown::Whole);
    let exported = exported.and_then(|text| reader.parse(&text, path));
    let hash_file = exported.or(of_file).unwrap_or_else(|| "hash.txt".to_owned());
    let reload_port = reader.value("LEPTOS_RELOAD_PORT", at, "reload-port", port);
    let external_port = reader.value("LEPTOS_RELOAD_EXTERNAL_PORT", at, "reload-external-port", port);
    let protocol = reader.value("LEPTOS_RELOAD_WS_PROTOCOL", at, "reload-ws-protocol", web_socket);
    let output_name = output_name.unwrap_or_else(|| "vestibule".to_owned());
    let site_root = site_root.unwrap_or_else(|| "target/site".to_owned());
    let site_pkg_dir = site_pkg_dir.unwrap_or_else(|| "pkg".to_owned());
    let package = Path::new(&site_root).join(&site_pkg_dir);
    let hash_files = asked_hash_files.unwrap_or_else(|| {
        executable_folder.is_some_and(|folder| fits(&folder.join(&hash_file), &package, &output_name))
    });
    section.finish(&KEYS, "AUTH_SECRET", &mut reader.mistakes);

    if let Some(folder) = executable_folder.filter(|folder| hash_files && !folder.join(&hash_file).is_file()) {
        let found = format!(
            "hashed file names, but no {hash_file} beside the executable in {}",
            folder.display()
        );
        let expected = "a build by cargo-leptos (`make build`), its hash file copied along; or LEPTOS_HASH_FILES=false";
        reader.mistakes.add(Mistake::new("LEPTOS_HASH_FILES", found, expected));
    }
    LeptosOptions::builder()
        .output_name(output_name)
        .site_root(site_root)
        .site_pkg_dir(site_pkg_dir)
        .site_addr(site_addr.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))))
        .env(env.unwrap_or_default())
        .hash_files(hash_files)
        .hash_file(hash_file.into())
        .reload_port(reload_port.unwrap_or(3001))
        .reload_external_port(external_port)
        .reload_ws_protocol(protocol.unwrap_or_default())
        .build()
}

/// Whether the file with the hashes is of the build that stands in `package`: its style sheet is there.
fn fits(hash_file: &Path, package: &Path, output_name: &str) -> bool {
    std::fs::read_to_string(hash_file).is_ok_and(|hashes| {
        hashes
            .lines()
            .filter_map(|line| line.split_once(':'))
            .any(|(kind, hash)| kind == "css" && package.join(format!("{output_name}.{}.css", hash.trim())).is_file())
    })
}

fn address(text: &str) -> Result<SocketAddr, Refusal> {
    text.parse()
        .map_err(|_| "an IP address and a port, such as 127.0.0.1:3000 or [::1]:3000".into())
}

fn flag(text: &str) -> Result<bool, Refusal> {
    text.parse().map_err(|_| "true or false".into())
}

fn port(text: &str) -> Result<u32, Refusal> {
    match text.parse::<u16>() {
        Ok(port @ 1..) => Ok(port.into()),
        _ => Err("a port, from 1 to 65535".into()),
    }
}

fn environment(text: &str) -> Result<Env, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "dev" | "development" => Ok(Env::DEV),
        "prod" | "production" => Ok(Env::PROD),
        _ => Err("DEV or PROD".into()),
    }
}

fn web_socket(text: &str) -> Result<ReloadWSProtocol, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "ws" => Ok(ReloadWSProtocol::WS),
        "wss" => Ok(ReloadWSProtocol::WSS),
        _ => Err("ws or wss".into()),
    }
}

/// A path of the file system.
fn path(text: &str) -> Result<String, Refusal> {
    if text.is_empty() || text.contains(char::is_control) {
        return Err("a path".into());
    }
    Ok(text.to_owned())
}

/// A part of our own URLs: the router panics at braces, and nothing there may lead elsewhere.
fn segments(text: &str) -> Result<String, Refusal> {
    let is_segment = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    if !text.split('/').all(is_segment) {
        return Err("a name of letters, digits, hyphens, underscores and dots, as it stands in Cargo.toml".into());
    }
    Ok(text.to_owned())
}
