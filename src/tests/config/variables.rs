//! The other variables without a provider.

use super::{SECRET, assert_mistake, read, with_provider};

#[test]
fn secrets_are_long_and_differ() {
    let other = SECRET.to_uppercase();
    let config = read("", &[("AUTH_SECRET", &format!(" {SECRET} , {other} "))]).unwrap();
    assert_eq!(
        config.secrets.iter().map(|secret| secret.expose()).collect::<Vec<_>>(),
        [SECRET, &other]
    );

    assert_mistake(
        "",
        &[("AUTH_SECRET", "hunter2")],
        &["AUTH_SECRET: found a value that is not shown", "number 1 has 7"],
    );
    assert_mistake("", &[("AUTH_SECRET", &format!("{SECRET},"))], &["number 2 has 0"]);
    assert_mistake("", &[("AUTH_SECRET", "")], &["an empty value", "at least 32"]);
    assert_mistake(
        "",
        &[("AUTH_SECRET", &format!("{SECRET},{SECRET}"))],
        &["number 2 is there twice"],
    );
}

#[test]
fn a_public_site_needs_a_secret() {
    let variables = with_provider(&[("AUTH_URL", "https://app.example.com")]);
    assert_mistake(
        "",
        &variables,
        &["AUTH_SECRET: found nothing", "at least 32 characters"],
    );
}

#[test]
fn the_development_provider_is_for_loopback() {
    assert!(!read("", &with_provider(&[])).unwrap().dev_idp);
    assert!(read("", &with_provider(&[("AUTH_DEV_IDP", "on")])).unwrap().dev_idp);
    assert!(read("[auth]\ndev-idp = \"on\"", &with_provider(&[])).unwrap().dev_idp);

    let public = [
        ("AUTH_URL", "https://app.example.com"),
        ("AUTH_SECRET", SECRET),
        ("AUTH_DEV_IDP", "on"),
    ];
    assert_mistake("", &public, &["AUTH_DEV_IDP: found \"on\"", "loopback AUTH_URL alone"]);
    assert_mistake(
        "",
        &with_provider(&public),
        &["AUTH_DEV_IDP: found \"on\"", "loopback AUTH_URL alone"],
    );
    assert_mistake(
        "",
        &[("AUTH_DEV_IDP", "yes")],
        &["AUTH_DEV_IDP: found \"yes\"", "on or off"],
    );
    assert_mistake(
        "[auth]\ndev-idp = true",
        &[],
        &["Leptos.toml, [auth] dev-idp: found \"true\"", "on or off"],
    );
}

#[test]
fn somebody_must_be_there_to_sign_in_with() {
    let named = ["AUTH_<P>_ISSUER: found nothing", "AUTH_<P>_ID", "AUTH_DEV_IDP=on"];
    assert_mistake("", &[("AUTH_DEV_IDP", "off")], &named);
    assert_mistake(
        "",
        &[("AUTH_URL", "https://app.example.com"), ("AUTH_SECRET", SECRET)],
        &named,
    );
}

#[test]
fn leptos_and_logs() {
    let options = [
        ("LEPTOS_HASH_FILES", "true"),
        ("LEPTOS_HASH_FILE_NAME", "of-cargo-leptos.txt"),
        ("LEPTOS_HASH_FILE", "other.txt"),
        ("LEPTOS_ENV", "PROD"),
        ("LEPTOS_RELOAD_PORT", "3101"),
        ("LEPTOS_RELOAD_EXTERNAL_PORT", "443"),
        ("LEPTOS_RELOAD_WS_PROTOCOL", "wss"),
        ("LEPTOS_SOMETHING_OF_CARGO_LEPTOS", "is not ours to refuse"),
        ("RUST_LOG", "warn,vestibule=debug"),
        ("LOG_FORMAT", "json"),
    ];
    let config = read("", &options).unwrap();
    assert!(config.leptos.hash_files);
    assert_eq!(&*config.leptos.hash_file, "of-cargo-leptos.txt");
    assert_eq!(
        (config.leptos.reload_port, config.leptos.reload_external_port),
        (3101, Some(443))
    );
    assert_eq!(config.log_filter, "warn,vestibule=debug");
    assert_eq!(read("", &[("RUST_LOG", "")]).unwrap().log_filter, "info");

    for (name, value, part) in [
        ("LEPTOS_SITE_ADDR", "localhost:3000", "an IP address and a port"),
        ("LEPTOS_SITE_ROOT", "", "a path"),
        ("LEPTOS_SITE_PKG_DIR", "{pkg}", "a name of letters"),
        ("LEPTOS_SITE_PKG_DIR", "../pkg", "a name of letters"),
        ("LEPTOS_OUTPUT_NAME", "", "a name of letters"),
        ("LEPTOS_HASH_FILES", "yes", "true or false"),
        ("LEPTOS_HASH_FILE", "", "a path"),
        ("LEPTOS_ENV", "staging", "DEV or PROD"),
        ("LEPTOS_RELOAD_PORT", "0", "a port"),
        ("LEPTOS_RELOAD_EXTERNAL_PORT", "65536", "a port"),
        ("LEPTOS_RELOAD_WS_PROTOCOL", "http", "ws or wss"),
        ("RUST_LOG", "vestibule=loud", "levels and targets"),
        ("LOG_FORMAT", "xml", "text or json"),
    ] {
        assert_mistake("", &[(name, value)], &[&format!("{name}: found"), part]);
    }
}

#[test]
fn unknown_variables_of_ours_are_refused_with_what_was_probably_meant() {
    for (given, meant) in [
        ("AUTH_URLS", "AUTH_URL, perhaps"),
        ("AUTH_DEV_IPD", "AUTH_DEV_IDP, perhaps"),
        ("AUTH_AUTHENTIK_ISSUR", "AUTH_AUTHENTIK_ISSUER, perhaps"),
        ("AUTH_AUTHENTIK_SCOPE", "AUTH_AUTHENTIK_SCOPES, perhaps"),
        ("AUTH_authentik_ISSUER", "AUTH_AUTHENTIK_ISSUER, perhaps"),
        ("AUTH_ISSUER", "AUTH_<P>_"),
        ("AUTH_", "AUTH_<P>_"),
        ("AUTH_FILE", "AUTH_<P>_"),
    ] {
        let variables = with_provider(&[(given, "hunter2")]);
        assert_mistake(
            "",
            &variables,
            &[&format!("{given}: found a variable that is not known"), meant],
        );
        assert!(!read("", &variables).unwrap_err().to_string().contains("hunter2"));
    }
}
