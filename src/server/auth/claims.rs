//! Tokens become a person: the ID token is verified, completed from userinfo, and the person admitted.
//!
//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation) and
//! [5.3.4](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponseValidation).

use super::{
    admission,
    id_token::{self, ExpectedNonce, Now, Presented, VerifiedIdToken},
    person::{self, Known},
    sign_in::Verified,
    tokens::Received,
    userinfo,
};
use crate::{
    server::{
        config::{ClaimsConfig, EmailVerified},
        error::AuthError,
        provider::{Provider, client::TokenAnswer, discovery::Discovered},
        secret::Secret,
        session::payload::{SignedIn, Tokens},
        state::AppState,
    },
    shared::viewer::User,
};
use openidconnect::{AccessToken, OAuth2TokenResponse, SubjectIdentifier, TokenResponse};
use std::sync::Arc;
use time::OffsetDateTime;

/// Verifies what was received, completes it from userinfo, and admits the person.
///
/// # Errors
/// The first check that fails.
pub async fn verify(received: Received<'_>, state: &AppState) -> Result<Verified, AuthError> {
    let now = state.sessions().now();
    let provider = received.provider;
    let presented = Presented {
        provider,
        discovered: &received.discovered,
        id_token: &received.id_token,
        access_token: received.answer.access_token(),
        nonce: ExpectedNonce::Sent(&received.attempt.nonce),
    };
    let verified = id_token::verify(presented, time(state)?).await?;
    let Known { user, sid, .. } = complete(state, provider, &verified, presented.access_token).await?;
    Ok(Verified {
        issuer: verified.discovered.metadata.issuer().to_string(),
        provider_name: provider.config.name.clone(),
        sid,
        tokens: Tokens {
            id_token: Secret::new(received.id_token.to_string()),
            nonce: Some(received.attempt.nonce),
            refresh_token: refresh_token(&received.answer),
            renewed_at: None,
            access_token: access_token(&received.answer),
            access_token_expires_at: expiry(&received.answer, now),
        },
        asked_at: received.asked_at,
        target: received.attempt.target,
        binding: received.attempt.binding,
        user,
    })
}

/// A person, as a refreshed answer speaks of her.
pub(super) struct Again {
    /// As the application knows her from now on.
    pub(super) user: User,
    /// The provider's session id, where it is said again.
    pub(super) sid: Option<String>,
    /// The new ID token, if one came.
    pub(super) id_token: Option<Secret>,
}

/// Verifies a refreshed answer for the session `before`, completes it from userinfo, and admits the person again
/// ([OpenID Connect Core 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
///
/// # Errors
/// The first check that fails.
pub(super) async fn verify_again(
    state: &AppState,
    provider: &Provider,
    discovered: Arc<Discovered>,
    answer: &TokenAnswer,
    before: &SignedIn,
) -> Result<Again, AuthError> {
    let access_token = answer.access_token();
    let Some(id_token) = answer.id_token() else {
        let known = remember(state, provider, discovered, access_token, before).await?;
        return Ok(Again {
            user: known.user,
            sid: None,
            id_token: None,
        });
    };
    let presented = Presented {
        provider,
        discovered: &discovered,
        id_token,
        access_token,
        nonce: ExpectedNonce::NoneOr(before.tokens.nonce.as_ref()),
    };
    let verified = id_token::verify(presented, time(state)?).await?;
    if verified.claims.issuer().as_str() != before.issuer {
        return Err(AuthError::RefreshIssuer);
    }
    if verified.claims.subject().as_str() != before.user.sub {
        return Err(AuthError::RefreshSubject);
    }
    let known = complete(state, provider, &verified, access_token).await?;
    Ok(Again {
        user: known.user,
        sid: known.sid,
        id_token: Some(Secret::new(id_token.to_string())),
    })
}

/// The tokens of a refreshed answer, in place of those `before`; of which stays what did not come anew.
pub(super) fn tokens(answer: &TokenAnswer, before: &Tokens, now: OffsetDateTime) -> Tokens {
    Tokens {
        access_token: access_token(answer),
        access_token_expires_at: expiry(answer, now),
        refresh_token: refresh_token(answer).or_else(|| before.refresh_token.clone()),
        ..before.clone()
    }
}

fn access_token(answer: &TokenAnswer) -> Secret {
    Secret::new(answer.access_token().secret().as_str())
}

fn refresh_token(answer: &TokenAnswer) -> Option<Secret> {
    let token = answer.refresh_token()?.secret().as_str();
    (!token.is_empty()).then(|| Secret::new(token))
}

/// When the access token expires, if the provider said.
fn expiry(answer: &TokenAnswer, now: OffsetDateTime) -> Option<OffsetDateTime> {
    answer
        .expires_in()
        .and_then(|life| now.checked_add(life.try_into().ok()?))
}

fn time(state: &AppState) -> Result<Now, AuthError> {
    Now::new(state.clock().unix(), state.config().clock_leeway).ok_or(AuthError::Internal("the clock is off"))
}

/// The person of the ID token, completed from userinfo where something is lacking, and admitted.
async fn complete(
    state: &AppState,
    provider: &Provider,
    verified: &VerifiedIdToken,
    access_token: &AccessToken,
) -> Result<Known, AuthError> {
    let user_info = if is_lacking(verified, provider, &state.config().claims) {
        userinfo::ask(provider, &verified.discovered, access_token, verified.claims.subject()).await?
    } else {
        None
    };
    admit(state, provider, verified, user_info.as_ref())
}

/// The person of the sign-in's ID token, for no other came; with what userinfo says now in its place.
async fn remember(
    state: &AppState,
    provider: &Provider,
    discovered: Arc<Discovered>,
    access_token: &AccessToken,
    before: &SignedIn,
) -> Result<Known, AuthError> {
    let subject = SubjectIdentifier::new(before.user.sub.clone());
    let user_info = userinfo::ask(provider, &discovered, access_token, &subject).await?;
    let news = user_info.as_ref().map(|answer| &answer.all);
    let verified = id_token::recall(&before.tokens.id_token, news, discovered)?;
    admit(state, provider, &verified, user_info.as_ref())
}

fn admit(
    state: &AppState,
    provider: &Provider,
    verified: &VerifiedIdToken,
    user_info: Option<&userinfo::Answer>,
) -> Result<Known, AuthError> {
    let known = person::of(&provider.config.id, verified, user_info, state.config())?;
    admission::check(&provider.config.admission, known.facts())?;
    Ok(known)
}

/// Whether the ID token leaves something open that userinfo may know.
fn is_lacking(verified: &VerifiedIdToken, provider: &Provider, paths: &ClaimsConfig) -> bool {
    let VerifiedIdToken { claims, all, .. } = verified;
    let asks_for_verification = provider.config.admission.email_verified == EmailVerified::Require;
    claims.name().is_none()
        || claims.email().is_none()
        || claims.preferred_username().is_none()
        || (asks_for_verification && claims.email_verified().is_none())
        || person::groups(all, &paths.groups).is_none()
        || paths.organization.find(all).is_none()
}
