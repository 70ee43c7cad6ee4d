//! The entries: what authentik is to have, each object once.

use super::{Node, Target, Version, groups};
use crate::{
    server::{
        config::{Config, variable},
        provider::{backchannel_logout_uri, redirect_uri},
    },
    shared::paths,
};

/// One object of authentik's.
pub struct Entry {
    /// What it is for; one line of ours.
    pub comment: &'static str,
    /// `model`, `id`, `state`, `identifiers`, `attrs`.
    pub node: Node,
}

/// The scopes that every sign-in may ask for.
const SCOPES: [&str; 5] = ["openid", "email", "profile", "offline_access", "organization"];

const FLOW: &str = "flow-sign-out";
const LOGOUT_STAGE: &str = "stage-sign-out";
const ORGANIZATION: &str = "scope-organization";

/// What all providers share: the scope of the organisation, the flow that ends a session, the groups.
pub fn shared(config: &Config, targets: &[Target]) -> Vec<Entry> {
    let applied = |name: &str| {
        // Not required: the names are not promised, and an authentik that has been running has them applied long ago.
        entry(
            "On a new authentik, these come first.",
            "authentik_blueprints.metaapplyblueprint",
            vec![(
                "attrs",
                Node::Map(vec![
                    ("identifiers", Node::Map(vec![("name", Node::text(name))])),
                    ("required", Node::Bool(false)),
                ]),
            )],
        )
    };
    let mut entries = vec![
        applied("Default - Provider authorization flow (implicit consent)"),
        applied("System - OAuth2 Provider - Scopes"),
        organization(),
    ];
    entries.extend(sign_out());
    entries.extend(groups::all(config, targets));
    entries
}

/// The provider, its application, and who may use that.
pub fn of(config: &Config, target: &Target, version: Version) -> Vec<Entry> {
    let mut entries = vec![provider(config, target, version), application(config, target)];
    entries.extend(groups::bindings(target));
    entries
}

fn provider_id(target: &Target) -> String {
    format!("provider-{}", target.id)
}

/// By which other entries name the application.
pub fn application_id(target: &Target) -> String {
    format!("application-{}", target.id)
}

fn provider(config: &Config, target: &Target, version: Version) -> Entry {
    let name = format!("Vestibule {} ({})", config.public_url.host(), target.id);
    let mut attrs = vec![
        ("name", Node::Text(name)),
        (
            "client_type",
            Node::Word(if target.is_public { "public" } else { "confidential" }),
        ),
    ];
    if !target.is_public {
        let secret = Box::new(Node::Text(variable(&target.id, "SECRET")));
        attrs.push(("client_secret", Node::Tagged("Env", secret)));
    }
    if version >= Version::TYPED_URIS {
        attrs.push((
            "grant_types",
            Node::List(vec![Node::Word("authorization_code"), Node::Word("refresh_token")]),
        ));
    }
    attrs.push(("redirect_uris", redirect_uris(config, target, version)));
    attrs.extend(logout(config, target, version));
    attrs.extend([
        (
            "authorization_flow",
            find(
                "authentik_flows.flow",
                "slug",
                "default-provider-authorization-implicit-consent",
            ),
        ),
        ("invalidation_flow", key_of(FLOW)),
        (
            "signing_key",
            find(
                "authentik_crypto.certificatekeypair",
                "name",
                "authentik Self-signed Certificate",
            ),
        ),
        ("property_mappings", Node::List(mappings(target))),
        // authentik's own default: another would give everybody another `sub`, and so another account here.
        ("sub_mode", Node::Word("hashed_user_id")),
        ("issuer_mode", Node::Word("per_provider")),
        ("include_claims_in_id_token", Node::Bool(true)),
    ]);
    entry(
        "The provider: exactly this redirect URI, signed with a key, never with the secret.",
        "authentik_providers_oauth2.oauth2provider",
        vec![
            ("id", Node::Text(provider_id(target))),
            (
                "identifiers",
                Node::Map(vec![("client_id", Node::text(&target.client_id))]),
            ),
            ("attrs", Node::Map(attrs)),
        ],
    )
}

