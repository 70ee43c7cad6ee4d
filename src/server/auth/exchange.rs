//! **exchange**: redeems the one-time code once, for the same browser, and begins the session.

use super::sign_in::Verified;
use crate::{
    server::{
        body,
        call::Call,
        error::AuthError,
        rate_limit::{self, Route},
        render, secret,
        session::whence,
        session::{live::Why, payload::SignedIn},
        state::AppState,
        store::Kind,
    },
    shared::{error::SignInError, paths, safe_path::SafePath},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, REFERER, SET_COOKIE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// The longest form that is read, in bytes.
const MAX_FORM: usize = 16 * 1024;

/// `POST /api/auth/exchange`: hands `code` and `redirect` to the server function, whatever the form looked like.
///
/// A missing or doubled field is an unusable code, and gets the contract's answer instead of the codec's.
pub async fn handle(State(state): State<AppState>, request: Request) -> Response {
    if let Some(refusal) = rate_limit::refuse(&state, Route::Exchange, &request, None) {
        return refusal;
    }
    let (mut parts, body) = request.into_parts();
    let form = body::read(body, MAX_FORM).await.unwrap_or_default();
    let form = normalize(&form);
    parts.headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    // Where it came from is nowhere to send it.
    parts.headers.remove(REFERER);
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(form.len()));
    let request = Request::from_parts(parts, Body::from(form));
    leptos_axum::handle_server_fns_with_context(render::context(state), request)
        .await
        .into_response()
}

fn normalize(form: &[u8]) -> String {
    let mut fields: BTreeMap<_, Option<_>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        fields
            .entry(name)
            .and_modify(|value| *value = None)
            .or_insert(Some(value));
    }
    let field = |name| fields.get(name).and_then(Option::as_deref).unwrap_or_default();
    form_urlencoded::Serializer::new(String::new())
        .append_pair("code", field("code"))
        .append_pair("redirect", field("redirect"))
        .finish()
}

/// The body of the server function `redeem_exchange`.
///
/// # Errors
/// [`SignInError::ExchangeFailed`] when the caller is a program; a form is sent to the sign-in page instead.
pub async fn answer(code: String, redirect: String) -> Result<(), SignInError> {
    let call = Call::current()?;
    let asked = SafePath::parse(&redirect).ok();
    match redeem(&call.state, &code, &call.parts).await {
        Ok(Begun { cookie, target }) => {
            call.response.append_header(SET_COOKIE, cookie);
            let target = asked.unwrap_or(target);
            if call.is_form() {
                call.see_other(target.as_str());
            } else {
                leptos_axum::redirect(target.as_str());
            }
            Ok(())
        }
        // Reload, Back, or a second click: who is signed in already goes on.
        Err(AuthError::UnknownExchange) if call.is_form() && call.viewer().person().is_some() => {
            call.see_other(asked.unwrap_or_default().as_str());
            Ok(())
        }
        Err(error) => {
            error.log("exchange", None);
            if call.is_form() {
                call.see_other(&paths::login(asked.as_ref(), Some(error.public())));
                return Ok(());
            }
            call.response.set_status(match error {
                AuthError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::UNAUTHORIZED,
            });
            Err(error.public())
        }
    }
}

struct Begun {
    cookie: HeaderValue,
    target: SafePath,
}

/// Takes the exchange, compares the browser, and only then begins a session: the cookie is of one that stands.
async fn redeem(state: &AppState, code: &str, parts: &Parts) -> Result<Begun, AuthError> {
    let headers = &parts.headers;
    let verified: Verified = state
        .one_time()
        .take(Kind::Exchange, code)
        .await?
        .ok_or(AuthError::UnknownExchange)?;
    let binding = state.cookies().binding(headers).ok_or(AuthError::ExchangeBinding)?;
    if !secret::equal(&binding.digest(), &verified.binding) {
        return Err(AuthError::ExchangeBinding);
    }
    let target = verified.target();
    let now = state.sessions().now();
    let signed_in = SignedIn {
        user: verified.user,
        issuer: verified.issuer,
        provider_name: verified.provider_name,
        sid: verified.sid,
        tokens: verified.tokens,
        signed_in_at: now,
        seen_at: now,
    };
    let id = state.sessions().begin(&signed_in, &whence::of(state, parts)).await?;
    if state
        .sessions()
        .registry()
        .is_marked(&signed_in, verified.asked_at)
        .await?
    {
        state.sessions().end(id).await?;
        return Err(AuthError::EndedMeanwhile);
    }
    if let Some(replaced) = state.cookies().session(headers) {
        state.sessions().end_because(replaced, Why::Replaced).await?;
    }
    tracing::info!(provider = %signed_in.user.provider, "signed in");
    let cookie = state
        .cookies()
        .set_session(id, state.sessions().cookie_life(&signed_in))
        .ok_or(AuthError::Internal("the cookie is not a header"))?;
    Ok(Begun { cookie, target })
}
