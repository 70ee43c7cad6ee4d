//! **blueprint**: writes down for authentik what this configuration expects of it, so that nobody has to click it together.
//!
//! [authentik's blueprints](https://docs.goauthentik.io/customize/blueprints/v1/structure).

mod entries;
mod groups;
mod version;
mod yaml;

pub use version::Version;
pub use yaml::Node;

use crate::server::config::{ClientAuth, Config, ProviderConfig, UnknownProvider, variable};
use entries::Entry;
use std::fmt::Write;

/// The id and the client id of a provider that nobody has declared yet.
const NEWCOMER: (&str, &str) = ("authentik", "vestibule");

/// What the blueprint makes of a provider.
struct Target {
    id: String,
    client_id: String,
    /// The application's slug in authentik.
    slug: String,
    /// Whether the configured issuer is that slug's; `None` when nothing is configured.
    issuer: Option<String>,
    is_public: bool,
    /// Whether it authenticates by a key, which authentik can't check.
    has_key: bool,
    scopes: Vec<String>,
    /// The groups that may use the application; empty: everybody.
    groups: Vec<String>,
}

/// Writes the blueprint for the provider `only`, or for all that are declared, or for the first one to come. It is
/// YAML that authentik takes from `version` on, and has no secret in it.
///
/// # Errors
/// When no provider is called `only`.
pub fn write(config: &Config, only: Option<&str>, version: Version) -> Result<String, UnknownProvider> {
    let targets = targets(config, only)?;
    let mut text = head(config, &targets, version);
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
    for Entry { comment, node } in entries {
        let _ = write!(text, "\n  # {comment}\n{}", Node::List(vec![node]).indented(2));
    }
    Ok(text)
}

fn targets(config: &Config, only: Option<&str>) -> Result<Vec<Target>, UnknownProvider> {
    let targets: Vec<Target> = config.named(only).into_iter().map(Target::of).collect();
    if !targets.is_empty() {
        return Ok(targets);
    }
    let (id, client_id) = NEWCOMER;
    match only {
        Some(asked) if asked != id || !config.providers.is_empty() => Err(UnknownProvider::new(asked, config.ids())),
        _ => Ok(vec![Target {
            id: id.to_owned(),
            client_id: client_id.to_owned(),
            slug: client_id.to_owned(),
            issuer: None,
            is_public: false,
            has_key: false,
            scopes: Vec::new(),
            groups: Vec::new(),
        }]),
    }
}

impl Target {
    fn of(provider: &ProviderConfig) -> Self {
        let path: Vec<&str> = provider.issuer.path().trim_end_matches('/').split('/').collect();
        let slug = match path.as_slice() {
            ["", "application", "o", slug] if is_slug(slug) => (*slug).to_owned(),
            _ => format!("vestibule-{}", provider.id),
        };
        Self {
            id: provider.id.clone(),
            client_id: provider.client_id.clone(),
            slug,
            issuer: Some(provider.issuer.to_string()),
            is_public: provider.client_auth == Some(ClientAuth::None),
            has_key: provider.client_auth == Some(ClientAuth::PrivateKeyJwt),
            scopes: provider.scopes.clone().unwrap_or_default(),
            groups: provider.admission.groups.clone(),
        }
    }

    /// Whether the configured issuer is the one that authentik will have.
    fn has_this_issuer(&self) -> bool {
        let path = format!("/application/o/{}", self.slug);
        self.issuer
            .as_ref()
            .is_some_and(|issuer| issuer.trim_end_matches('/').ends_with(&path))
    }
}

fn is_slug(text: &str) -> bool {
    let is_reserved = ["authorize", "token", "device", "userinfo", "introspect", "revoke"].contains(&text);
    !text.is_empty()
        && !is_reserved
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What the administrator of authentik has to know, as comments.
fn head(config: &Config, targets: &[Target], version: Version) -> String {
    let mut lines = vec![
        format!(
            "What {} expects of authentik {version} or newer: written by `vestibule blueprint`.",
            config.public_url.origin()
        ),
        "For an older one: `vestibule blueprint --authentik 2025.10`.".to_owned(),
        String::new(),
        "In authentik: Customization > Blueprints > Create > Internal, and paste this; or mount it as a file below"
            .to_owned(),
        "/blueprints in the worker. What it names is made, or brought in line when it is there; nothing is removed."
            .to_owned(),
    ];
    for target in targets {
        lines.push(String::new());
        lines.extend(target.notes());
    }
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
    text
}

impl Target {
    fn notes(&self) -> Vec<String> {
        let variable = |ending: &str| variable(&self.id, ending);
        let issuer = format!("https://<authentik>/application/o/{}/", self.slug);
        let mut lines = Vec::new();
        match &self.issuer {
            None => {
                lines.push("No provider is declared yet. Vestibule then gets:".to_owned());
                lines.push(format!("  {}={issuer}", variable("ISSUER")));
                lines.push(format!("  {}={}", variable("ID"), self.client_id));
                lines.push(format!("  {}=<the secret below>", variable("SECRET")));
            }
            Some(_) if self.has_this_issuer() => {}
            Some(found) => {
                lines.push(format!(
                    "{} is {found}, which is no issuer of authentik's.",
                    variable("ISSUER")
                ));
                lines.push(format!("With this blueprint it becomes {issuer}"));
            }
        }
        if self.has_key {
            lines.push(format!(
                "authentik knows no private_key_jwt for the code: in {}, this makes a client with a secret.",
                self.id
            ));
            lines.push(format!(
                "Give Vestibule {} instead of {}, and no {}.",
                variable("SECRET"),
                variable("KEY"),
                variable("CLIENT_AUTH")
            ));
        }
        if self.is_public {
            lines.push(format!("{}: a public client, without a secret.", self.id));
        } else {
            lines.push(format!(
                "The client secret is not in here. authentik's worker reads it from its own variable {},",
                variable("SECRET")
            ));
            lines.push("which has the same value as Vestibule's; `openssl rand -hex 32` makes one.".to_owned());
        }
        for scope in self.scopes.iter().filter(|scope| entries::mapping(scope).is_none()) {
            lines.push(format!(
                "The scope {scope} has no mapping in here: it needs one of your own."
            ));
        }
        lines
    }
}