fn application(config: &Config, target: &Target) -> Entry {
    entry(
        "The application; its slug is in the issuer.",
        "authentik_core.application",
        vec![
            ("id", Node::Text(application_id(target))),
            ("identifiers", Node::Map(vec![("slug", Node::text(&target.slug))])),
            (
                "attrs",
                Node::Map(vec![
                    ("name", Node::text("Vestibule")),
                    (
                        "provider",
                        Node::Tagged("KeyOf", Box::new(Node::Text(provider_id(target)))),
                    ),
                    ("meta_launch_url", Node::text(config.public_url.join(paths::HOME))),
                    ("policy_engine_mode", Node::Word("any")),
                ]),
            ),
        ],
    )
}

/// Where a sign-in comes back to, and, where authentik tells them apart, a sign-out too.
fn redirect_uris(config: &Config, target: &Target, version: Version) -> Node {
    let uri = |url: url::Url, kind: &'static str| {
        let mut members = vec![("matching_mode", Node::Word("strict")), ("url", Node::text(url))];
        if version >= Version::TYPED_URIS {
            members.push(("redirect_uri_type", Node::Word(kind)));
        }
        Node::Map(members)
    };
    let mut uris = vec![uri(redirect_uri(&config.public_url, &target.id), "authorization")];
    if version >= Version::TYPED_URIS {
        uris.push(uri(config.public_url.join(paths::SIGNED_OUT), "logout"));
    }
    Node::List(uris)
}

/// Where it tells that a session is over, if it does.
fn logout(config: &Config, target: &Target, version: Version) -> Vec<(&'static str, Node)> {
    let uri = Node::text(backchannel_logout_uri(&config.public_url, &target.id));
    if version >= Version::LOGOUT_METHOD {
        vec![("logout_uri", uri), ("logout_method", Node::Word("backchannel"))]
    } else if version >= Version::BACKCHANNEL {
        vec![("backchannel_logout_uri", uri)]
    } else {
        Vec::new()
    }
}

fn mappings(target: &Target) -> Vec<Node> {
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
fn organization() -> Entry {
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

/// A flow that ends authentik's own session: the default one of providers has no stage, and ends nothing.
fn sign_out() -> [Entry; 3] {
    let flow = entry(
        "Signing out here signs out at authentik, too.",
        "authentik_flows.flow",
        vec![
            ("id", Node::Word(FLOW)),
            (
                "identifiers",
                Node::Map(vec![("slug", Node::text("vestibule-sign-out"))]),
            ),
            (
                "attrs",
                Node::Map(vec![
                    ("name", Node::text("Vestibule: sign out")),
                    ("title", Node::text("Signing out")),
                    ("designation", Node::Word("invalidation")),
                    ("authentication", Node::Word("none")),
                ]),
            ),
        ],
    );
    let stage = entry(
        "The stage that ends the session,",
        "authentik_stages_user_logout.userlogoutstage",
        vec![
            ("id", Node::Word(LOGOUT_STAGE)),
            (
                "identifiers",
                Node::Map(vec![("name", Node::text("vestibule-sign-out"))]),
            ),
        ],
    );
    let binding = entry(
        "and its place in that flow.",
        "authentik_flows.flowstagebinding",
        vec![
            (
                "identifiers",
                Node::Map(vec![
                    ("target", key_of(FLOW)),
                    ("stage", key_of(LOGOUT_STAGE)),
                    ("order", Node::Number(10)),
                ]),
            ),
            (
                "attrs",
                Node::Map(vec![
                    ("evaluate_on_plan", Node::Bool(true)),
                    ("re_evaluate_policies", Node::Bool(false)),
                    ("policy_engine_mode", Node::Word("any")),
                    ("invalid_response_action", Node::Word("retry")),
                ]),
            ),
        ],
    );
    [flow, stage, binding]
}

/// An object of that model.
pub fn entry(comment: &'static str, model: &'static str, mut members: Vec<(&'static str, Node)>) -> Entry {
    members.insert(0, ("model", Node::Word(model)));
    Entry {
        comment,
        node: Node::Map(members),
    }
}

fn key_of(id: &'static str) -> Node {
    Node::Tagged("KeyOf", Box::new(Node::Word(id)))
}

/// An object that is there already, by a field.
pub fn find(model: &'static str, field: &'static str, value: &str) -> Node {
    let query = vec![
        Node::Word(model),
        Node::List(vec![Node::Word(field), Node::text(value)]),
    ];
    Node::Tagged("Find", Box::new(Node::List(query)))
}
