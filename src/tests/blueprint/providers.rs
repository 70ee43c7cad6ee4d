//! Several providers: which of them one blueprint can be for, and what its head says of them.

use super::{PROVIDER, VARIABLES, config, of_model, written};
use crate::{
    server::blueprint::{self, BlueprintError, Version},
    tests::blueprint::tree::parse,
};

/// The ids of the providers in the blueprint, with `more` configured.
fn chosen(more: &[(&str, &str)], only: Option<&str>) -> Result<Vec<String>, BlueprintError> {
    let variables: Vec<_> = VARIABLES.iter().chain(more).copied().collect();
    let text = blueprint::write(&config("", &variables), only, Version::default())?;
    let blueprint = parse(&text);
    let providers = of_model(&blueprint, PROVIDER);
    let id = |provider: &&super::Yaml| provider["id"].as_str().unwrap().to_owned();
    Ok(providers.iter().map(id).collect())
}

#[test]
fn others_than_authentik_stay_out_unless_they_are_named() {
    let google = [
        ("AUTH_GOOGLE_ISSUER", "https://accounts.google.com"),
        ("AUTH_GOOGLE_ID", "x"),
    ];
    assert_eq!(chosen(&google, None).unwrap(), ["provider-authentik"]);
    assert_eq!(chosen(&google, Some("google")).unwrap(), ["provider-google"]);
}

#[test]
fn different_authentiks_have_no_blueprint_in_common() {
    let other = [
        ("AUTH_OTHER_ISSUER", "https://id.example.org/application/o/other/"),
        ("AUTH_OTHER_ID", "other"),
    ];
    let error = chosen(&other, None).unwrap_err().to_string();
    assert_eq!(
        error,
        "https://id.example.com and https://id.example.org are different authentiks; name one: vestibule blueprint \
         authentik"
    );
    for id in ["authentik", "other"] {
        assert_eq!(chosen(&other, Some(id)).unwrap(), [format!("provider-{id}")]);
    }
}

#[test]
fn two_providers_are_never_one_object_of_authentiks() {
    for (issuer, client_id, what) in [
        (
            "https://id.example.com/application/o/my-app",
            "another",
            "slug, \"my-app\"",
        ),
        (
            "https://id.example.com/application/o/other/",
            "the client",
            "client id, \"the client\"",
        ),
    ] {
        let other = [("AUTH_OTHER_ISSUER", issuer), ("AUTH_OTHER_ID", client_id)];
        let error = chosen(&other, None).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "authentik and other have the same {what}, at one authentik; name one: vestibule blueprint authentik"
            )
        );
        assert_eq!(chosen(&other, Some("other")).unwrap(), ["provider-other"]);
    }
}

#[test]
fn the_head_says_where_the_secret_comes_from_and_how_to_ask_for_the_organisation() {
    let text = written("", &[], "2026.5");
    assert_eq!(
        text.matches("authentik reads AUTH_AUTHENTIK_SECRET\n").count(),
        1,
        "{text}"
    );
    let asks = "# Vestibule asks for the organisation with AUTH_AUTHENTIK_SCOPES=\"openid profile email offline_access \
                organization\"\n";
    assert!(text.contains(asks), "{text}");
    let text = written("", &[("AUTH_AUTHENTIK_SCOPES", "openid email")], "2026.5");
    assert!(
        text.contains("AUTH_AUTHENTIK_SCOPES=\"openid email organization\"\n"),
        "{text}"
    );
    let text = written("", &[("AUTH_AUTHENTIK_SCOPES", "openid organization")], "2026.5");
    assert!(!text.contains("asks for the organisation"), "{text}");

    let public = blueprint::write(&config("", &VARIABLES[..4]), None, Version::default()).unwrap();
    assert!(!public.contains("client_secret"), "{public}");
}

#[test]
fn what_is_said_of_several_entries_is_said_once() {
    let text = written("", &[("AUTH_AUTHENTIK_ALLOWED_GROUPS", "one,two")], "2026.5");
    let comments: Vec<&str> = text.lines().filter(|line| line.starts_with("  # ")).collect();
    for comment in &comments {
        assert_eq!(
            comments.iter().filter(|other| *other == comment).count(),
            1,
            "{comment}"
        );
    }
}
