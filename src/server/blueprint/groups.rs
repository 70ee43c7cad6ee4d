//! The groups that count here, and which of them may use the application.

use super::{
    Node, Target,
    entries::{Entry, application_id, entry, find},
};
use crate::server::config::Config;
use std::collections::BTreeSet;

/// The group that authentik comes with; it is not ours to make.
const OF_AUTHENTIK: &str = "authentik Admins";

/// Those that grant a role, and those that are let in.
pub fn all(config: &Config, targets: &[Target]) -> Vec<Entry> {
    let granting = config.roles.grants.values().flatten();
    let admitted = targets.iter().flat_map(|target| &target.groups);
    let names: BTreeSet<&String> = granting.chain(admitted).collect();
    let ours = names.into_iter().filter(|name| *name != OF_AUTHENTIK);
    ours.map(|name| group(name)).collect()
}

/// Who may use the application: nothing where that is everybody.
pub fn bindings(target: &Target) -> Vec<Entry> {
    let names: BTreeSet<&String> = target.groups.iter().collect();
    let ordered = names.into_iter().zip(0..);
    ordered.map(|(name, order)| binding(target, name, order)).collect()
}

/// `created`: what is done to the group later, stays.
fn group(name: &str) -> Entry {
    entry(
        "A group that counts here; put people into it in authentik.",
        "authentik_core.group",
        vec![
            ("state", Node::Word("created")),
            ("identifiers", Node::Map(vec![("name", Node::text(name))])),
            ("attrs", Node::Map(vec![("is_superuser", Node::Bool(false))])),
        ],
    )
}

/// With one of these, nobody else may use the application: authentik refuses the others before Vestibule does.
fn binding(target: &Target, group: &str, order: u32) -> Entry {
    let application = Node::Tagged("KeyOf", Box::new(Node::Text(application_id(target))));
    entry(
        "Who is in this group may use the application.",
        "authentik_policies.policybinding",
        vec![
            (
                "identifiers",
                Node::Map(vec![
                    ("target", application),
                    ("group", find("authentik_core.group", "name", group)),
                ]),
            ),
            (
                "attrs",
                Node::Map(vec![("order", Node::Number(order)), ("enabled", Node::Bool(true))]),
            ),
        ],
    )
}
