//! What the provider says of itself ([OpenID Connect Discovery 1.0, 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)):
//! authentik's fields, as far as what they promise is true here. No RFC 9207 `iss` is announced, because authentik sends none.

use super::{AUTHORIZE, DevIdp, END_SESSION, JWKS, REVOKE, SCOPES, TOKEN, USERINFO, claims::ACR, refused::Refused};
use axum::{
    Extension, Json,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// The discovery document.
pub async fn document(Extension(idp): Extension<DevIdp>) -> Response {
    let at = |path: &str| {
        let mut url = idp.issuer();
        url.set_path(path);
        url
    };
    Json(json!({
        "issuer": idp.issuer(),
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at(TOKEN),
        "userinfo_endpoint": at(USERINFO),
        "end_session_endpoint": at(END_SESSION),
        "revocation_endpoint": at(REVOKE),
        "jwks_uri": at(JWKS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "acr_values_supported": [ACR],
        "scopes_supported": SCOPES,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "at_hash", "sid",
            "email", "email_verified", "name", "given_name", "preferred_username", "nickname", "groups", "organizationId",
        ],
        "claims_parameter_supported": false,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "code_challenge_methods_supported": ["S256"],
    }))
    .into_response()
}

/// The key set.
pub async fn keys(Extension(idp): Extension<DevIdp>) -> Response {
    match idp.0.key.publish() {
        Ok(set) => Json(set).into_response(),
        Err(error) => {
            tracing::error!(%error, "the development provider could not publish its key");
            Refused::Server.into_response()
        }
    }
}
