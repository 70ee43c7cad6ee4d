//! The keys of a provider, one by one.

use super::{assert_mistake, providers::providers, read, with_provider};

#[test]
fn issuers_are_https_but_on_loopback() {
    for issuer in [
        "https://id.example",
        "http://localhost:9000/x/",
        "http://127.0.0.1:9000",
        "http://[::1]/",
    ] {
        assert_eq!(
            providers(&[("AUTH_MAIN_ISSUER", issuer), ("AUTH_MAIN_ID", "app")]).len(),
            1
        );
    }
    for (issuer, part) in [
        ("http://id.example", "https:// in front"),
        ("id.example", "begins with https://"),
        ("", "an empty value"),
        ("https://id.example/?tenant=1", "without query, fragment or user"),
        ("https://id.example/#", "without query, fragment or user"),
        ("https://user:hunter2@id.example", "without query, fragment or user"),
    ] {
        let variables = [("AUTH_MAIN_ISSUER", issuer), ("AUTH_MAIN_ID", "app")];
        assert_mistake("", &variables, &["AUTH_MAIN_ISSUER: found", part]);
        assert!(!read("", &variables).unwrap_err().to_string().contains("hunter2"));
    }
}

#[test]
fn client_secrets_are_what_the_provider_gave() {
    for (secret, part) in [
        ("", "an empty value"),
        ("  ", "an empty value"),
        ("\"hunter2\"", "quotation marks"),
        ("'hunter2'", "quotation marks"),
        ("hunter2\nhunter3", "a line break"),
        ("hunter2\u{0}", "control character"),
    ] {
        let variables = with_provider(&[("AUTH_AUTHENTIK_SECRET", secret)]);
        assert_mistake("", &variables, &["AUTH_AUTHENTIK_SECRET: found", part]);
        assert!(!read("", &variables).unwrap_err().to_string().contains("hunter"));
    }
    let lone = providers(&with_provider(&[("AUTH_AUTHENTIK_SECRET", "it's a \"secret")]));
    assert_eq!(lone[0].client_secret.as_ref().unwrap().expose(), "it's a \"secret");
}

#[test]
fn the_other_keys_of_a_provider_are_checked() {
    for (ending, value, part) in [
        ("ID", "", "an empty value"),
        ("ID", "äpp", "printable ASCII"),
        ("ID", "a\tb", "printable ASCII"),
        ("NAME", "", "an empty value"),
        ("NAME", "two\nlines", "without line breaks"),
        ("NAME", &"x".repeat(101), "at most 100"),
        ("SCOPES", "", "openid among them"),
        ("SCOPES", "profile email", "openid among them"),
        ("SCOPES", "openid \"email\"", "printable ASCII"),
        ("SCOPES", "openid,emäil", "printable ASCII"),
        (
            "CLIENT_AUTH",
            "basic",
            "client_secret_basic, client_secret_post, private_key_jwt or none",
        ),
        ("AUDIENCE", "", "the one audience"),
        ("AUDIENCE", "one two", "the one audience"),
        ("AUDIENCE", "https://api.exämple", "the one audience"),
        ("AUDIENCE", &"x".repeat(256), "the one audience"),
        ("CLIENT_AUTH", "client_secret_basic", "AUTH_MAIN_SECRET"),
        ("CLIENT_AUTH", "client_secret_post", "AUTH_MAIN_SECRET"),
    ] {
        let name = format!("AUTH_MAIN_{ending}");
        let mut variables = vec![("AUTH_MAIN_ISSUER", "https://id.example"), ("AUTH_MAIN_ID", "app")];
        variables.retain(|(variable, _)| *variable != name);
        variables.push((&name, value));
        assert_mistake("", &variables, &[&format!("{name}: found"), part]);
    }
    let both = with_provider(&[
        ("AUTH_AUTHENTIK_SECRET", "given"),
        ("AUTH_AUTHENTIK_CLIENT_AUTH", "none"),
    ]);
    assert_mistake(
        "",
        &both,
        &["AUTH_AUTHENTIK_CLIENT_AUTH: found \"none\"", "no AUTH_AUTHENTIK_SECRET"],
    );
}
