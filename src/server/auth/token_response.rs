//! The token endpoint's answer, read before the library sees it: that it has what is needed, once, and nothing twice.
//!
//! [OpenID Connect Core 3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse),
//! [RFC 6749, 5](https://www.rfc-editor.org/rfc/rfc6749.html#section-5).

use super::id_token::form;
use crate::server::{error::AuthError, http::HttpError, json, provider::client_auth::Authenticated};
use axum::http::header::CONTENT_TYPE;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::{Map, Value};
use std::pin::Pin;

/// A client that hands to the library only what [`check`] let pass.
pub(super) struct Reader<'p> {
    client: Authenticated<'p>,
    grant: Grant,
}

/// For what tokens are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    /// The code of a sign-in: there must be an ID token.
    Code,
    /// A refresh token: there may be one
    /// ([12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    RefreshToken,
}

impl<'p> Reader<'p> {
    /// For answers to a code.
    pub(super) fn of_code(client: Authenticated<'p>) -> Self {
        let grant = Grant::Code;
        Self { client, grant }
    }

    /// For answers to a refresh token.
    pub(super) fn of_refresh_token(client: Authenticated<'p>) -> Self {
        let grant = Grant::RefreshToken;
        Self { client, grant }
    }
}

impl<'c> AsyncHttpClient<'c> for Reader<'_> {
    type Error = AuthError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AuthError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.client.call(request).await.map_err(unanswered)?;
            check(&answer, self.grant)?;
            Ok(answer)
        })
    }
}

fn unanswered(error: HttpError) -> AuthError {
    match error {
        HttpError::TooLong => AuthError::TokenAnswer(error.to_string()),
        HttpError::Unauthenticated(reason) => AuthError::Internal(reason),
        error => AuthError::TokenUnreachable(error.to_string()),
    }
}

/// Checks the form of `answer`, whether it grants or refuses. Nothing of the answer is in the error.
pub(crate) fn check(answer: &HttpResponse, grant: Grant) -> Result<(), AuthError> {
    let status = answer.status();
    if status.is_redirection() {
        return refuse("a redirect, which is not followed");
    }
    if status == 200 && !is_json(answer) {
        return refuse("the content type is not application/json");
    }
    let object = json::object(answer.body())
        .map_err(|error| AuthError::TokenAnswer(format!("status {}, {error}", status.as_u16())))?;
    match status.as_u16() {
        200 => check_granted(&object, grant),
        _ => Ok(()),
    }
}

fn check_granted(answer: &Map<String, Value>, grant: Grant) -> Result<(), AuthError> {
    match text(answer, "token_type") {
        Some(token_type) if token_type.eq_ignore_ascii_case("Bearer") => {}
        Some(_) => return refuse("`token_type` is not Bearer"),
        None => return refuse("`token_type` is missing"),
    }
    // RFC 6749, A.12: visible characters and spaces. It goes into a header later.
    match text(answer, "access_token") {
        Some(token) if token.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) => {}
        Some(_) => return refuse("`access_token` has characters that no token has"),
        None => return refuse("`access_token` is missing"),
    }
    match text(answer, "id_token") {
        Some(id_token) => form::read(id_token).map(drop).map_err(AuthError::Token),
        None if grant == Grant::Code => refuse("`id_token` is missing: is `openid` among the scopes?"),
        None if answer.contains_key("id_token") => refuse("`id_token` is not text"),
        None => Ok(()),
    }
}

/// A text that is not empty.
fn text<'a>(answer: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    answer.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn is_json(answer: &HttpResponse) -> bool {
    match answer.headers().get(CONTENT_TYPE) {
        None => true,
        Some(content_type) => content_type.to_str().is_ok_and(|content_type| {
            let essence = content_type.split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case("application/json")
        }),
    }
}

fn refuse(reason: &str) -> Result<(), AuthError> {
    Err(AuthError::TokenAnswer(reason.to_owned()))
}
