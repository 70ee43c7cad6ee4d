//! The head: what the administrator of authentik has to know, as comments.

use super::{Target, Version, entries};
use crate::server::config::{Config, variable};
use std::fmt::Write;

/// Asked for when nothing else is configured, and the organisation.
const SCOPES: &str = "openid profile email offline_access";

/// Writes it.
pub fn write(config: &Config, targets: &[Target], version: Version) -> String {
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
    let secrets: Vec<String> = targets
        .iter()
        .filter(|target| !target.is_public)
        .map(|target| variable(&target.id, "SECRET"))
        .collect();
    if !secrets.is_empty() {
        lines.push(String::new());
        lines.extend(of_secrets(&secrets));
    }
    for target in targets {
        let notes = notes(target);
        lines.push(String::new());
        lines.extend(notes);
    }
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
    text
}

/// authentik reads the variables of its own containers: the worker when it applies this, the server when it checks what is
/// pasted.
fn of_secrets(secrets: &[String]) -> Vec<String> {
    vec![
        format!("No client secret is in here. authentik reads {}", secrets.join(" and ")),
        "from its own environment: give it to its worker, and where this is pasted to its server too, with Vestibule's"
            .to_owned(),
        "value (`openssl rand -hex 32` makes one), and start them again before. Or delete the line client_secret below:"
            .to_owned(),
        "authentik makes one then, for Vestibule, at Applications > Providers > the provider > Edit > Client Secret."
            .to_owned(),
    ]
}

fn notes(target: &Target) -> Vec<String> {
    let variable = |ending: &str| variable(&target.id, ending);
    let issuer = format!("https://<authentik>/application/o/{}/", target.slug);
    let mut lines = Vec::new();
    match &target.issuer {
        None => {
            lines.push("No provider is declared yet. Vestibule then gets:".to_owned());
            lines.push(format!("  {}={issuer}", variable("ISSUER")));
            lines.push(format!("  {}={}", variable("ID"), target.client_id));
            lines.push(format!("  {}=<the secret>", variable("SECRET")));
        }
        Some(_) if target.has_this_issuer() => {}
        Some(found) => {
            lines.push(format!(
                "{} is {found}, which is no issuer of authentik's.",
                variable("ISSUER")
            ));
            lines.push(format!("With this blueprint it becomes {issuer}"));
        }
    }
    if target.has_key {
        lines.push(format!(
            "authentik knows no private_key_jwt for the code: in {}, this makes a client with a secret.",
            target.id
        ));
        lines.push(format!(
            "Give Vestibule {} instead of {}, and no {}.",
            variable("SECRET"),
            variable("KEY"),
            variable("CLIENT_AUTH")
        ));
    }
    if target.is_public {
        lines.push(format!("{}: a public client, without a secret.", target.id));
    }
    if !target.scopes.iter().any(|scope| scope == "organization") {
        let asked = match target.scopes.as_slice() {
            [] => SCOPES.to_owned(),
            scopes => scopes.join(" "),
        };
        lines.push(format!(
            "Vestibule asks for the organisation with {}=\"{asked} organization\"",
            variable("SCOPES")
        ));
    }
    for scope in target.scopes.iter().filter(|scope| entries::mapping(scope).is_none()) {
        lines.push(format!(
            "The scope {scope} has no mapping in here: it needs one of your own."
        ));
    }
    lines
}
