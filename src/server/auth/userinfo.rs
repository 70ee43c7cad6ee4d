//! Asks the userinfo endpoint for what the ID token lacks; it must speak of the same person.
//!
//! [OpenID Connect Core 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo).

use crate::server::{
    error::AuthError,
    http::HttpError,
    json,
    provider::{Provider, client::UserInfo, discovery::Discovered},
};
use axum::http::{
    HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use openidconnect::{
    AccessToken, AsyncHttpClient, ClaimsVerificationError, HttpRequest, HttpResponse, SubjectIdentifier, UserInfoError,
};
use serde_json::{Map, Value};

/// What userinfo says of the person of the ID token; only [`ask`] makes one.
pub(super) struct Answer {
    /// In the library's types.
    pub(super) claims: UserInfo,
    /// All of it.
    pub(super) all: Map<String, Value>,
}

/// Asks, where the provider has the endpoint.
///
/// # Errors
/// When there is no answer, or not one about the person of the ID token.
pub(super) async fn ask(
    provider: &Provider,
    discovered: &Discovered,
    access_token: &AccessToken,
    subject: &SubjectIdentifier,
) -> Result<Option<Answer>, AuthError> {
    let Some(endpoint) = discovered.metadata.userinfo_endpoint() else {
        return Ok(None);
    };
    // A stranger's token could hold what no header may.
    let bearer = format!("Bearer {}", access_token.secret());
    let mut bearer = HeaderValue::from_str(&bearer)
        .map_err(|_| AuthError::UserInfo("the access token can't be sent in a header".to_owned()))?;
    bearer.set_sensitive(true);
    let request: HttpRequest = Request::builder()
        .method(Method::GET)
        .uri(endpoint.as_str())
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, bearer)
        .body(Vec::new())
        .map_err(|error| AuthError::UserInfo(error.to_string()))?;
    let answer = provider.http().call(request).await.map_err(|error| match error {
        HttpError::Transport(_) | HttpError::Status(_) => AuthError::UserInfoUnreachable(error.to_string()),
        error => AuthError::UserInfo(error.to_string()),
    })?;
    read(&answer, subject).map(Some)
}

fn read(answer: &HttpResponse, subject: &SubjectIdentifier) -> Result<Answer, AuthError> {
    let refuse = |reason: &str| Err(AuthError::UserInfo(reason.to_owned()));
    if answer.status() != 200 {
        return Err(AuthError::UserInfo(format!("status {}", answer.status().as_u16())));
    }
    let content_type = answer.headers().get(CONTENT_TYPE).map(HeaderValue::to_str);
    match content_type.transpose().unwrap_or(Some("")).map(essence).as_deref() {
        None | Some("application/json") => {}
        Some("application/jwt") => {
            return refuse(
                "the answer is signed or encrypted (application/jwt), which is not supported: let the provider answer in \
                 plain JSON",
            );
        }
        Some(_) => return refuse("the content type is not application/json"),
    }
    let all = json::object(answer.body()).map_err(|error| AuthError::UserInfo(error.to_string()))?;
    if !all.contains_key("sub") {
        return refuse("`sub` is missing");
    }
    match UserInfo::from_json::<HttpError>(answer.body(), Some(subject)) {
        Ok(claims) => Ok(Answer { claims, all }),
        Err(UserInfoError::ClaimsVerification(ClaimsVerificationError::InvalidSubject(_))) => {
            Err(AuthError::UserInfoSubject)
        }
        Err(_) => refuse("a claim has another type than its specification says"),
    }
}

/// The media type without its parameters ([RFC 9110, 8.3.1](https://www.rfc-editor.org/rfc/rfc9110.html#section-8.3.1)).
fn essence(content_type: &str) -> String {
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}
