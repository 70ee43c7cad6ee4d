//! The revocation endpoint ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

use super::{
    DevIdp,
    client::{self, required},
    fields::TOKEN,
    refused::NO_STORE,
};
use axum::{
    Extension,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// Revokes a token. One that is unknown is as good as revoked.
pub async fn revoke(Extension(idp): Extension<DevIdp>, headers: HeaderMap, body: Bytes) -> Response {
    let revoked = client::form(&idp.0.client, &headers, &body)
        .and_then(|fields| required(&fields, TOKEN, "The token is missing.").map(str::to_owned))
        .map(|token| {
            let known_by = idp.access_token_id(&token).unwrap_or(token);
            idp.grants().revoke(&known_by);
        });
    match revoked {
        Ok(()) => (StatusCode::OK, NO_STORE).into_response(),
        Err(refused) => refused.into_response(),
    }
}
