//! `CLIENT_AUTH`, `SECRET` and `KEY` of a provider, and that they agree.

use super::{assert_mistake, providers::providers, read, with_provider};
use crate::server::config::ClientAuth;
use p256::pkcs8::{EncodePrivateKey, LineEnding};

fn pem() -> String {
    let key = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

fn authentik(more: &[(&str, &str)]) -> (Option<ClientAuth>, bool, bool) {
    let provider = &providers(&with_provider(more))[0];
    (
        provider.client_auth,
        provider.client_secret.is_some(),
        provider.client_key.is_some(),
    )
}

#[test]
fn the_method_follows_from_what_there_is_and_discovery_decides_between_the_ways_of_a_secret() {
    let pem = pem();
    let (secret, key) = (("AUTH_AUTHENTIK_SECRET", "given"), ("AUTH_AUTHENTIK_KEY", &*pem));
    let method = |method| ("AUTH_AUTHENTIK_CLIENT_AUTH", method);
    assert_eq!(authentik(&[]), (Some(ClientAuth::None), false, false));
    assert_eq!(authentik(&[method("none")]), (Some(ClientAuth::None), false, false));
    assert_eq!(authentik(&[secret]), (None, true, false));
    assert_eq!(authentik(&[key]), (Some(ClientAuth::PrivateKeyJwt), false, true));
    assert_eq!(
        authentik(&[key, method("private_key_jwt")]),
        (Some(ClientAuth::PrivateKeyJwt), false, true)
    );
    for (name, expected) in [
        ("private_key_jwt", ClientAuth::PrivateKeyJwt),
        ("client_secret_post", ClientAuth::ClientSecretPost),
        ("client_secret_basic", ClientAuth::ClientSecretBasic),
    ] {
        assert_eq!(authentik(&[secret, key, method(name)]), (Some(expected), true, true));
    }
}

#[test]
fn a_secret_and_a_key_need_a_word_on_which_counts() {
    let pem = pem();
    let both = with_provider(&[("AUTH_AUTHENTIK_SECRET", "hunter2"), ("AUTH_AUTHENTIK_KEY", &pem)]);
    let parts = [
        "AUTH_AUTHENTIK_SECRET, AUTH_AUTHENTIK_KEY: found both",
        "AUTH_AUTHENTIK_CLIENT_AUTH",
    ];
    assert_mistake("", &both, &parts);
    assert!(!read("", &both).unwrap_err().to_string().contains("hunter2"));
}

#[test]
fn a_method_that_has_not_what_it_takes_is_a_mistake() {
    let pem = pem();
    let (secret, key) = (("AUTH_AUTHENTIK_SECRET", "given"), ("AUTH_AUTHENTIK_KEY", &*pem));
    for (more, method, part) in [
        (&[][..], "private_key_jwt", "the private key in AUTH_AUTHENTIK_KEY"),
        (&[secret], "private_key_jwt", "the private key in AUTH_AUTHENTIK_KEY"),
        (
            &[key],
            "client_secret_post",
            "the client secret in AUTH_AUTHENTIK_SECRET",
        ),
        (
            &[key],
            "client_secret_basic",
            "the client secret in AUTH_AUTHENTIK_SECRET",
        ),
        (&[key], "none", "no AUTH_AUTHENTIK_KEY: it would not be used"),
        (&[secret, key], "none", "no AUTH_AUTHENTIK_SECRET: it would not be used"),
        (&[key], "client_secret_jwt", "private_key_jwt or none"),
        (&[key], "", "an empty value"),
    ] {
        let variables: Vec<_> = more
            .iter()
            .copied()
            .chain([("AUTH_AUTHENTIK_CLIENT_AUTH", method)])
            .collect();
        assert_mistake(
            "",
            &with_provider(&variables),
            &["AUTH_AUTHENTIK_CLIENT_AUTH: found", part],
        );
    }
}

#[test]
fn a_key_that_is_none_names_the_variable_and_what_is_expected_and_shows_nothing_of_it() {
    let pem = pem();
    let body = pem.lines().nth(1).unwrap();
    let public = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
    let encrypted = format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----");
    let one_line = pem.replace('\n', " ");
    for (value, part) in [
        ("", "an empty value"),
        (body, "not a whole PEM block"),
        (&pem[..pem.len() - 20], "not a whole PEM block"),
        (&public, "not a private key"),
        (&encrypted, "encrypted"),
        (&one_line, "neither an RSA key nor an EC key"),
    ] {
        let variables = with_provider(&[("AUTH_AUTHENTIK_KEY", value)]);
        let parts = [
            "AUTH_AUTHENTIK_KEY: found",
            part,
            "-----BEGIN PRIVATE KEY-----",
            "openssl genpkey",
        ];
        assert_mistake("", &variables, &parts);
        let shown = read("", &variables).unwrap_err().to_string();
        assert!(!shown.contains(&body[..8]), "{shown}");
    }
}

#[test]
fn a_key_comes_from_a_file_as_well_and_prints_as_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.pem");
    std::fs::write(&path, pem()).unwrap();
    let variables = with_provider(&[("AUTH_AUTHENTIK_KEY_FILE", path.to_str().unwrap())]);
    let provider = &providers(&variables)[0];
    assert_eq!(provider.client_key.as_ref().unwrap().algorithm(), "ES256");
    let shown = format!("{provider:?}");
    assert!(
        !shown.contains("BEGIN") && !shown.contains(&pem().lines().nth(1).unwrap()[..8]),
        "{shown}"
    );
}

#[test]
fn a_key_has_no_business_in_the_file() {
    let file = "[auth.providers.main]\nissuer = \"https://id.example\"\nid = \"app\"\nkey = \"hunter2\"";
    assert_mistake(
        file,
        &[],
        &["[auth.providers.main] key: found a secret", "AUTH_MAIN_KEY_FILE"],
    );
    assert!(!read(file, &[]).unwrap_err().to_string().contains("hunter2"));
}

#[test]
fn a_secret_is_printable_ascii() {
    let good = "!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~ x";
    let provider = &providers(&with_provider(&[("AUTH_AUTHENTIK_SECRET", good)]))[0];
    assert_eq!(provider.client_secret.as_ref().unwrap().expose(), good);
    for secret in ["hunter2\u{200b}", "\u{201c}hunter2\u{201d}", "hunter\u{a0}2", "hünter2"] {
        let variables = with_provider(&[("AUTH_AUTHENTIK_SECRET", secret)]);
        assert_mistake("", &variables, &["AUTH_AUTHENTIK_SECRET: found", "printable ASCII"]);
        assert!(!read("", &variables).unwrap_err().to_string().contains("nter"));
    }
}
