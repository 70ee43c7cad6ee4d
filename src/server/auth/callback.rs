//! **callback**: checks the provider's answer, and mints the one-time exchange code once all of it holds.
//!
//! [OpenID Connect Core 3.1.2.5](https://openid.net/specs/openid-connect-core-1_0.html#AuthResponse),
//! [RFC 6749, 4.1.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2),
//! [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207.html).

mod completion;

pub use completion::answer;

use super::{claims, sign_in::Attempt, tokens};
use crate::{
    server::{
        client_address,
        error::AuthError,
        negotiation,
        provider::{Provider, discovery::Discovered},
        rate_limit::{self, Route},
        render,
        secret::{self, Secret},
        state::AppState,
        store::Kind,
    },
    shared::{error::SignInError, paths},
};
use axum::{
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{ALLOW, REFERER},
    },
    response::{IntoResponse, Redirect, Response},
};
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};
use url::form_urlencoded;

/// The longest query that is read, in bytes.
const MAX_QUERY: usize = 8 * 1024;
/// The longest parameter, decoded, in bytes. The code is the longest that providers send, up to 2 kB.
const MAX_PARAMETER: usize = 4 * 1024;
/// What a response has in another response type, or in another response mode
/// ([JARM 2.3](https://openid.net/specs/oauth-v2-jarm-final.html#section-2.3)).
const FOREIGN: [&str; 5] = ["id_token", "access_token", "token_type", "expires_in", "response"];

/// What came to the redirect URI, as the server function finds it in the request's extensions.
#[derive(Clone)]
struct Answer {
    provider: String,
    query: String,
    address: IpAddr,
}

/// `GET /api/auth/callback/{provider}`: hands the answer to the server function as it is, unparsed.
///
/// A server function has one fixed path, and its codec would refuse odd queries in its own way.
pub async fn handle(
    State(state): State<AppState>,
    provider: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Response {
    // A `HEAD` must not spend the attempt.
    if *request.method() != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")]).into_response();
    }
    // A provider sends the whole page here. Pictures and frames of a stranger's page would spend attempts and allowances.
    if !negotiation::may_be_visit(request.headers()) {
        return Redirect::to(&paths::login(None, Some(SignInError::StateMismatch))).into_response();
    }
    if let Some(refusal) = rate_limit::refuse(&state, Route::Callback, &request, None) {
        return refusal;
    }
    let provider = provider.map(|Path(provider)| provider).unwrap_or_default();
    let address = client_address::of(&state, &request);
    // Where it came from is nowhere to send it.
    request.headers_mut().remove(REFERER);
    let query = request.uri().query().unwrap_or_default().to_owned();
    request.extensions_mut().insert(Answer {
        provider,
        query,
        address,
    });
    *request.uri_mut() = Uri::from_static(paths::API_CALLBACK);
    *request.body_mut() = Body::empty();
    leptos_axum::handle_server_fns_with_context(render::context(state), request)
        .await
        .into_response()
}

/// Every step after the attempt is known, in the order that the types keep. Gives out the exchange code.
async fn verify(
    state: &AppState,
    answer: &Answer,
    response: AuthorizationResponse,
    attempt: Attempt,
    headers: &HeaderMap,
) -> Result<Secret, AuthError> {
    let checked = check(state, answer, response, attempt, headers).await?;
    let received = tokens::exchange(checked).await?;
    let verified = claims::verify(received, state).await?;
    Ok(state
        .one_time()
        .put(Kind::Exchange, &verified.binding, &verified)
        .await?)
}

/// The parameters of an authorization response.
struct AuthorizationResponse {
    state: String,
    code: Option<Secret>,
    error: Option<String>,
    iss: Option<String>,
    /// A parameter that has no business in it.
    foreign: Option<&'static str>,
}

