//! What the development provider says of a person: authentik's claims, by scope
//! ([OpenID Connect Core 5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)).

use super::{grants::Issued, people::Person};
use openidconnect::{
    AdditionalClaims, Audience, AuthenticationContextClass, AuthenticationMethodReference, ClientId, EndUserEmail,
    EndUserGivenName, EndUserName, EndUserNickname, EndUserUsername, IdToken, IdTokenClaims, IssuerUrl, Nonce,
    StandardClaims, SubjectIdentifier, UserInfoClaims,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// The one level of authentication there is.
pub const ACR: &str = "goauthentik.io/providers/oauth2/default";

/// What goes beyond the standard claims.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct DevClaims {
    /// The session at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The name of an access token, and what tells it from an ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// What an access token allows, as in [RFC 8693, 4.2](https://www.rfc-editor.org/rfc/rfc8693#section-4.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Of the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Of the scope `organization`.
    #[serde(default, rename = "organizationId", skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl AdditionalClaims for DevClaims {}

/// An ID token of this provider.
pub type DevIdToken = IdToken<DevClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
/// Its claims.
pub type DevIdTokenClaims = IdTokenClaims<DevClaims, CoreGenderClaim>;

/// The claims of an ID token issued now; as in authentik it lives as long as the access token.
pub fn id_token(issuer: IssuerUrl, client: &str, issued: &Issued, now: i64) -> DevIdTokenClaims {
    let (standard, mut more) = of(&issued.person, &issued.scopes);
    more.sid = Some(issued.sid.clone());
    let expires = now.saturating_add(issued.expires_in);
    IdTokenClaims::new(
        issuer,
        vec![Audience::new(client.to_owned())],
        at(expires).into(),
        at(now).into(),
        standard,
        more,
    )
    .set_auth_time(Some(at(issued.auth_time).into()))
    .set_auth_context_ref(Some(AuthenticationContextClass::new(ACR.to_owned())))
    .set_auth_method_refs(Some(vec![AuthenticationMethodReference::new("pwd".to_owned())]))
    .set_nonce(issued.nonce.clone().map(Nonce::new))
}

/// The claims of an access token: as in authentik those of the ID token, with `azp`, `jti` and `scope` in place of `nonce`.
pub fn access_token(issuer: IssuerUrl, client: &str, issued: &Issued, now: i64) -> DevIdTokenClaims {
    let mut claims = id_token(issuer, client, issued, now)
        .set_nonce(None)
        .set_authorized_party(Some(ClientId::new(client.to_owned())));
    let more = claims.additional_claims_mut();
    more.jti = Some(issued.access.expose().to_owned());
    more.scope = Some(issued.scopes.join(" "));
    claims
}

/// The claims of the userinfo endpoint.
pub fn userinfo(person: &Person, scopes: &[String]) -> UserInfoClaims<DevClaims, CoreGenderClaim> {
    let (standard, more) = of(person, scopes);
    UserInfoClaims::new(standard, more)
}

fn of(person: &Person, scopes: &[String]) -> (StandardClaims<CoreGenderClaim>, DevClaims) {
    let asked = |scope: &str| scopes.iter().any(|other| other == scope);
    let mut standard = StandardClaims::new(SubjectIdentifier::new(person.sub()));
    let mut more = DevClaims::default();
    if asked("profile") {
        standard = standard
            .set_name(Some(EndUserName::new(person.name.to_owned()).into()))
            // authentik has one name field, and sends it as the given name too.
            .set_given_name(Some(EndUserGivenName::new(person.name.to_owned()).into()))
            .set_preferred_username(Some(EndUserUsername::new(person.username.to_owned())))
            .set_nickname(Some(EndUserNickname::new(person.username.to_owned()).into()));
        more.groups = Some(person.groups.clone());
    }
    if let (true, Some(email)) = (asked("email"), person.email) {
        standard = standard
            .set_email(Some(EndUserEmail::new(email.to_owned())))
            .set_email_verified(Some(false));
    }
    if asked("organization") {
        more.organization_id = person.organization.map(str::to_owned);
    }
    (standard, more)
}

fn at(unix: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(unix).unwrap_or_default())
}
