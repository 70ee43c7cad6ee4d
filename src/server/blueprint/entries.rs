//! The entries: what authentik is to have, each object once.

mod provider;
mod scopes;
mod sign_out;

use super::{Node, Target, Version, groups};
use crate::{server::config::Config, shared::paths};
pub use scopes::mapping;

/// One object of authentik's.
pub struct Entry {
    /// What it is for; one line of ours.
    pub comment: &'static str,
    /// `model`, `id`, `state`, `identifiers`, `attrs`.
    pub node: Node,
}

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
        scopes::organization(),
    ];
    entries.extend(sign_out::all());
    entries.extend(groups::all(config, targets));
    entries
}

/// The provider, its application, and who may use that.
pub fn of(config: &Config, target: &Target, version: Version) -> Vec<Entry> {
    let mut entries = vec![provider::entry_of(config, target, version), application(config, target)];
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