impl AuthorizationResponse {
    fn parse(query: &str) -> Result<Self, AuthError> {
        if query.len() > MAX_QUERY {
            return Err(AuthError::TooLong);
        }
        let mut parameters: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if parameters.contains_key(&*name) {
                return Err(AuthError::DuplicateParameter(known_parameter(&name)));
            }
            if name.len().max(value.len()) > MAX_PARAMETER {
                return Err(AuthError::ParameterTooLong(known_parameter(&name)));
            }
            parameters.insert(name.into_owned(), value.into_owned());
        }
        let foreign = FOREIGN.into_iter().find(|name| parameters.contains_key(*name));
        let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_empty());
        Ok(Self {
            state: take("state").ok_or(AuthError::UnknownState)?,
            code: take("code").map(Secret::new),
            error: take("error"),
            iss: take("iss"),
            foreign,
        })
    }
}

/// The name, if it is one of ours to log: a stranger's could be anything.
fn known_parameter(name: &str) -> &'static str {
    ["state", "code", "error", "iss", "session_state", "scope"]
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("another")
}

/// An answer whose every check held; only `check` makes one.
pub struct Checked<'a> {
    pub(super) provider: &'a Provider,
    pub(super) discovered: Arc<Discovered>,
    pub(super) attempt: Attempt,
    pub(super) code: Secret,
    _only_here: (),
}

/// Binding, provider of the path, foreign parameters, `iss`, `error`: in this order, before anything is sent to the provider.
async fn check<'a>(
    state: &'a AppState,
    answer: &Answer,
    response: AuthorizationResponse,
    attempt: Attempt,
    headers: &HeaderMap,
) -> Result<Checked<'a>, AuthError> {
    let binding = state.cookies().binding(headers).ok_or(AuthError::BindingMissing)?;
    if !secret::equal(&binding.digest(), &attempt.binding) {
        return Err(AuthError::BindingMismatch);
    }
    if attempt.provider != answer.provider {
        return Err(AuthError::ProviderMismatch);
    }
    let provider = state
        .providers()
        .find(&attempt.provider)
        .ok_or(AuthError::UnknownProvider)?;
    if let Some(name) = response.foreign {
        return Err(AuthError::ForeignParameter(name));
    }
    let discovered = provider.discover().await?;
    check_issuer(response.iss.as_deref(), &discovered)?;
    if let Some(error) = response.error {
        return Err(provider_error(&error));
    }
    let code = response.code.ok_or(AuthError::CodeMissing)?;
    Ok(Checked {
        provider,
        discovered,
        attempt,
        code,
        _only_here: (),
    })
}

fn check_issuer(iss: Option<&str>, discovered: &Discovered) -> Result<(), AuthError> {
    let announced = discovered
        .metadata
        .additional_metadata()
        .authorization_response_iss_parameter_supported;
    match iss {
        Some(iss) if iss == discovered.metadata.issuer().as_str() => Ok(()),
        Some(_) => Err(AuthError::IssuerMismatch),
        None if announced => Err(AuthError::IssuerMissing),
        None => Ok(()),
    }
}

/// The registered codes of [RFC 6749, 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2.1) and
/// [OpenID Connect Core 3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError), in our words.
fn provider_error(error: &str) -> AuthError {
    let (code, public) = match error {
        "access_denied" => ("access_denied", SignInError::AccessDenied),
        "login_required" => ("login_required", SignInError::LoginRequired),
        "interaction_required" => ("interaction_required", SignInError::LoginRequired),
        "account_selection_required" => ("account_selection_required", SignInError::LoginRequired),
        "consent_required" => ("consent_required", SignInError::LoginRequired),
        "temporarily_unavailable" => ("temporarily_unavailable", SignInError::ProviderUnavailable),
        "server_error" => ("server_error", SignInError::ProviderError),
        "invalid_request" => ("invalid_request", SignInError::ProviderError),
        "invalid_scope" => ("invalid_scope", SignInError::ProviderError),
        "unauthorized_client" => ("unauthorized_client", SignInError::ProviderError),
        "unsupported_response_type" => ("unsupported_response_type", SignInError::ProviderError),
        _ => ("another error", SignInError::ProviderError),
    };
    AuthError::Provider { code, public }
}
