//! What is asked for is offered.

use super::{
    document::Document,
    report::{Check, Finding},
};
use crate::server::config::{ProviderConfig, variable};

/// Asked for when nothing else is configured; `offline_access` where it is offered.
const DEFAULT: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What is missed without a scope.
fn meaning(scope: &str) -> &'static str {
    match scope {
        "openid" => " (without it there is no ID token)",
        "profile" => " (it carries the name and the groups)",
        "email" => " (it carries the e-mail address)",
        "offline_access" => " (without it there is no refresh token)",
        _ => "",
    }
}

/// Compares both.
pub fn check(config: &ProviderConfig, document: &Document) -> Finding {
    let asked: Vec<&str> = match &config.scopes {
        Some(scopes) => scopes.iter().map(String::as_str).collect(),
        None => DEFAULT.to_vec(),
    };
    let Some(offered) = document.list("scopes_supported") else {
        let remedy = format!(
            "Nothing can be compared, and offline_access is not asked for unless {} names it.",
            variable(&config.id, "SCOPES")
        );
        return Finding::warn(
            Check::Scopes,
            "the provider does not say which scopes it offers",
            remedy,
        );
    };
    let missing: Vec<&str> = asked.iter().copied().filter(|scope| !offered.contains(scope)).collect();
    if missing.is_empty() {
        return Finding::pass(Check::Scopes, asked.join(" "));
    }
    let named: Vec<String> = missing
        .iter()
        .map(|scope| format!("{scope}{}", meaning(scope)))
        .collect();
    let evidence = format!("not offered: {}", named.join(", "));
    let remedy = "In authentik: Applications > Providers > the provider > Edit > Advanced protocol settings > Scopes: select the \
                  mapping of each.";
    if missing.contains(&"openid") {
        Finding::fail(Check::Scopes, evidence, remedy)
    } else {
        Finding::warn(Check::Scopes, evidence, remedy)
    }
}
