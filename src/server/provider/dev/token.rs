//! The token endpoint: tokens for a code or for a refresh token
//! ([RFC 6749, 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3) and
//! [6](https://www.rfc-editor.org/rfc/rfc6749#section-6), [RFC 7636, 4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)).

use super::{
    DevIdp, claims,
    client::{self, required},
    fields::Fields,
    grants::Issued,
    refused::{NO_STORE, Refused},
};
use axum::{
    Extension, Json,
    body::Bytes,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use openidconnect::IssuerUrl;
use serde_json::{Value, json};

/// Answers a token request.
pub async fn issue(Extension(idp): Extension<DevIdp>, headers: HeaderMap, body: Bytes) -> Response {
    match client::form(&idp.0.client, &headers, &body).and_then(|fields| exchange(&idp, &fields)) {
        Ok(answer) => (NO_STORE, Json(answer)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

fn exchange(idp: &DevIdp, fields: &Fields) -> Result<Value, Refused> {
    let issued = match required(fields, "grant_type", "The grant type is missing.")? {
        "authorization_code" => {
            let code = required(fields, "code", "The code is missing.")?;
            let redirect_uri = required(fields, "redirect_uri", "The redirect URI is missing.")?;
            let verifier = required(fields, "code_verifier", "The code verifier is missing.")?;
            if !is_verifier(verifier) {
                return Err(Refused::Request("The code verifier is malformed."));
            }
            idp.grants().redeem(code, verifier, redirect_uri, idp.now())?
        }
        "refresh_token" => {
            let refresh = required(fields, "refresh_token", "The refresh token is missing.")?;
            let scopes: Vec<_> = fields
                .get("scope")
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            idp.grants().renew(refresh, &scopes, idp.now())?
        }
        _ => return Err(Refused::GrantType),
    };
    describe(idp, &issued).map_err(|error| {
        tracing::error!(error = &*error, "the development provider could not sign a token");
        Refused::Server
    })
}

fn describe(idp: &DevIdp, issued: &Issued) -> Result<Value, Box<dyn std::error::Error>> {
    let (key, client, now) = (&idp.0.key, &idp.0.client.id, idp.now());
    let issuer = IssuerUrl::from_url(idp.issuer());
    let access_token = key.sign_access(claims::access_token(issuer.clone(), client, issued, now))?;
    let id_token = key.sign_id(claims::id_token(issuer, client, issued, now), &access_token)?;
    let mut answer = json!({
        "access_token": access_token.secret(),
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "id_token": id_token,
        "scope": issued.scopes.join(" "),
    });
    if let (Some(refresh), Some(fields)) = (&issued.refresh, answer.as_object_mut()) {
        fields.insert("refresh_token".to_owned(), json!(refresh.expose()));
    }
    Ok(answer)
}

/// [RFC 7636, 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1).
fn is_verifier(value: &str) -> bool {
    (43..=128).contains(&value.len())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}
