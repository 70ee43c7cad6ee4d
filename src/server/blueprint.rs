//! **blueprint**: writes down for authentik what this configuration expects of it, so that nobody has to click it together.
//!
//! [authentik's blueprints](https://docs.goauthentik.io/customize/blueprints/v1/structure).

mod entries;
mod groups;
mod head;
mod target;
mod version;
mod yaml;

pub use target::BlueprintError;
pub use version::Version;
pub use yaml::Node;

use crate::server::config::Config;
use entries::Entry;
use std::fmt::Write;
use target::Target;

/// Writes the blueprint for the provider `only`, or for all that are declared at one authentik, or for the first one to
/// come. It is YAML that authentik takes from `version` on, and has no secret in it.
///
/// # Errors
/// When no provider is called `only`, or when those that are meant have no blueprint in common.
pub fn write(config: &Config, only: Option<&str>, version: Version) -> Result<String, BlueprintError> {
    let targets = target::choose(config, only)?;
    let mut text = head::write(config, &targets, version);
    let mut entries = entries::shared(config, &targets);
    for target in &targets {
        entries.extend(entries::of(config, target, version));
    }
    let ids: Vec<&str> = targets.iter().map(|target| target.id.as_str()).collect();
    let name = format!("Vestibule: {}, {}", ids.join(" and "), config.public_url.origin());
    let metadata = Node::Map(vec![(
        "metadata",
        Node::Map(vec![
            ("name", Node::Text(name)),
            (
                "labels",
                Node::Map(vec![(
                    "blueprints.goauthentik.io/description",
                    Node::text("Sign-in for Vestibule"),
                )]),
            ),
        ]),
    )]);
    text.push_str("version: 1\n");
    text.push_str(&metadata.block());
    text.push_str("entries:\n");
    let mut last = "";
    for Entry { comment, node } in entries {
        // What is said of several in a row is said once.
        if comment != last {
            let _ = write!(text, "\n  # {comment}");
        }
        let _ = write!(text, "\n{}", Node::List(vec![node]).indented(2));
        last = comment;
    }
    Ok(text)
}
