//! One renewal: under a lock that all instances share, from the refresh token's being sent to the new one's being stored.
//!
//! A refresh token is spent when it is sent, and one that comes twice ends the person's session at providers that look
//! for thieves. So the lock lasts longer than any renewal, and what is stored is read again once it is held. Should the
//! process end in between, the lock's time runs out, and the next one sends the old refresh token: a provider that has
//! seen it then refuses, and the session ends.

use super::{Demand, is_due};
use crate::server::{
    auth::{claims, tokens},
    error::AuthError,
    provider::{
        Provider,
        discovery::{Discovered, DiscoveryError},
        revocation,
    },
    secret::{self, Secret},
    session::{
        Found, Id,
        payload::{SignedIn, Tokens},
        sealed,
    },
    state::AppState,
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};

/// How long the lock lasts, in seconds: longer than sending (10 s), [`VERIFICATION`] and [`STORING`] together.
const LOCK: i64 = 60;

/// How long verifying may take: keys and userinfo may take ten seconds each.
const VERIFICATION: Duration = Duration::from_secs(30);

/// How long to try to store the new tokens. Without them the session could never be renewed again.
const STORING: Duration = Duration::from_secs(10);

/// How long to wait for another instance.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at the store.
const PAUSE: Duration = Duration::from_millis(50);

/// Renews the tokens of the session of that id, or finds them renewed by another instance.
pub(super) async fn run(state: &AppState, id: Id, demand: Demand) -> Result<SignedIn, AuthError> {
    let name = format!("refresh:{}", sealed::handle(&id));
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = match look(state, id, demand).await? {
            Standing::Good(signed_in) => return Ok(*signed_in),
            Standing::Due(found, _) => found,
        };
        let provider = state.providers().find(&found.signed_in.user.provider);
        let provider = provider.ok_or(AuthError::UnknownProvider)?;
        let discovered = provider.discover().await?;
        if let Some(lock) = state.one_time().lock(&name, LOCK).await? {
            let outcome = renew(state, id, demand, provider, discovered).await;
            if let Err(error) = state.one_time().unlock(lock).await {
                tracing::warn!(step = "refresh", reason = %error, "the lock stays until its time is over");
            }
            return outcome;
        }
        if Instant::now() >= deadline {
            return Err(AuthError::RefreshBusy);
        }
        sleep(PAUSE).await;
    }
}

/// How a session stands.
enum Standing {
    /// Nothing is to be done.
    Good(Box<SignedIn>),
    /// Its tokens are to be renewed, by this refresh token.
    Due(Box<Found>, Secret),
}

async fn look(state: &AppState, id: Id, demand: Demand) -> Result<Standing, AuthError> {
    let found = state.sessions().read(id).await?.ok_or(AuthError::SessionGone)?;
    let tokens = &found.signed_in.tokens;
    if !is_due(tokens, demand, state.sessions().now()) {
        return Ok(Standing::Good(Box::new(found.signed_in)));
    }
    let refresh_token = tokens.refresh_token.clone().ok_or(AuthError::NoRefreshToken)?;
    Ok(Standing::Due(Box::new(found), refresh_token))
}

/// What is done under the lock.
async fn renew(
    state: &AppState,
    id: Id,
    demand: Demand,
    provider: &Provider,
    discovered: Arc<Discovered>,
) -> Result<SignedIn, AuthError> {
    // Whoever had the lock before may have done it.
    let (before, sent) = match look(state, id, demand).await? {
        Standing::Good(signed_in) => return Ok(*signed_in),
        Standing::Due(found, refresh_token) => (found.signed_in, refresh_token),
    };
    if discovered.metadata.issuer().as_str() != before.issuer {
        // Another provider goes by that id now. The token is not for it.
        return end(state, id, AuthError::RefreshIssuer).await;
    }
    let answer = match tokens::renew(provider, &discovered, &sent).await {
        Ok(answer) => answer,
        Err(AuthError::RefreshRefused) => return refused(state, id, &sent).await,
        Err(error) if ends(&error) => return end(state, id, error).await,
        Err(error) => return Err(error),
    };

    let now = state.sessions().now();
    let received = claims::tokens(&answer, &before.tokens, now);
    let verifying = claims::verify_again(state, provider, discovered.clone(), &answer, &before);
    let verified = timeout(VERIFICATION, verifying).await;
    match verified.unwrap_or_else(|_| Err(AuthError::UserInfoUnreachable("it takes too long".to_owned()))) {
        Ok(again) => {
            let tokens = Tokens {
                id_token: again.id_token.unwrap_or(received.id_token),
                renewed_at: Some(now),
                ..received
            };
            let next = SignedIn {
                user: again.user,
                sid: again.sid.or_else(|| before.sid.clone()),
                tokens,
                ..before
            };
            store(state, id, &sent, next, provider, &discovered).await
        }
        Err(error) if ends(&error) => {
            let ended = end(state, id, error).await;
            revocation::revoke(provider, &discovered, &received).await;
            ended
        }
        // The refresh token is spent, so the new one is kept; nobody gets the access token before all of it was verified.
        Err(error) => {
            let tokens = Tokens {
                access_token_expires_at: Some(now),
                renewed_at: None,
                ..received
            };
            store(state, id, &sent, SignedIn { tokens, ..before }, provider, &discovered).await?;
            Err(error)
        }
    }
}

