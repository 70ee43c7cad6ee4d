//! The scopes: those that authentik has, and the organisation's.

use super::{
    super::{Node, Target},
    Entry, entry, find, key_of,
};

/// The scopes that every sign-in may ask for.
const SCOPES: [&str; 5] = ["openid", "email", "profile", "offline_access", "organization"];

const ORGANIZATION: &str = "scope-organization";

/// Those of the scopes of every sign-in, and of the configured ones.
pub(super) fn mappings(target: &Target) -> Vec<Node> {
    let more = target.scopes.iter().map(String::as_str);
    let mut scopes: Vec<&str> = SCOPES.to_vec();
    scopes.extend(more.filter(|scope| !SCOPES.contains(scope)));
    scopes.into_iter().filter_map(mapping).collect()
}

/// The mapping of a scope, as far as authentik or this blueprint has one.
pub fn mapping(scope: &str) -> Option<Node> {
    let managed = match scope {
        "openid" => "goauthentik.io/providers/oauth2/scope-openid",
        "email" => "goauthentik.io/providers/oauth2/scope-email",
        "profile" => "goauthentik.io/providers/oauth2/scope-profile",
        "offline_access" => "goauthentik.io/providers/oauth2/scope-offline_access",
        "entitlements" => "goauthentik.io/providers/oauth2/scope-entitlements",
        "goauthentik.io/api" => "goauthentik.io/providers/oauth2/scope-authentik_api",
        "organization" => return Some(key_of(ORGANIZATION)),
        _ => return None,
    };
    Some(find("authentik_providers_oauth2.scopemapping", "managed", managed))
}

/// No fallback: who has no organisation has none, and is not one alone.
pub(super) fn organization() -> Entry {
    let expression = r#"return {"organizationId": request.user.attributes.get("organizationId")}"#;
    entry(
        "The organisation: the attribute organizationId of the user, null when they have none.",
        "authentik_providers_oauth2.scopemapping",
        vec![
            ("id", Node::Word(ORGANIZATION)),
            (
                "identifiers",
                Node::Map(vec![("name", Node::text("Vestibule: organization"))]),
            ),
            (
                "attrs",
                Node::Map(vec![
                    ("scope_name", Node::Word("organization")),
                    ("description", Node::text("Your organisation")),
                    ("expression", Node::text(expression)),
                ]),
            ),
        ],
    )
}
