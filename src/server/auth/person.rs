//! The person whom verified claims speak of.

use super::{admission::Facts, id_token::VerifiedIdToken, userinfo};
use crate::{
    server::{
        config::{ClaimPath, Config, RolesConfig},
        error::AuthError,
        secret,
    },
    shared::viewer::User,
};
use openidconnect::LocalizedClaim;
use serde_json::{Map, Value};

/// The most groups of a person. A directory with more of them sends its whole self.
pub(super) const MOST_GROUPS: usize = 10_000;

/// A person, and what the application does not show of her.
pub(super) struct Known {
    /// As the application knows her.
    pub(super) user: User,
    /// Whether a claim said in which groups she is, or is not.
    has_groups: bool,
    /// The provider's session id.
    pub(super) sid: Option<String>,
}

impl Known {
    /// What decides whether she may sign in.
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            email: self.user.email.as_deref(),
            email_verified: self.user.email_verified,
            groups: self.has_groups.then_some(&self.user.groups),
        }
    }
}

/// The person of the provider of that id: what the ID token says, else what userinfo says.
///
/// # Errors
/// When she is in more groups than anybody is.
pub(super) fn of(
    provider: &str,
    verified: &VerifiedIdToken,
    user_info: Option<&userinfo::Answer>,
    config: &Config,
) -> Result<Known, AuthError> {
    let VerifiedIdToken {
        claims,
        all,
        discovered,
    } = verified;
    let info = user_info.map(|answer| &answer.claims);
    let more = user_info.map(|answer| &answer.all);
    let sub = claims.subject().as_str();
    let found = groups(all, &config.claims.groups).or_else(|| groups(more?, &config.claims.groups));
    let has_groups = found.is_some();
    let groups = found.unwrap_or_default();
    if groups.len() > MOST_GROUPS {
        let reason = format!(
            "the person is in {} groups, and {MOST_GROUPS} are the most",
            groups.len()
        );
        return Err(AuthError::Token(reason));
    }
    let organization = &config.claims.organization;
    let email = owned(claims.email().map(|email| email.as_str()));
    let other_email = owned(info.and_then(|info| info.email()).map(|email| email.as_str()));
    let user = User {
        id: person_id(discovered.metadata.issuer().as_str(), sub),
        provider: provider.to_owned(),
        sub: sub.to_owned(),
        name: localized(claims.name()).or_else(|| localized(info?.name())),
        // Whether an address is verified is said by who says the address.
        email_verified: match &email {
            Some(_) => claims.email_verified().or_else(|| {
                let says_the_same = email == other_email;
                info.filter(|_| says_the_same)?.email_verified()
            }),
            None => info.and_then(|info| info.email_verified()),
        },
        email: email.or(other_email),
        preferred_username: owned(claims.preferred_username().map(|name| name.as_str()))
            .or_else(|| owned(info?.preferred_username().map(|name| name.as_str()))),
        picture: localized(claims.picture()).or_else(|| localized(info?.picture())),
        roles: granted(&groups, &config.roles),
        groups,
        organization_id: text(organization.find(all)).or_else(|| text(organization.find(more?))),
    };
    Ok(Known {
        user,
        has_groups,
        sid: text(all.get("sid")),
    })
}

/// The names of her groups; `None` when the claim is absent, or neither a list nor a text.
pub(super) fn groups(claims: &Map<String, Value>, path: &ClaimPath) -> Option<Vec<String>> {
    match path.find(claims)? {
        Value::Array(groups) => Some(groups.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Value::String(group) => Some(vec![group.clone()]),
        _ => None,
    }
}

/// A claim that is a name or a number. Its shape is the provider's choice; of another, it is absent.
pub(super) fn text(claim: Option<&Value>) -> Option<String> {
    match claim? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Issuer and subject are the identity; the id is their digest.
pub(super) fn person_id(issuer: &str, sub: &str) -> String {
    secret::digest(&format!("{issuer}\0{sub}")).chars().take(22).collect()
}

/// The roles that `groups` grant, then those that everybody has.
pub(super) fn granted(groups: &[String], roles: &RolesConfig) -> Vec<String> {
    let mut granted: Vec<String> = roles
        .grants
        .iter()
        .filter(|(_, granting)| granting.iter().any(|group| groups.contains(group)))
        .map(|(role, _)| role.clone())
        .collect();
    for role in &roles.default {
        if !granted.contains(role) {
            granted.push(role.clone());
        }
    }
    granted
}

/// A text that says something.
pub(super) fn owned(claim: Option<&str>) -> Option<String> {
    claim.filter(|claim| !claim.is_empty()).map(str::to_owned)
}

/// The claim without a language tag, else the first that there is.
fn localized<T: std::ops::Deref<Target = String>>(claim: Option<&LocalizedClaim<T>>) -> Option<String> {
    let claim = claim?;
    let value = claim
        .get(None)
        .or_else(|| claim.iter().next().map(|(_, value)| value))?;
    owned(Some(value.as_str()))
}
