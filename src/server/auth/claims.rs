//! The ID token is verified in full, and becomes a person.
//!
//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation) and
//! [5.3.4](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponseValidation).

use super::{person, sign_in::Verified, tokens::Received};
use crate::server::{
    error::AuthError,
    http::HttpError,
    provider::{
        client::{Claims, ExtraClaims, UserInfo},
        discovery::Discovered,
    },
    secret::Secret,
    session::payload::Tokens,
    state::AppState,
};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, Nonce, OAuth2TokenResponse, SignatureVerificationError, UserInfoError,
    core::CoreGenderClaim,
};
use std::sync::Arc;

/// How far the provider's clock may be from ours, in seconds.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Verifies what was received and completes it from userinfo.
///
/// # Errors
/// The first check that fails.
pub async fn verify(received: Received<'_>, state: &AppState) -> Result<Verified, AuthError> {
    let now = DateTime::from_timestamp(state.clock().unix(), 0).ok_or(AuthError::Internal("the clock is off"))?;
    let (claims, discovered) = verify_with_known_keys(&received, now).await?;
    check_subject(&claims)?;
    check_authorized_party(&claims, &received)?;
    check_access_token_hash(&claims, &received, &discovered)?;
    let user_info = complete(&claims, &received, &discovered).await?;

    let user = person::of(&received, &claims, user_info.as_ref(), &state.config().roles);
    let now = state.clock().now();
    let answer = &received.answer;
    Ok(Verified {
        provider_name: received.provider.config.name.clone(),
        sid: claims.additional_claims().sid(),
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

/// Signature, `iss`, `aud`, `exp`, `iat`, `nonce`. A key that is not known makes us fetch the keys again, once.
async fn verify_with_known_keys(
    received: &Received<'_>,
    now: DateTime<Utc>,
) -> Result<(Claims, Arc<Discovered>), AuthError> {
    let known = &received.discovered;
    match verify_id_token(received, known, now) {
        Ok(claims) => Ok((claims, known.clone())),
        Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
            let discovered = received.provider.rediscover().await?;
            let claims = verify_id_token(received, &discovered, now).map_err(id_token_error)?;
            Ok((claims, discovered))
        }
        Err(error) => Err(id_token_error(error)),
    }
}

fn verify_id_token(
    received: &Received<'_>,
    discovered: &Discovered,
    now: DateTime<Utc>,
) -> Result<Claims, ClaimsVerificationError> {
    let verifier = discovered
        .client
        .id_token_verifier()
        .set_allowed_algs(discovered.algorithms.iter().cloned())
        .set_time_fn(move || now - LEEWAY)
        .set_issue_time_verifier_fn(move |issued_at| {
            if issued_at > now + LEEWAY {
                Err("`iat` is in the future".to_owned())
            } else {
                Ok(())
            }
        });
    let nonce = Nonce::new(received.attempt.nonce.expose().to_owned());
    received.id_token.claims(&verifier, &nonce).cloned()
}

/// The library's words, without the nonce that it would print.
fn id_token_error(error: ClaimsVerificationError) -> AuthError {
    AuthError::Token(match error {
        ClaimsVerificationError::InvalidNonce(_) => "`nonce` is missing or not the attempt's".to_owned(),
        error => match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    })
}

/// `sub` is a name: neither empty nor endless
/// ([OpenID Connect Core 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
fn check_subject(claims: &Claims) -> Result<(), AuthError> {
    let sub = claims.subject().as_str();
    if sub.is_empty() || sub.len() > 255 || sub.contains(char::is_control) {
        return Err(AuthError::Token(
            "`sub` is empty, longer than 255 bytes, or not text".to_owned(),
        ));
    }
    Ok(())
}

/// `azp`, where it is sent, names us.
fn check_authorized_party(claims: &Claims, received: &Received<'_>) -> Result<(), AuthError> {
    match claims.authorized_party() {
        Some(azp) if azp.as_str() != received.provider.config.client_id => {
            Err(AuthError::Token("`azp` is another client".to_owned()))
        }
        _ => Ok(()),
    }
}

/// `at_hash`, where it is sent, is the access token's.
fn check_access_token_hash(claims: &Claims, received: &Received<'_>, discovered: &Discovered) -> Result<(), AuthError> {
    let Some(expected) = claims.access_token_hash() else {
        return Ok(());
    };
    let verifier = discovered.client.id_token_verifier();
    let actual = received
        .id_token
        .signing_alg()
        .and_then(|algorithm| {
            let key = received.id_token.signing_key(&verifier)?;
            AccessTokenHash::from_token(received.answer.access_token(), algorithm, key)
                .map_err(|error| SignatureVerificationError::Other(error.to_string()))
        })
        .map_err(|error| AuthError::Token(format!("`at_hash` can't be computed: {error}")))?;
    if actual == *expected {
        Ok(())
    } else {
        Err(AuthError::Token("`at_hash` is not the access token's".to_owned()))
    }
}

/// Asks userinfo for what the ID token lacks, where the provider has it. Its `sub` must be the ID token's.
async fn complete(
    claims: &Claims,
    received: &Received<'_>,
    discovered: &Discovered,
) -> Result<Option<UserInfo>, AuthError> {
    let extra = claims.additional_claims();
    let lacking = claims.name().is_none()
        || claims.email().is_none()
        || claims.preferred_username().is_none()
        || extra.groups().is_none()
        || extra.organization_id().is_none();
    if !lacking || discovered.metadata.userinfo_endpoint().is_none() {
        return Ok(None);
    }
    discovered
        .client
        .user_info(received.answer.access_token().clone(), Some(claims.subject().clone()))
        .map_err(|error| AuthError::UserInfo(error.to_string()))?
        .request_async::<ExtraClaims, _, CoreGenderClaim>(received.provider.http())
        .await
        .map(Some)
        .map_err(|error| match error {
            UserInfoError::ClaimsVerification(ClaimsVerificationError::InvalidSubject(_)) => AuthError::UserInfoSubject,
            UserInfoError::ClaimsVerification(error) => AuthError::UserInfo(error.to_string()),
            UserInfoError::Request(error @ (HttpError::Transport(_) | HttpError::Status(_))) => {
                AuthError::UserInfoUnreachable(error.to_string())
            }
            UserInfoError::Request(error) => AuthError::UserInfo(error.to_string()),
            UserInfoError::Response(status, ..) => AuthError::UserInfo(format!("status {status}")),
            UserInfoError::Parse(_) => AuthError::UserInfo("not the JSON of a userinfo response".to_owned()),
            _ => AuthError::UserInfo("the request failed".to_owned()),
        })
}
