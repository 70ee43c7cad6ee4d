//! Who may sign in, as far as the configuration alone can be wrong about it.

use super::report::{Check, Finding};
use crate::server::config::{EmailVerified, ProviderConfig, variable};

/// In authentik, where the address and the claim come from.
const MAPPING: &str = "In authentik: Customization > Property Mappings > Create > Scope Mapping, scope name email, which returns \
                       email and email_verified: True only where every address was checked and nobody can change hers, \
                       else from an attribute of the user. Select it in the provider, Advanced protocol settings > Scopes, \
                       instead of the default one.";

/// Looks at each of these providers.
pub fn check(providers: &[&ProviderConfig]) -> Vec<Finding> {
    let findings: Vec<Finding> = providers.iter().filter_map(|provider| of(provider)).collect();
    if findings.is_empty() {
        return vec![Finding::pass(Check::Admission, summary(providers))];
    }
    findings
}

fn of(provider: &ProviderConfig) -> Option<Finding> {
    let [policy, domains] = ["EMAIL_VERIFIED", "ALLOWED_DOMAINS"].map(|ending| variable(&provider.id, ending));
    let admission = &provider.admission;
    match admission.email_verified {
        EmailVerified::Ignore if !admission.domains.is_empty() => Some(Finding::warn(
            Check::Admission,
            format!("{domains} admits by an address that need not be verified: {policy} is ignore"),
            format!(
                "Who can choose an address at the provider gets in by it. Where only its administrators give out addresses, \
                 set {policy}=trust and else set {policy}=require"
            ),
        )),
        EmailVerified::Require if is_authentik(provider) => Some(Finding::warn(
            Check::Admission,
            format!(
                "{policy} is require, and authentik sends email_verified: false from 2025.10 on, unless it is told"
            ),
            format!("Nobody signs in so, unless that is done already. {MAPPING}"),
        )),
        _ => None,
    }
}

/// By its id, or by the path that every issuer of authentik's has.
pub(super) fn is_authentik(provider: &ProviderConfig) -> bool {
    provider.id == "authentik" || provider.issuer.path().contains("/application/o/")
}

fn summary(providers: &[&ProviderConfig]) -> String {
    let is_open = |provider: &&&ProviderConfig| {
        let admission = &provider.admission;
        admission.groups.is_empty() && admission.domains.is_empty()
    };
    let open: Vec<&str> = providers.iter().filter(is_open).map(|provider| &*provider.id).collect();
    if open.is_empty() {
        "by group or address".to_owned()
    } else {
        format!("everybody whom the provider lets in: {}", open.join(", "))
    }
}
