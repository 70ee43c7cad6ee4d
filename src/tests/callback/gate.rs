//! A provider whose token endpoint lets nobody through until the test opens it, and then knows no code.

use axum::{
    Json, Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::{get, post},
};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    net::TcpListener,
    sync::{Notify, Semaphore},
    task::JoinHandle,
};

pub struct Gate {
    issuer: String,
    door: Arc<Door>,
    server: JoinHandle<()>,
}

struct Door {
    asked: AtomicUsize,
    knocked: Notify,
    open: Semaphore,
}

impl Gate {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        // A key that nobody signs with: it gives out no ID token.
        let keys = json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }] });
        let door = Arc::new(Door {
            asked: AtomicUsize::new(0),
            knocked: Notify::new(),
            open: Semaphore::new(0),
        });
        let at = door.clone();
        let token = async move || {
            at.asked.fetch_add(1, Ordering::SeqCst);
            at.knocked.notify_one();
            let _passes = at.open.acquire().await.unwrap();
            let json = [(CONTENT_TYPE, "application/json")];
            (StatusCode::BAD_REQUEST, json, r#"{"error":"invalid_grant"}"#)
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(document)))
            .route("/keys", get(async || Json(keys)))
            .route("/token", post(token));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, door, server }
    }

    /// The variables that declare it as the provider `gate`.
    pub fn variables(&self) -> [(&str, &str); 2] {
        [("AUTH_GATE_ISSUER", &self.issuer), ("AUTH_GATE_ID", "app")]
    }

    /// Waits until somebody stands at the token endpoint.
    pub async fn knocked(&self) {
        self.door.knocked.notified().await;
    }

    /// Lets everybody through from now on.
    pub fn open(&self) {
        self.door.open.add_permits(1);
    }

    /// How often the token endpoint was asked.
    pub fn asked(&self) -> usize {
        self.door.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.server.abort();
    }
}
