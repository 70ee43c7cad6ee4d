//! What is asked for is offered, and what admission goes by is asked for.

use super::{
    document::Document,
    report::{Check, Finding},
};
use crate::server::config::{ClaimPath, ClaimsConfig, EmailVerified, ProviderConfig, variable};

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

/// What a sign-in asks for.
pub fn asked(config: &ProviderConfig, document: &Document) -> String {
    let offered = document.list("scopes_supported").unwrap_or_default();
    match &config.scopes {
        Some(scopes) => scopes.join(" "),
        None => {
            let is_asked = |scope: &&str| *scope != "offline_access" || offered.contains(scope);
            DEFAULT.into_iter().filter(is_asked).collect::<Vec<_>>().join(" ")
        }
    }
}

/// Compares what is asked for with what is offered, and with what admission goes by; the groups stand at `groups`.
pub fn check(config: &ProviderConfig, groups: &ClaimPath, document: &Document) -> Finding {
    let asked: Vec<&str> = match &config.scopes {
        Some(scopes) => scopes.iter().map(String::as_str).collect(),
        None => DEFAULT.to_vec(),
    };
    if let Some(finding) = unasked(config, groups, &asked) {
        return finding;
    }
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

/// What admission goes by, and no scope that is asked for brings: then nobody is let in.
fn unasked(config: &ProviderConfig, groups: &ClaimPath, asked: &[&str]) -> Option<Finding> {
    let admission = &config.admission;
    let [scopes, of_groups, of_domains, of_verified] =
        ["SCOPES", "ALLOWED_GROUPS", "ALLOWED_DOMAINS", "EMAIL_VERIFIED"].map(|ending| variable(&config.id, ending));
    // Where the groups stand somewhere else, their scope is the provider's own too.
    let is_usual = *groups == ClaimsConfig::default().groups;
    let lacks_groups = !admission.groups.is_empty() && is_usual && !asked.iter().any(|scope| is_of_groups(scope));
    let lacks_address = !asked.contains(&"email");
    let needs = [
        (
            lacks_groups,
            of_groups,
            "profile (or groups, where that is the scope of the claim groups)",
        ),
        (lacks_address && !admission.domains.is_empty(), of_domains, "email"),
        (
            lacks_address && admission.email_verified == EmailVerified::Require,
            format!("{of_verified}=require"),
            "email",
        ),
    ];
    let lacking: Vec<_> = needs.iter().filter(|(is_lacking, ..)| *is_lacking).collect();
    if lacking.is_empty() {
        return None;
    }
    let named: Vec<String> = lacking
        .iter()
        .map(|(_, by, scope)| format!("{by} goes by what the scope {scope} brings"))
        .collect();
    let evidence = format!("asked for: {}; {}", asked.join(" "), named.join("; "));
    let remedy = format!("Nobody is let in without it: add it to {scopes} or leave that variable out.");
    Some(Finding::warn(Check::Scopes, evidence, remedy))
}

fn is_of_groups(scope: &str) -> bool {
    matches!(scope, "profile" | "groups")
}
