//! A provider that says what a test wants it to say, as far as discovery and the token endpoint go.

use axum::{
    Json, Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// A running stub. It ends with the test.
pub struct Stub {
    /// Its issuer, without a trailing slash.
    pub issuer: String,
    server: JoinHandle<()>,
}

impl Stub {
    /// One whose token endpoint answers with this status and body, and whose discovery says `more`.
    pub async fn start(status: u16, answer: &'static str, more: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let mut document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        document
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        // A key that nobody signs with: it gives out no ID token.
        let keys = json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }] });
        let token = (
            StatusCode::from_u16(status).unwrap(),
            [(CONTENT_TYPE, "application/json")],
            answer,
        );
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(document)))
            .route("/keys", get(async || Json(keys)))
            .route("/token", post(async || token));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, server }
    }

    /// One that is in order and knows nobody.
    pub async fn plain() -> Self {
        Self::start(400, r#"{"error":"invalid_grant"}"#, json!({})).await
    }

    /// The variables that declare it as the provider `stub`.
    pub fn variables(&self) -> [(&str, &str); 2] {
        [("AUTH_STUB_ISSUER", &self.issuer), ("AUTH_STUB_ID", "app")]
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}
