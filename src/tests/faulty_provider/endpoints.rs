//! What it answers.

use super::{
    CLIENT, SECRET, SUB, Seen, Shared,
    answers::Raw,
    front,
    jws::{half_hash, key_set, sign},
};
use crate::server::secret;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header::AUTHORIZATION},
    middleware::{Next, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use url::form_urlencoded;

const ACCESS_TOKEN: &str = "access-token-value";

pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/realm/.well-known/openid-configuration", get(discovery))
        .route("/realm/keys", get(keys))
        .route("/realm/token", post(token))
        .route("/realm/userinfo", get(userinfo))
        .route("/realm/authorize", get(front::authorize))
        .layer(from_fn_with_state(shared.clone(), front::date))
        .layer(from_fn_with_state(shared.clone(), note))
        // One connection a request, so that a closed door closes at once.
        .layer(map_response(async |response: Response| {
            ([("connection", "close")], response).into_response()
        }))
        .with_state(shared)
}

/// Notes the request, and gives the answer that the test put in place of the right one.
async fn note(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    shared.seen.lock().unwrap().push(Seen {
        path: path.clone(),
        query: parts.uri.query().map(str::to_owned),
        authorization: parts
            .headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().unwrap().to_owned()),
        form: form_urlencoded::parse(&body).into_owned().collect(),
    });
    let instead = shared
        .answers()
        .instead
        .into_iter()
        .find(|(of, _)| path == format!("/realm{of}"));
    match instead {
        Some((
            _,
            Raw {
                status,
                header: (name, value),
                body,
            },
        )) => (StatusCode::from_u16(status).unwrap(), [(name, value)], body).into_response(),
        None => next.run(Request::from_parts(parts, body.into())).await,
    }
}

async fn discovery(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", shared.issuer.trim_end_matches('/'));
    let document = json!({
        "issuer": shared.issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    });
    Json(shared.merged(document, |answers| &answers.discovery))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(key_set(&shared))
}

async fn token(State(shared): State<Arc<Shared>>, headers: HeaderMap, uri: Uri, body: Bytes) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let is = |name: &str, value: &str| form.get(name).is_some_and(|found| found == value);
    let refuse = |status: StatusCode, error: &str| {
        (
            status,
            Json(json!({ "error": error, "error_description": "evil words" })),
        )
            .into_response()
    };
    if !authenticates(&headers, &form) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let grant = form
        .get("code")
        .and_then(|code| shared.grants.lock().unwrap().get(code).cloned());
    let challenge = form.get("code_verifier").map(|verifier| secret::digest(verifier));
    let Some(grant) = grant.filter(|grant| {
        uri.query().is_none()
            && is("grant_type", "authorization_code")
            && is("redirect_uri", &grant.redirect_uri)
            && challenge.as_ref() == Some(&grant.code_challenge)
    }) else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
    };

    let now = shared.now();
    let claims = json!({
        "iss": shared.issuer,
        "sub": SUB,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 300,
        "nonce": grant.nonce,
        "at_hash": half_hash(ACCESS_TOKEN),
    });
    let claims = shared.merged(claims, |answers| &answers.claims);
    let tokens = json!({
        "access_token": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": sign(&shared, &claims),
    });
    Json(shared.merged(tokens, |answers| &answers.tokens)).into_response()
}

/// In one of the three ways, and in no two at once.
fn authenticates(headers: &HeaderMap, form: &BTreeMap<String, String>) -> bool {
    let field = |name: &str| form.get(name).map(String::as_str);
    match headers.get(AUTHORIZATION) {
        Some(header) => {
            let encoded = header.to_str().unwrap().strip_prefix("Basic ").unwrap_or_default();
            let pair = String::from_utf8(STANDARD.decode(encoded).unwrap_or_default()).unwrap_or_default();
            // RFC 6749, 2.3.1: each is form-encoded, so that only the colon between them is one.
            let decoded: Vec<String> = pair.split(':').map(decode).collect();
            decoded == [CLIENT, SECRET] && field("client_secret").is_none()
        }
        None => field("client_id") == Some(CLIENT) && field("client_secret").is_none_or(|secret| secret == SECRET),
    }
}

fn decode(part: &str) -> String {
    let pair = format!("x={part}");
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if bearer != Some(ACCESS_TOKEN) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let claims = json!({
        "sub": SUB,
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "email_verified": true,
        "preferred_username": "ada",
        "picture": "https://pictures.example/ada",
        "groups": ["vestibule-support"],
        "organizationId": "acme",
    });
    Json(shared.merged(claims, |answers| &answers.userinfo)).into_response()
}