/// Stores `next`, made of what was read before the refresh token was `sent`. Whatever else has changed since stays.
async fn store(
    state: &AppState,
    id: Id,
    sent: &Secret,
    next: SignedIn,
    provider: &Provider,
    discovered: &Discovered,
) -> Result<SignedIn, AuthError> {
    let deadline = Instant::now() + STORING;
    let stored = loop {
        match try_to_store(state, id, sent, &next).await {
            Ok(Stored::Done(stored)) => break stored,
            Ok(Stored::Changed) if Instant::now() < deadline => {}
            Ok(Stored::Changed) => return Err(AuthError::RefreshBusy),
            Err(AuthError::Store(error)) if Instant::now() < deadline => {
                tracing::warn!(step = "refresh", reason = %error, "the new tokens can't be stored yet");
                sleep(PAUSE * 5).await;
            }
            Err(AuthError::SessionGone) => {
                // She signed out meanwhile, and what was revoked then were the old ones.
                revocation::revoke(provider, discovered, &next.tokens).await;
                return Err(AuthError::SessionGone);
            }
            Err(error) => return Err(error),
        }
    };
    if let Err(error) = state.sessions().follow(id, &stored).await {
        tracing::error!(step = "refresh", reason = %error, "the registry does not follow");
    }
    Ok(*stored)
}

enum Stored {
    Done(Box<SignedIn>),
    /// Somebody else has changed the session at the same time.
    Changed,
}

async fn try_to_store(state: &AppState, id: Id, sent: &Secret, next: &SignedIn) -> Result<Stored, AuthError> {
    let found = state.sessions().read(id).await?.ok_or(AuthError::SessionGone)?;
    if !has_refresh_token(&found.signed_in, sent) {
        return Ok(Stored::Done(Box::new(found.signed_in)));
    }
    let next = SignedIn {
        seen_at: found.signed_in.seen_at,
        ..next.clone()
    };
    Ok(match state.sessions().replace(id, &found, &next).await? {
        true => Stored::Done(Box::new(next)),
        false => Stored::Changed,
    })
}

/// The provider refuses the refresh token: the session ends, unless there is another one by now.
async fn refused(state: &AppState, id: Id, sent: &Secret) -> Result<SignedIn, AuthError> {
    let found = state.sessions().find(id).await?.ok_or(AuthError::SessionGone)?;
    if !has_refresh_token(&found, sent) {
        return Ok(found);
    }
    end(state, id, AuthError::RefreshRefused).await
}

async fn end(state: &AppState, id: Id, error: AuthError) -> Result<SignedIn, AuthError> {
    state.sessions().expel(id).await?;
    Err(error)
}

fn has_refresh_token(signed_in: &SignedIn, token: &Secret) -> bool {
    let stored = signed_in.tokens.refresh_token.as_ref();
    stored.is_some_and(|stored| secret::equal(stored.expose(), token.expose()))
}

/// Whether the session ends for that: the provider says that the person is another, may no longer be here, or is not to
/// be believed.
fn ends(error: &AuthError) -> bool {
    matches!(
        error,
        AuthError::RefreshRefused
            | AuthError::RefreshIssuer
            | AuthError::RefreshSubject
            | AuthError::Token(_)
            | AuthError::UserInfoSubject
            | AuthError::NotAdmitted(_)
    )
}

/// Whether it may be over in a moment: then nobody has to sign in again.
pub(super) fn may_pass(error: &AuthError) -> bool {
    match error {
        AuthError::Discovery(error) => matches!(
            **error,
            DiscoveryError::Unreachable { .. }
                | DiscoveryError::Status { .. }
                | DiscoveryError::Parse { .. }
                | DiscoveryError::Interrupted
        ),
        AuthError::TokenUnreachable(_)
        | AuthError::TokenAnswer(_)
        | AuthError::TokenUndecided(_)
        | AuthError::UserInfoUnreachable(_)
        | AuthError::UserInfo(_)
        | AuthError::RefreshBusy
        | AuthError::Internal(_)
        | AuthError::Store(_) => true,
        _ => false,
    }
}
