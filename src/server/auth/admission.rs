//! Who may sign in: decides from the configuration and from verified claims alone, so that it can be decided again.

use crate::server::config::{AdmissionConfig, EmailVerified, normalize_domain};

/// What is known of somebody who wants to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Her address.
    pub email: Option<&'a str>,
    /// What the provider says of it.
    pub email_verified: Option<bool>,
    /// Her groups; `None` when the claim is absent, which is not the same as no groups.
    pub groups: Option<&'a [String]>,
}

/// Why somebody is not let in. The message is for the log: it names the check, and nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no address that could be verified.
    #[error("a verified e-mail address is required, and the claim `email` is absent: is `email` among the scopes?")]
    NoEmail,
    /// The provider says that it is not.
    #[error(
        "a verified e-mail address is required, and `email_verified` is false, as authentik says of everybody since 2025.10: \
         give it a scope mapping of your own, or set AUTH_<P>_EMAIL_VERIFIED=trust if only administrators set addresses"
    )]
    EmailNotVerified,
    /// The provider does not say.
    #[error(
        "a verified e-mail address is required, and `email_verified` is absent: let the provider send it, or set \
         AUTH_<P>_EMAIL_VERIFIED=trust if it keeps only verified addresses"
    )]
    EmailVerifiedAbsent,
    /// There is no claim to look for the groups in.
    #[error(
        "a group is required, and the claim of the groups is absent or no list of names: add the scope that carries it \
         (authentik: `profile`) or a scope mapping, or name the claim in [auth.claims]"
    )]
    GroupsAbsent,
    /// She is in no group at all.
    #[error("a group is required, and the person is in none")]
    NoGroups,
    /// She is in others.
    #[error("a group is required, and the person is in none of those that are allowed")]
    OtherGroups,
    /// There is no address to look for the domain in.
    #[error(
        "an e-mail address of an allowed domain is required, and the claim `email` is absent: is `email` among the scopes?"
    )]
    NoAddress,
    /// Which part is the domain is not for us to guess.
    #[error("an e-mail address of an allowed domain is required, and this is no address with one @ and a domain")]
    OddAddress,
    /// Another domain.
    #[error("the domain of the e-mail address is not an allowed one")]
    OtherDomain,
}

impl Refusal {
    /// Whether a verified address would mend it.
    #[must_use]
    pub const fn is_about_verification(self) -> bool {
        matches!(self, Self::NoEmail | Self::EmailNotVerified | Self::EmailVerifiedAbsent)
    }
}

/// Decides. Every demand must be met.
///
/// # Errors
/// The first that is not.
pub fn check(config: &AdmissionConfig, facts: Facts<'_>) -> Result<(), Refusal> {
    if config.email_verified == EmailVerified::Require {
        check_verified(facts)?;
    }
    if !config.groups.is_empty() {
        check_groups(&config.groups, facts.groups)?;
    }
    if !config.domains.is_empty() {
        check_domain(&config.domains, facts.email)?;
    }
    Ok(())
}

fn check_verified(facts: Facts<'_>) -> Result<(), Refusal> {
    match (facts.email, facts.email_verified) {
        (None, _) => Err(Refusal::NoEmail),
        (Some(_), Some(true)) => Ok(()),
        (Some(_), Some(false)) => Err(Refusal::EmailNotVerified),
        (Some(_), None) => Err(Refusal::EmailVerifiedAbsent),
    }
}

/// One of them, by its exact name.
fn check_groups(allowed: &[String], groups: Option<&[String]>) -> Result<(), Refusal> {
    match groups {
        None => Err(Refusal::GroupsAbsent),
        Some([]) => Err(Refusal::NoGroups),
        Some(groups) if groups.iter().any(|group| allowed.contains(group)) => Ok(()),
        Some(_) => Err(Refusal::OtherGroups),
    }
}

/// Exactly what follows the only `@`; a sub-domain is another domain.
fn check_domain(allowed: &[String], email: Option<&str>) -> Result<(), Refusal> {
    let email = email.ok_or(Refusal::NoAddress)?;
    let (name, domain) = email.split_once('@').ok_or(Refusal::OddAddress)?;
    if name.is_empty() || name.contains(|c: char| c.is_control() || c.is_whitespace()) || domain.contains('@') {
        return Err(Refusal::OddAddress);
    }
    let domain = normalize_domain(domain).map_err(|_| Refusal::OddAddress)?;
    if allowed.contains(&domain) {
        Ok(())
    } else {
        Err(Refusal::OtherDomain)
    }
}
