//! The person whom verified claims speak of.

use super::tokens::Received;
use crate::{
    server::{
        config::RolesConfig,
        provider::client::{Claims, UserInfo},
        secret,
    },
    shared::viewer::User,
};
use openidconnect::LocalizedClaim;

/// The person: what the ID token says, then what userinfo says.
pub(super) fn of(received: &Received<'_>, claims: &Claims, user_info: Option<&UserInfo>, roles: &RolesConfig) -> User {
    let extra = claims.additional_claims();
    let more = user_info.map(UserInfo::additional_claims);
    let issuer = received.discovered.metadata.issuer().as_str();
    let sub = claims.subject().as_str();
    let groups = extra.groups().or_else(|| more?.groups()).unwrap_or_default();
    User {
        id: person_id(issuer, sub),
        provider: received.provider.config.id.clone(),
        sub: sub.to_owned(),
        name: localized(claims.name()).or_else(|| localized(user_info?.name())),
        email: owned(claims.email().map(|email| email.as_str()))
            .or_else(|| owned(user_info?.email().map(|email| email.as_str()))),
        // Only ever of the same source as the address it speaks of.
        email_verified: match claims.email() {
            Some(_) => claims.email_verified(),
            None => user_info.and_then(UserInfo::email_verified),
        },
        preferred_username: owned(claims.preferred_username().map(|name| name.as_str()))
            .or_else(|| owned(user_info?.preferred_username().map(|name| name.as_str()))),
        picture: localized(claims.picture()).or_else(|| localized(user_info?.picture())),
        roles: granted(&groups, roles),
        groups,
        organization_id: extra.organization_id().or_else(|| more?.organization_id()),
    }
}

/// Issuer and subject are the identity; the id is their digest.
fn person_id(issuer: &str, sub: &str) -> String {
    secret::digest(&format!("{issuer}\0{sub}")).chars().take(22).collect()
}

/// The roles that `groups` grant, then those that everybody has.
fn granted(groups: &[String], roles: &RolesConfig) -> Vec<String> {
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

fn owned(claim: Option<&str>) -> Option<String> {
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
