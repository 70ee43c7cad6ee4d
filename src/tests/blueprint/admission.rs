//! Whom authentik lets in, people and the application itself.

use super::{
    PROVIDER, VARIABLES, config, of_model, only, text_of,
    tree::{Yaml, parse},
    written,
};
use crate::server::blueprint::{self, Version};
use p256::pkcs8::{EncodePrivateKey, LineEnding};

/// authentik has nothing to check an assertion with.
#[test]
fn a_client_with_a_key_gets_a_secret_and_is_told_so() {
    let key = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    let pem = key.to_pkcs8_pem(LineEnding::LF).unwrap();
    let more = [("AUTH_AUTHENTIK_KEY", pem.as_str())];
    let variables: Vec<_> = VARIABLES[..4].iter().chain(&more).copied().collect();
    let text = blueprint::write(&config("", &variables), None, Version::default()).unwrap();
    for line in [
        "# authentik knows no private_key_jwt for the code: in authentik, this makes a client with a secret.",
        "# Give Vestibule AUTH_AUTHENTIK_SECRET instead of AUTH_AUTHENTIK_KEY, and no AUTH_AUTHENTIK_CLIENT_AUTH.",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(
        !text.contains("PRIVATE KEY") && !text.contains("a public client"),
        "{text}"
    );
    let blueprint = parse(&text);
    let attrs = &only(&blueprint, PROVIDER)["attrs"];
    assert_eq!(attrs["client_type"].as_str(), Some("confidential"));
    assert_eq!(text_of(&attrs["client_secret"], "Env"), "AUTH_AUTHENTIK_SECRET");
    assert!(!written("", &[], "2026.5").contains("private_key_jwt"));
}

#[test]
fn the_groups_that_are_let_in_may_use_the_application_and_nobody_else() {
    let names = "staff,\"odd\" one,authentik Admins,staff";
    let text = written(
        "[auth.roles]\nadmin = [\"staff\"]",
        &[("AUTH_AUTHENTIK_ALLOWED_GROUPS", names)],
        "2026.5",
    );
    let blueprint = parse(&text);
    let groups = of_model(&blueprint, "authentik_core.group");
    let groups: Vec<_> = groups
        .iter()
        .map(|group| group["identifiers"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(groups, ["\"odd\" one", "staff"], "authentik's own is not made here");

    let application = only(&blueprint, "authentik_core.application");
    assert_eq!(
        application["attrs"]["policy_engine_mode"].as_str(),
        Some("any"),
        "in one of them"
    );
    let bindings = of_model(&blueprint, "authentik_policies.policybinding");
    let bound: Vec<_> = bindings
        .iter()
        .map(|binding| {
            let identifiers = &binding["identifiers"];
            assert_eq!(
                Some(text_of(&identifiers["target"], "KeyOf")),
                application["id"].as_str()
            );
            assert!(matches!(binding["attrs"]["enabled"], Yaml::Bool(true)));
            let ("Find", query) = identifiers["group"].tagged() else {
                panic!("{identifiers:?}")
            };
            assert_eq!(query[0].as_str(), Some("authentik_core.group"));
            query[1][1].as_str().unwrap()
        })
        .collect();
    assert_eq!(bound, ["\"odd\" one", "authentik Admins", "staff"]);
    assert!(!written("", &[], "2026.5").contains("policybinding"), "everybody");
}
