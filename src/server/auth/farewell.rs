//! Remembers a sign-out that went on to the provider, so that the page that the browser comes back to knows it again.
//!
//! [RP-Initiated Logout 2 and 3](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout): the
//! provider gives `state` back. One that is unknown, of another browser, or missing changes the words of a page and
//! nothing else.

use crate::{
    server::{
        secret::{self, Secret},
        state::AppState,
        store::{Kind, StoreError},
    },
    shared::{farewell::Farewell, paths},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// A sign-out on its way.
#[derive(Serialize, Deserialize)]
struct SignOut {
    provider_name: String,
    /// The digest of the browser's binding.
    binding: String,
}

/// What goes with a browser to the provider.
pub(super) struct Ticket {
    /// The `state`.
    pub(super) state: Secret,
    /// The binding cookie.
    pub(super) cookie: Option<HeaderValue>,
}

/// Remembers that this browser goes to sign out at the provider of that name.
///
/// # Errors
/// When the store fails.
pub(super) async fn remember(state: &AppState, headers: &HeaderMap, provider_name: &str) -> Result<Ticket, StoreError> {
    // A sign-in in another tab keeps its binding.
    let binding = match state.cookies().binding(headers) {
        Some(binding) => binding,
        None => Secret::random()?,
    };
    let sign_out = SignOut {
        provider_name: provider_name.to_owned(),
        binding: binding.digest(),
    };
    Ok(Ticket {
        state: state
            .one_time()
            .put(Kind::SignOut, &sign_out.binding, &sign_out)
            .await?,
        cookie: state.cookies().set_binding(&binding),
    })
}

/// Puts the [`Farewell`] into a request for the signed-out page that comes from the provider.
pub async fn notice(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if *request.method() == Method::GET
        && request.uri().path() == paths::SIGNED_OUT
        && let Some(returned) = returned(request.uri().query().unwrap_or_default())
    {
        match recognise(&state, request.headers(), &returned).await {
            Ok(Some(farewell)) => {
                request.extensions_mut().insert(farewell);
            }
            Ok(None) => tracing::info!(step = "end", "a browser came back with a state that is not its own"),
            Err(error) => tracing::warn!(step = "end", reason = %error, "the store failed"),
        }
    }
    next.run(request).await
}

/// The one `state`, if it can be one of ours.
fn returned(query: &str) -> Option<String> {
    let mut states = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "state");
    match (states.next(), states.next()) {
        (Some((_, state)), None) if state.len() == 43 => Some(state.into_owned()),
        _ => None,
    }
}

async fn recognise(state: &AppState, headers: &HeaderMap, returned: &str) -> Result<Option<Farewell>, StoreError> {
    let Some(binding) = state.cookies().binding(headers) else {
        return Ok(None);
    };
    let sign_out: Option<SignOut> = state.one_time().take(Kind::SignOut, returned).await?;
    let own = sign_out.filter(|sign_out| secret::equal(&sign_out.binding, &binding.digest()));
    Ok(own.map(|sign_out| Farewell(sign_out.provider_name.into())))
}
