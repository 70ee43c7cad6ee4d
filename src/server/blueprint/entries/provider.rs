//! The provider, at its address and with its keys.

use super::{
    super::{Node, Target, Version},
    Entry, entry, find, key_of, provider_id, scopes, sign_out,
};
use crate::{
    server::{
        config::{Config, variable},
        provider::{backchannel_logout_uri, redirect_uri},
    },
    shared::paths,
};

/// The provider: exactly this application's.
pub(super) fn entry_of(config: &Config, target: &Target, version: Version) -> Entry {
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
        ("invalidation_flow", key_of(sign_out::FLOW)),
        (
            "signing_key",
            find(
                "authentik_crypto.certificatekeypair",
                "name",
                "authentik Self-signed Certificate",
            ),
        ),
        ("property_mappings", Node::List(scopes::mappings(target))),
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
