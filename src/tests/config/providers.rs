//! `AUTH_<P>_*` and `[auth.providers.<id>]`.

use super::{assert_mistake, read, with_provider};
use crate::server::config::{ClientAuth, ProviderConfig};

pub(super) fn providers(variables: &[(&str, &str)]) -> Vec<ProviderConfig> {
    read("", variables).unwrap().providers
}

#[test]
fn the_issuer_declares_a_provider() {
    let variables = [
        ("AUTH_MY_COMPANY_ISSUER", "https://id.example.com/realms/main"),
        ("AUTH_MY_COMPANY_ID", "app"),
        (
            "AUTH_AUTHENTIK_ISSUER",
            "https://authentik.example.com/application/o/app/",
        ),
        ("AUTH_AUTHENTIK_ID", "app"),
        ("AUTH_AUTHENTIK_SECRET", " of-the-provider\n"),
        ("AUTH_AUTHENTIK_NAME", "Staff"),
        ("AUTH_AUTHENTIK_SCOPES", "openid  organization"),
        ("AUTH_AUTHENTIK_CLIENT_AUTH", "client_secret_basic"),
    ];
    let [authentik, company] = &providers(&variables)[..] else {
        panic!("two providers")
    };
    assert_eq!((authentik.id.as_str(), authentik.name.as_str()), ("authentik", "Staff"));
    assert_eq!(
        authentik.issuer.as_str(),
        "https://authentik.example.com/application/o/app/"
    );
    assert_eq!(authentik.client_secret.as_ref().unwrap().expose(), "of-the-provider");
    assert_eq!(
        authentik.scopes.as_deref(),
        Some(&["openid".to_owned(), "organization".to_owned()][..])
    );
    assert_eq!(authentik.client_auth, Some(ClientAuth::ClientSecretBasic));
    assert_eq!(
        (company.id.as_str(), company.name.as_str()),
        ("my-company", "My Company")
    );
    assert_eq!(company.issuer.as_str(), "https://id.example.com/realms/main");
    assert!(company.client_secret.is_none() && company.scopes.is_none());
    assert_eq!(company.client_auth, Some(ClientAuth::None));
}

#[test]
fn the_label_is_readable_and_the_method_is_left_to_discovery() {
    let authentik = &providers(&with_provider(&[("AUTH_AUTHENTIK_SECRET", "given")]))[0];
    assert_eq!((authentik.name.as_str(), authentik.client_auth), ("Authentik", None));
}

#[test]
fn the_file_declares_a_provider_and_the_environment_completes_it() {
    let file = r#"
        [auth.providers.main]
        issuer = "http://127.0.0.1:9000"
        id = "app"
        name = "Main"
        scopes = "openid"
        client-auth = "client_secret_post"
    "#;
    let main = &read(file, &[("AUTH_MAIN_SECRET", "given")]).unwrap().providers[0];
    assert_eq!(main.name, "Main");
    assert_eq!(main.client_auth, Some(ClientAuth::ClientSecretPost));
    assert_eq!(main.client_secret.as_ref().unwrap().expose(), "given");
    let without = [
        "[auth.providers.main] client-auth: found \"client_secret_post\"",
        "none",
        "AUTH_MAIN_SECRET",
    ];
    assert_mistake(file, &[], &without);
}

#[test]
fn names_that_contain_endings_are_read_by_the_longest_ending() {
    let variables = [
        ("AUTH_MY_ISSUER_ISSUER", "https://one.example"),
        ("AUTH_MY_ISSUER_ID", "one"),
        ("AUTH_URL_ISSUER", "https://two.example"),
        ("AUTH_URL_ID", "two"),
        ("AUTH_CLIENT_ISSUER", "https://three.example"),
        ("AUTH_CLIENT_ID", "three"),
        ("AUTH_CLIENT_CLIENT_AUTH", "none"),
    ];
    let ids: Vec<_> = providers(&variables)
        .into_iter()
        .map(|provider| (provider.id, provider.client_id))
        .collect();
    let expected = [("client", "three"), ("my-issuer", "one"), ("url", "two")];
    assert_eq!(ids, expected.map(|(id, client)| (id.to_owned(), client.to_owned())));
}

#[test]
fn the_discovery_document_is_not_the_issuer() {
    for end in ["", "/"] {
        let pasted = format!("https://id.example/application/o/app/.well-known/openid-configuration{end}");
        assert_mistake(
            "",
            &[("AUTH_MAIN_ISSUER", &pasted), ("AUTH_MAIN_ID", "app")],
            &["AUTH_MAIN_ISSUER: found ", "the issuer alone, without /.well-known"],
        );
    }
}

#[test]
fn a_provider_has_an_issuer_and_an_id() {
    assert_mistake(
        "",
        &[("AUTH_MAIN_ID", "app")],
        &["AUTH_MAIN_ISSUER: found nothing", "\"main\""],
    );
    assert_mistake(
        "",
        &[("AUTH_MAIN_ISSUER", "https://id.example")],
        &["AUTH_MAIN_ID: found nothing", "\"main\""],
    );
    assert_mistake(
        "[auth.providers.main]\nid = \"app\"",
        &[],
        &["AUTH_MAIN_ISSUER: found nothing"],
    );
    assert_mistake(
        "[auth.providers]\nmain = 1",
        &[],
        &["[auth.providers] main: found an integer", "[auth.providers.main]"],
    );
    let mistakes = read("", &[("AUTH_MAIN_NAME", "Main")]).unwrap_err();
    assert_eq!(mistakes.list().len(), 2, "{mistakes}");
}

#[test]
fn ids_are_short_and_plain() {
    for id in ["A", "a_b", "-a", "a-", "a.b", "a b", "ä", &"a".repeat(33)] {
        let file = format!("[auth.providers.\"{id}\"]\nissuer = \"https://id.example\"\nid = \"app\"");
        assert_mistake(&file, &[], &["found a provider", "lower-case letters"]);
    }
    let file = format!(
        "[auth.providers.{}]\nissuer = \"https://id.example\"\nid = \"app\"",
        "a".repeat(32)
    );
    assert_eq!(read(&file, &[]).unwrap().providers.len(), 1);
    assert_mistake(
        "",
        &[("AUTH__A_ID", "app")],
        &["AUTH__A_ISSUER: found a provider \"-a\""],
    );
    assert_mistake(
        "",
        &[("AUTH_DEV_ISSUER", "https://id.example")],
        &["AUTH_DEV_ISSUER", "another id", "AUTH_DEV_IDP=on"],
    );
    assert_mistake(
        "[auth.providers.dev]",
        &[],
        &["Leptos.toml, [auth.providers.dev]: found", "another id"],
    );
}

#[test]
fn the_audience_of_access_tokens_is_the_client_unless_it_is_named() {
    assert_eq!(providers(&with_provider(&[]))[0].audience, None);
    let file = |value: &str| {
        format!("[auth.providers.main]\nissuer = \"https://id.example\"\nid = \"app\"\naudience = {value}")
    };
    let main = |variables: &[(&str, &str)]| {
        let mut config = read(&file("\"https://api.example\""), variables).unwrap();
        config.providers.remove(0).audience
    };
    assert_eq!(main(&[]).as_deref(), Some("https://api.example"));
    assert_eq!(main(&[("AUTH_MAIN_AUDIENCE", "account")]).as_deref(), Some("account"));
    let parts = [
        "[auth.providers.main] audience: found a list",
        "text in quotation marks",
    ];
    assert_mistake(&file("[\"a\", \"b\"]"), &[], &parts);
}
