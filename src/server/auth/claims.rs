//! Tokens become a person: the ID token is verified, completed from userinfo, and the person admitted.
//!
//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation) and
//! [5.3.4](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponseValidation).

use super::{
    admission,
    id_token::{self, Now, VerifiedIdToken},
    person::{self, Known},
    sign_in::Verified,
    tokens::Received,
    userinfo,
};
use crate::server::{
    config::{ClaimsConfig, EmailVerified},
    error::AuthError,
    secret::Secret,
    session::payload::Tokens,
    state::AppState,
};
use openidconnect::OAuth2TokenResponse;

/// Verifies what was received, completes it from userinfo, and admits the person.
///
/// # Errors
/// The first check that fails.
pub async fn verify(received: Received<'_>, state: &AppState) -> Result<Verified, AuthError> {
    let now = state.clock().now();
    let at = Now::new(now.unix_timestamp(), state.config().clock_leeway);
    let verified = id_token::verify(&received, at.ok_or(AuthError::Internal("the clock is off"))?).await?;
    let user_info = if is_lacking(&verified, &received, &state.config().claims) {
        userinfo::ask(&received, &verified).await?
    } else {
        None
    };
    let known = person::of(
        &received.provider.config.id,
        &verified,
        user_info.as_ref(),
        state.config(),
    )?;
    admission::check(&received.provider.config.admission, known.facts())?;

    let answer = &received.answer;
    let Known { user, sid, .. } = known;
    Ok(Verified {
        issuer: verified.discovered.metadata.issuer().to_string(),
        provider_name: received.provider.config.name.clone(),
        sid,
        tokens: Tokens {
            access_token: Secret::new(answer.access_token().secret().as_str()),
            access_token_expires_at: answer
                .expires_in()
                .and_then(|life| now.checked_add(life.try_into().ok()?)),
            refresh_token: answer.refresh_token().map(|token| Secret::new(token.secret().as_str())),
            id_token: Secret::new(received.id_token.to_string()),
        },
        target: received.attempt.target,
        binding: received.attempt.binding,
        user,
    })
}

/// Whether the ID token leaves something open that userinfo may know.
fn is_lacking(verified: &VerifiedIdToken, received: &Received<'_>, paths: &ClaimsConfig) -> bool {
    let VerifiedIdToken { claims, all, .. } = verified;
    let asks_for_verification = received.provider.config.admission.email_verified == EmailVerified::Require;
    claims.name().is_none()
        || claims.email().is_none()
        || claims.preferred_username().is_none()
        || (asks_for_verification && claims.email_verified().is_none())
        || person::groups(all, &paths.groups).is_none()
        || paths.organization.find(all).is_none()
}
