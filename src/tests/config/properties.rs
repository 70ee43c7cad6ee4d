//! Whatever is given: no panic, and no secret in what is printed.

use super::{PROVIDER, SECRET};
use crate::server::config::{Config, PublicUrl};
use proptest::{collection::vec, prelude::*};

fn shown(file: Option<&str>, variables: Vec<(String, String)>) -> String {
    match Config::from_sources(file.map(|text| ("Leptos.toml", text)), variables) {
        Ok(config) => format!("{config:?}"),
        Err(mistakes) => format!("{mistakes} {mistakes:?}"),
    }
}

/// Names of ours, names that are nearly ours, and any other.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "(AUTH_(URL|DEV_IDP)|LOG_FORMAT|RUST_LOG|LEPTOS_(SITE_ADDR|SITE_PKG_DIR|HASH_FILES|ENV|RELOAD_PORT))",
        "AUTH_[A-Z]{0,2}_?(ISSUER|ID|NAME|SCOPES|CLIENT_AUTH|[A-Z]{0,6})",
        "AUTH_\\PC{0,12}",
        any::<String>(),
    ]
    .prop_filter("no file is read", |name| !name.ends_with("_FILE"))
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(https?|redis|sqlite):/{0,3}[a-z.:@\\[\\]0-9%?#/]{0,20}",
        "(on|off|true|json|none|openid|127\\.0\\.0\\.1:0)",
    ]
}

/// Lines that are TOML more often than not.
fn toml() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "\\[(auth|package)(\\.(session|roles|providers|metadata|leptos|x|\"\\PC\"))*\\]",
        "(url|idle|max-age|id|issuer|default|admin|site-addr|redis-url|\"\\PC{0,3}\") = (\"[^\"\\\\\\p{C}]{0,9}\"|[0-9]{1,3}[smhd]?|\\[(\"x\",)*\\]|true)",
        "\\PC{0,30}",
    ];
    vec(line, 0..8).prop_map(|lines| lines.join("\n"))
}

/// A secret that no message has by chance.
fn secret() -> impl Strategy<Value = String> {
    "[\"']?hunter2[!-~ ]{0,40}[\"',]?"
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), variables in vec((name(), value()), 0..8)) {
        shown(Some(&text), variables);
    }

    #[test]
    fn no_toml_panics(text in toml(), variables in vec((name(), value()), 0..4)) {
        shown(Some(&text), variables);
    }

    #[test]
    fn no_secret_of_the_environment_is_shown(
        name in "(AUTH_SECRET|AUTH_AUTHENTIK_SECRET|REDIS_URL|AUTH_(SECRT|X_SECRETS|AUTHENTIK_PASSWORD))(_FILE)?",
        secret in secret(),
        scheme in "(rediss?://:|http://x:|)",
        host in "(@127.0.0.1|)",
        others in vec((self::name(), value()), 0..3),
    ) {
        let mut variables = others;
        variables.extend(PROVIDER.map(|(name, value)| (name.to_owned(), value.to_owned())));
        variables.push((name, format!("{scheme}{secret}{host}")));
        prop_assert!(!shown(None, variables).contains("hunter2"));
    }

    #[test]
    fn no_secret_of_the_file_is_shown(
        table in "\\[(auth|auth\\.session|auth\\.roles|auth\\.providers\\.x|package\\.metadata\\.leptos|other)\\]",
        key in "(secret|client-secret|password|token|redis-url)",
        secret in "hunter2[a-z0-9]{0,9}",
        end in "(\"|)",
    ) {
        // A URL without an `@` has no password.
        let secret = if key == "redis-url" { format!("redis://x:{secret}@y") } else { secret };
        let text = format!("{table}\n{key} = \"{secret}{end}");
        prop_assert!(!shown(Some(&text), vec![("AUTH_SECRET".to_owned(), SECRET.to_owned())]).contains("hunter2"));
    }

    #[test]
    fn what_is_an_origin_stays_one(text in value(), path in any::<String>()) {
        if let Ok(url) = PublicUrl::parse(&text) {
            prop_assert_eq!(PublicUrl::parse(url.origin()).unwrap(), url.clone());
            prop_assert!(url.is_https() || url.is_loopback());
            prop_assert_eq!(url.join(&path).origin().ascii_serialization(), url.origin());
        }
    }
}
