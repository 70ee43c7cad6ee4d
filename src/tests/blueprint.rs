//! The blueprint: YAML whatever the configuration says, and what authentik asks of each object.

mod admission;
mod providers;
mod schema;
mod structure;
mod tree;
mod yaml;

use crate::server::{
    blueprint::{self, BlueprintError, Version},
    config::Config,
};
use tree::{Yaml, parse};

/// A provider at authentik, on a public site.
const VARIABLES: [(&str, &str); 5] = [
    ("AUTH_URL", "https://app.example.com"),
    ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
    ("AUTH_AUTHENTIK_ISSUER", "https://id.example.com/application/o/my-app/"),
    ("AUTH_AUTHENTIK_ID", "the client"),
    ("AUTH_AUTHENTIK_SECRET", "hunter2 is the secret"),
];

fn config(file: &str, variables: &[(&str, &str)]) -> Config {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_sources(Some(("Leptos.toml", file)), variables).unwrap()
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// The text of the blueprint for `VARIABLES` and more.
fn written(file: &str, more: &[(&str, &str)], release: &str) -> String {
    let variables: Vec<_> = VARIABLES.iter().chain(more).copied().collect();
    blueprint::write(&config(file, &variables), None, version(release)).unwrap()
}

/// The entries of that model.
fn of_model<'a>(blueprint: &'a Yaml, model: &str) -> Vec<&'a Yaml> {
    let entries = blueprint["entries"].list();
    entries
        .iter()
        .filter(|entry| entry["model"].as_str() == Some(model))
        .collect()
}

/// The only entry of that model.
fn only<'a>(blueprint: &'a Yaml, model: &str) -> &'a Yaml {
    match of_model(blueprint, model)[..] {
        [entry] => entry,
        ref found => panic!("{} entries of {model}", found.len()),
    }
}

/// The text in a node with this tag.
#[track_caller]
fn text_of<'a>(node: &'a Yaml, tag: &str) -> &'a str {
    let (found, inner) = node.tagged();
    assert_eq!(found, tag);
    inner.as_str().unwrap()
}

const PROVIDER: &str = "authentik_providers_oauth2.oauth2provider";

