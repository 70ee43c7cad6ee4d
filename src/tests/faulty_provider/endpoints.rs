//! What it answers.

use super::{
    CLIENT, SUB, Seen, Shared,
    answers::{Answers, Endless, Raw, merge, text},
    front,
    jws::{key_set, sign},
    keys::half_hash,
};
use crate::server::secret;
use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode, Uri,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST},
    },
    middleware::{Next, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::{collections::BTreeMap, convert::Infallible, future, sync::Arc};
use url::form_urlencoded;

pub const ACCESS_TOKEN: &str = "access-token-value";
pub const RENEWED_ACCESS_TOKEN: &str = "renewed-access-token-value";

pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/realm/.well-known/openid-configuration", get(discovery))
        .route("/realm/keys", get(keys))
        .route("/realm/token", post(token))
        .route("/realm/revoke", post(revoke))
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

/// As whom it answers.
#[derive(Clone)]
struct Issuer(String);

/// Notes the request, and gives the answer that the test put in place of the right one.
async fn note(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    shared.seen.lock().unwrap().push(Seen {
        path: path.clone(),
        query: parts.uri.query().map(str::to_owned),
        authorization: parts
            .headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().unwrap().to_owned()),
        headers: parts.headers.clone(),
        form: form_urlencoded::parse(&body).into_owned().collect(),
    });
    parts.extensions.insert(issuer(&shared, &parts.headers));
    shared.pace.note(&path).await;
    let answers = shared.answers();
    if let Some((_, endless)) = answers.endless.filter(|(of, _)| path == format!("/realm{of}")) {
        return never_ending(endless).await;
    }
    let instead = answers
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

async fn never_ending(endless: Endless) -> Response {
    let piece = || Ok::<_, Infallible>(Bytes::from_static(b"{\"access_token\":\"x\",     "));
    let body = match endless {
        Endless::Silent => future::pending().await,
        Endless::Stuck => Body::from_stream(stream::iter([piece()]).chain(stream::pending())),
        Endless::Flood => Body::from_stream(stream::repeat_with(piece)),
    };
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// What is right, as the test changes it.
fn answer(shared: &Shared, place: &str, base: Value, change: impl FnOnce(&Answers) -> &Value) -> Response {
    let object = shared.merged(base, change);
    let doubled = shared.answers().doubled.filter(|(of, _)| *of == place);
    let text = text(&object, doubled.map(|(_, name)| name));
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

fn issuer(shared: &Shared, headers: &HeaderMap) -> Issuer {
    if !shared.derives {
        return Issuer(shared.issuer.clone());
    }
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    let scheme = header("x-forwarded-proto").unwrap_or("http");
    Issuer(format!("{scheme}://{}/realm", header(HOST.as_str()).unwrap()))
}

/// With what it says of how long that may be believed.
fn published(shared: &Shared, mut response: Response) -> Response {
    if let Some(value) = &*shared.pace.cache_control.lock().unwrap() {
        response.headers_mut().insert(CACHE_CONTROL, value.parse().unwrap());
    }
    response
}

async fn discovery(State(shared): State<Arc<Shared>>, Extension(Issuer(issuer)): Extension<Issuer>) -> Response {
    let at = |path: &str| format!("{}/{path}", issuer.trim_end_matches('/'));
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [shared.answers().algorithm, "HS256", "none"],
    });
    published(
        &shared,
        answer(&shared, "discovery", document, |answers| &answers.discovery),
    )
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    let mut set = key_set(&shared);
    let more = shared.more_keys.lock().unwrap().clone();
    set["keys"].as_array_mut().unwrap().extend(more);
    published(&shared, Json(set).into_response())
}

async fn revoke(
    State(shared): State<Arc<Shared>>,
    Extension(Issuer(issuer)): Extension<Issuer>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let is_client = shared
        .client
        .lock()
        .unwrap()
        .accepts(&headers, &form, &issuer, shared.now());
    if is_client && form["token"] == ACCESS_TOKEN {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    }
}

async fn token(
    State(shared): State<Arc<Shared>>,
    Extension(Issuer(issuer)): Extension<Issuer>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let is = |name: &str, value: &str| form.get(name).is_some_and(|found| found == value);
    let refuse = |status: StatusCode, error: &str| {
        (
            status,
            Json(json!({ "error": error, "error_description": "evil words" })),
        )
            .into_response()
    };
    let is_client = shared
        .client
        .lock()
        .unwrap()
        .accepts(&headers, &form, &issuer, shared.now());
    if !is_client {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if is("grant_type", "refresh_token") {
        let good = shared.refresh_token.lock().unwrap().clone();
        return match good.filter(|good| uri.query().is_none() && is("refresh_token", good)) {
            Some(_) => renew(&shared, &issuer),
            None => refuse(StatusCode::BAD_REQUEST, "invalid_grant"),
        };
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
        "iss": issuer,
        "sub": SUB,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 300,
        "nonce": grant.nonce,
        "at_hash": half_hash(shared.answers().algorithm, ACCESS_TOKEN),
    });
    let claims = shared.merged(claims, |answers| &answers.claims);
    give(&shared, ACCESS_TOKEN, &claims, |answers| &answers.tokens)
}

/// The answer to a good refresh token.
fn renew(shared: &Shared, issuer: &str) -> Response {
    let now = shared.now();
    let claims = json!({
        "iss": issuer,
        "sub": SUB,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 300,
        "at_hash": half_hash(shared.answers().algorithm, RENEWED_ACCESS_TOKEN),
    });
    let mut claims = shared.merged(claims, |answers| &answers.claims);
    merge(&mut claims, &shared.answers().renewed_claims);
    give(shared, RENEWED_ACCESS_TOKEN, &claims, |answers| &answers.renewed_tokens)
}

fn give(shared: &Shared, access_token: &str, claims: &Value, change: impl Fn(&Answers) -> &Value) -> Response {
    let id_token = sign(shared, claims);
    shared.keep_secret(&id_token);
    let tokens = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": id_token,
    });
    let given = shared.merged(tokens.clone(), &change);
    let refresh_token = given["refresh_token"].as_str().map(str::to_owned);
    let mut secrets = shared.secrets.lock().unwrap();
    // What is short could be in a line by chance.
    secrets.extend(id_token.split('.').filter(|part| part.len() > 20).map(str::to_owned));
    secrets.extend(refresh_token.clone());
    drop(secrets);
    if refresh_token.is_some() {
        *shared.refresh_token.lock().unwrap() = refresh_token;
    }
    answer(shared, "tokens", tokens, change)
}

async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if ![Some(ACCESS_TOKEN), Some(RENEWED_ACCESS_TOKEN)].contains(&bearer) {
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
    answer(&shared, "userinfo", claims, |answers| &answers.userinfo)
}
