//! Completes an authorization: takes the attempt, has it verified, and answers alike whoever asks again.

use super::{Answer, AuthorizationResponse, verify};
use crate::{
    server::{
        auth::{
            cookieless,
            repeat::{self, Turn, Visit},
        },
        call::Call,
        error::AuthError,
        state::AppState,
    },
    shared::{error::SignInError, paths, safe_path::SafePath},
};
use axum::http::HeaderMap;

/// The body of the server function `complete_authorization`.
///
/// # Errors
/// When it is called without a request.
pub async fn answer() -> Result<(), SignInError> {
    let call = Call::current()?;
    let Some(answer) = call.parts.extensions.get::<Answer>() else {
        call.see_other(&paths::login(None, Some(SignInError::UnknownProvider)));
        return Ok(());
    };
    let location = match to_the_end(&call, answer).await {
        Ok(location) => location,
        // Back, a bookmark, or a link that somebody made: who is signed in goes on, and nothing changes.
        Err(Refused {
            error: AuthError::UnknownState,
            target,
        }) if call.viewer().person().is_some() => target.unwrap_or_default().to_string(),
        Err(Refused { error, target }) => refused(&call.state, answer, &error, target.as_ref()),
    };
    call.see_other(&location);
    Ok(())
}

/// Completes the sign-in even when the browser hangs up meanwhile, as it does at a second click.
///
/// Its next request is given what comes of this one.
async fn to_the_end(call: &Call, answer: &Answer) -> Result<String, Refused> {
    let (state, answer, headers) = (call.state.clone(), answer.clone(), call.parts.headers.clone());
    let task = tokio::spawn(async move { complete(&state, &answer, &headers).await });
    match task.await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Refused {
                error: AuthError::Internal("the server is stopping"),
                target: None,
            }),
        },
    }
}

/// Logs the failure; gives out where the person is told of it.
fn refused(state: &AppState, answer: &Answer, error: &AuthError, target: Option<&SafePath>) -> String {
    let provider = state.providers().find(&answer.provider);
    error.log("callback", provider.map(|provider| provider.config.id.as_str()));
    paths::login(target, Some(error.public()))
}

/// Why the sign-in stops, and where the person wanted to go, as far as that is known.
struct Refused {
    error: AuthError,
    target: Option<SafePath>,
}

async fn complete(state: &AppState, answer: &Answer, headers: &HeaderMap) -> Result<String, Refused> {
    let unknown = |error| Refused { error, target: None };
    let response = AuthorizationResponse::parse(&answer.query).map_err(unknown)?;
    let visit = Visit::new(state, &answer.provider, &answer.query, headers);
    let csrf_state = response.state.clone();
    let turn = repeat::take(state, &csrf_state, &visit)
        .await
        .map_err(|error| unknown(error.into()))?;
    let attempt = match turn {
        Turn::Ours(attempt) => attempt.ok_or_else(|| unknown(AuthError::UnknownState))?,
        Turn::Repeated(location) => return Ok(location.expose().to_owned()),
        Turn::Over(target) => {
            return Err(Refused {
                error: AuthError::UnknownState,
                target,
            });
        }
    };

    let target = attempt.target();
    let location = match verify(state, answer, response, attempt, headers).await {
        Ok(exchange) => paths::callback_page(exchange.expose(), &target),
        Err(error) => {
            if matches!(error, AuthError::BindingMissing) {
                cookieless::note(state, answer.address, headers).await;
            }
            refused(state, answer, &error, Some(&target))
        }
    };
    if let Err(error) = repeat::remember(state, &csrf_state, &visit, &location, &target).await {
        // This request has its answer all the same.
        tracing::warn!(step = "callback", reason = %error, "the answer is not remembered");
    }
    Ok(location)
}