#[test]
fn the_provider_has_exactly_our_redirect_uris() {
    let text = written("", &[], "2026.5");
    let blueprint = parse(&text);
    let provider = only(&blueprint, PROVIDER);
    assert_eq!(provider["identifiers"]["client_id"].as_str(), Some("the client"));
    let uris = provider["attrs"]["redirect_uris"].list();
    let uris: Vec<_> = uris
        .iter()
        .map(|uri| ["matching_mode", "url", "redirect_uri_type"].map(|name| uri[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        uris,
        [
            [
                "strict",
                "https://app.example.com/api/auth/callback/authentik",
                "authorization"
            ],
            ["strict", "https://app.example.com/auth/signed-out", "logout"],
        ]
    );
    let grants = provider["attrs"]["grant_types"].list();
    let grants: Vec<_> = grants.iter().map(|grant| grant.as_str().unwrap()).collect();
    assert_eq!(
        grants,
        ["authorization_code", "refresh_token"],
        "none is permitted unless it is named"
    );
}

#[test]
fn authentik_tells_of_the_end_of_a_session_since_it_can() {
    let told = "https://app.example.com/api/auth/backchannel-logout/authentik";
    for (release, uri, method) in [
        ("2025.6", None, None),
        ("2025.8.1", Some("backchannel_logout_uri"), None),
        ("2025.10", Some("logout_uri"), Some("backchannel")),
        ("2026.5", Some("logout_uri"), Some("backchannel")),
    ] {
        let text = written("", &[], release);
        let blueprint = parse(&text);
        let attrs = &only(&blueprint, PROVIDER)["attrs"];
        for name in ["backchannel_logout_uri", "logout_uri"] {
            let found = attrs.get(name).map(|found| found.as_str().unwrap());
            assert_eq!(found, (uri == Some(name)).then_some(told), "{release}");
        }
        assert_eq!(
            attrs.get("logout_method").map(|found| found.as_str().unwrap()),
            method,
            "{release}"
        );
    }
}

#[test]
fn an_older_authentik_is_told_nothing_that_it_does_not_know() {
    for release in ["2024.12", "2025.10.3", "2026.2"] {
        let text = written("", &[], release);
        let blueprint = parse(&text);
        let attrs = &only(&blueprint, PROVIDER)["attrs"];
        assert!(attrs.get("grant_types").is_none(), "{release}");
        let [uri] = attrs["redirect_uris"].list() else {
            panic!("one redirect URI in {release}")
        };
        assert_eq!(
            uri["url"].as_str(),
            Some("https://app.example.com/api/auth/callback/authentik")
        );
        assert!(uri.get("redirect_uri_type").is_none());
    }
    for refused in [
        "2024.10",
        "2025",
        "2025.13",
        "2025.0",
        "2025.x",
        "2025.10.1.1",
        "",
        "latest",
        "-2025.10",
    ] {
        let error = refused.parse::<Version>().unwrap_err();
        assert!(error.contains("2024.12"), "{refused}: {error}");
    }
    assert!(version("2025.10") > version("2025.2"), "months are numbers");
}

#[test]
fn the_secret_stays_with_whoever_has_it() {
    let text = written("", &[], "2026.5");
    assert!(
        !text.contains("hunter2") && !text.contains("0123456789abcdef"),
        "{text}"
    );
    let blueprint = parse(&text);
    let attrs = &only(&blueprint, PROVIDER)["attrs"];
    assert_eq!(attrs["client_type"].as_str(), Some("confidential"));
    assert_eq!(text_of(&attrs["client_secret"], "Env"), "AUTH_AUTHENTIK_SECRET");
}

#[test]
fn a_public_client_has_no_secret() {
    let text = blueprint::write(&config("", &VARIABLES[..4]), None, Version::default()).unwrap();
    let blueprint = parse(&text);
    let attrs = &only(&blueprint, PROVIDER)["attrs"];
    assert_eq!(attrs["client_type"].as_str(), Some("public"));
    assert!(attrs.get("client_secret").is_none());
}

#[test]
fn it_is_signed_and_carries_what_is_asked_for() {
    let text = written(
        "",
        &[("AUTH_AUTHENTIK_SCOPES", "openid entitlements of-ours")],
        "2026.5",
    );
    let blueprint = parse(&text);
    let attrs = &only(&blueprint, PROVIDER)["attrs"];
    let (find, key) = attrs["signing_key"].tagged();
    assert_eq!(
        (find, key[0].as_str()),
        ("Find", Some("authentik_crypto.certificatekeypair"))
    );

    let mappings = attrs["property_mappings"].list();
    let found: Vec<_> = mappings
        .iter()
        .map(|mapping| match mapping.tagged() {
            ("Find", query) => query[1][1].as_str().unwrap().rsplit('-').next().unwrap(),
            ("KeyOf", id) => id.as_str().unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        found,
        [
            "openid",
            "email",
            "profile",
            "offline_access",
            "scope-organization",
            "entitlements"
        ]
    );
    assert!(text.contains("# The scope of-ours has no mapping in here"), "{text}");

    let organization = only(&blueprint, "authentik_providers_oauth2.scopemapping");
    assert_eq!(organization["attrs"]["scope_name"].as_str(), Some("organization"));
    assert_eq!(
        organization["attrs"]["expression"].as_str(),
        Some(r#"return {"organizationId": request.user.attributes.get("organizationId")}"#),
        "no fallback: an absent organisation is absent"
    );
}

#[test]
fn signing_out_ends_the_session_at_authentik() {
    let text = written("", &[], "2026.5");
    let blueprint = parse(&text);
    let flow = only(&blueprint, "authentik_flows.flow");
    let stage = only(&blueprint, "authentik_stages_user_logout.userlogoutstage");
    let binding = &only(&blueprint, "authentik_flows.flowstagebinding")["identifiers"];
    assert_eq!(flow["attrs"]["designation"].as_str(), Some("invalidation"));
    assert_eq!(Some(text_of(&binding["target"], "KeyOf")), flow["id"].as_str());
    assert_eq!(Some(text_of(&binding["stage"], "KeyOf")), stage["id"].as_str());
    let attrs = &only(&blueprint, PROVIDER)["attrs"];
    assert_eq!(Some(text_of(&attrs["invalidation_flow"], "KeyOf")), flow["id"].as_str());
}

#[test]
fn the_application_has_the_slug_of_the_configured_issuer() {
    for (issuer, slug) in [
        ("https://id.example.com/application/o/my-app/", "my-app"),
        ("https://id.example.com/application/o/my-app", "my-app"),
        ("https://id.example.com/application/o/my%20app/", "vestibule-authentik"),
        ("https://id.example.com/application/o/token/", "vestibule-authentik"),
        ("https://id.example.com/realms/one", "vestibule-authentik"),
    ] {
        let mut variables = VARIABLES;
        variables[2].1 = issuer;
        let text = blueprint::write(&config("", &variables), None, Version::default()).unwrap();
        let blueprint = parse(&text);
        let application = only(&blueprint, "authentik_core.application");
        assert_eq!(application["identifiers"]["slug"].as_str(), Some(slug));
        let is_told = text.contains(&format!("becomes https://<authentik>/application/o/{slug}/"));
        assert_eq!(is_told, slug != "my-app", "{text}");
    }
}

#[test]
fn the_groups_are_those_of_the_roles() {
    let names = |file: &str| {
        let text = written(file, &[], "2026.5");
        let blueprint = parse(&text);
        let groups = of_model(&blueprint, "authentik_core.group");
        groups
            .iter()
            .map(|group| {
                assert_eq!(group["state"].as_str(), Some("created"), "its members stay");
                assert!(matches!(group["attrs"]["is_superuser"], Yaml::Bool(false)));
                group["identifiers"]["name"].as_str().unwrap().to_owned()
            })
            .collect::<Vec<_>>()
    };
    // authentik's own administrators are not made here.
    assert_eq!(names(""), ["vestibule-admins", "vestibule-support"]);
    let file = "[auth.roles]\na = [\"one\", \"two\"]\nb = [\"two\"]";
    assert_eq!(names(file), ["one", "two"]);
    assert_eq!(names("[auth.roles]\ndefault = [\"user\"]"), [""; 0]);
}

#[test]
fn a_newcomer_gets_one_to_begin_with() {
    for asked in [None, Some("authentik")] {
        let text = blueprint::write(&config("", &[]), asked, Version::default()).unwrap();
        let blueprint = parse(&text);
        let provider = only(&blueprint, PROVIDER);
        assert_eq!(provider["identifiers"]["client_id"].as_str(), Some("vestibule"));
        let uri = &provider["attrs"]["redirect_uris"][0]["url"];
        assert_eq!(uri.as_str(), Some("http://127.0.0.1:3000/api/auth/callback/authentik"));
        for line in [
            "#   AUTH_AUTHENTIK_ISSUER=https://<authentik>/application/o/vestibule/",
            "#   AUTH_AUTHENTIK_ID=vestibule",
            "#   AUTH_AUTHENTIK_SECRET=",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}

#[test]
fn each_provider_or_the_one_that_is_named() {
    let more = [
        ("AUTH_OTHER_ISSUER", "https://id.example.com/application/o/other/"),
        ("AUTH_OTHER_ID", "other"),
    ];
    let variables: Vec<_> = VARIABLES.iter().chain(&more).copied().collect();
    let config = config("", &variables);
    let ids = |only: Option<&str>| -> Result<Vec<String>, BlueprintError> {
        let text = blueprint::write(&config, only, Version::default())?;
        let blueprint = parse(&text);
        let providers = of_model(&blueprint, PROVIDER);
        Ok(providers
            .iter()
            .map(|provider| provider["id"].as_str().unwrap().to_owned())
            .collect())
    };
    assert_eq!(ids(None).unwrap(), ["provider-authentik", "provider-other"]);
    assert_eq!(ids(Some("other")).unwrap(), ["provider-other"]);
    let error = ids(Some("another")).unwrap_err().to_string();
    assert_eq!(
        error,
        "There is no provider \"another\" in the configuration; it has authentik, other."
    );
}
