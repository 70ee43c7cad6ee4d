//! What a signed-in request costs, beside the same request of nobody and a request that asks no store at all.
//!
//! ```text
//! cargo bench --no-default-features --features ssr
//! ```
//!
//! In process, through every layer of the router, over the embedded database; over Redis too when `REDIS_URL` is set.
//! Figures are worth comparing within one run alone.
#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that can't be set up has nothing to measure"
)]

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode, header::COOKIE},
};
use criterion::{Criterion, criterion_group, criterion_main};
use std::net::{Ipv4Addr, SocketAddr};
use time::OffsetDateTime;
use tower::ServiceExt;
use vestibule::{
    server::{
        clock::Clock,
        config::Config,
        router,
        secret::Secret,
        session::{
            payload::{SignedIn, Tokens},
            registry::Whence,
        },
        state::AppState,
    },
    shared::{paths, viewer::User},
};

const HOST: &str = "127.0.0.1:3000";

fn signed_in_requests(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("vestibule.db").display());
    let mut stores = vec![("sqlite", vec![("DATABASE_URL".to_owned(), database)])];
    if let Ok(url) = std::env::var("REDIS_URL") {
        let mut with_redis = stores[0].1.clone();
        with_redis.push(("REDIS_URL".to_owned(), url));
        stores.push(("redis", with_redis));
    }

    for (store, variables) in stores {
        let config = Config::from_sources(None, variables).unwrap();
        let state = runtime.block_on(AppState::build(config, Clock::system())).unwrap();
        let of = |groups| runtime.block_on(session(&state, groups));
        let (few, many) = (of(3), of(500));
        let app = router::build(state.clone());

        let mut group = criterion.benchmark_group(store);
        for (name, path, cookie) in [
            ("floor: no store is asked", paths::HEALTHZ, None),
            ("who am I, anonymous", paths::API_SESSION, None),
            ("who am I, signed in", paths::API_SESSION, Some(&few)),
            ("who am I, in 500 groups", paths::API_SESSION, Some(&many)),
            ("dashboard, signed in", paths::DASHBOARD, Some(&few)),
        ] {
            group.bench_function(name, |bencher| {
                bencher
                    .to_async(&runtime)
                    .iter(|| answer(app.clone(), path, cookie.map(String::as_str)));
            });
        }
    }
}

/// The `Cookie` header of a new session of somebody in so many groups.
async fn session(state: &AppState, groups: usize) -> String {
    let now = OffsetDateTime::now_utc();
    let token = || Secret::new("t".repeat(900));
    let signed_in = SignedIn {
        user: User {
            id: "id".to_owned(),
            provider: "dev".to_owned(),
            sub: "sub".to_owned(),
            name: Some("Ada Admin".to_owned()),
            groups: (0..groups).map(|number| format!("group number {number}")).collect(),
            email: Some("ada@example.com".to_owned()),
            email_verified: Some(false),
            preferred_username: Some("ada".to_owned()),
            picture: None,
            roles: vec!["admin".to_owned()],
            organization_id: Some("acme".to_owned()),
        },
        issuer: "https://id.example.com/".to_owned(),
        provider_name: "Development provider".to_owned(),
        sid: None,
        tokens: Tokens {
            access_token: token(),
            access_token_expires_at: None,
            refresh_token: Some(token()),
            id_token: token(),
            nonce: None,
            renewed_at: None,
        },
        signed_in_at: now,
        seen_at: now,
    };
    let whence = Whence {
        address: "192.0.2.1".to_owned(),
        browser: "Firefox on Linux".to_owned(),
    };
    let id = state.sessions().begin(&signed_in, &whence).await.unwrap();
    format!("vestibule={id}")
}

async fn answer(app: Router, path: &str, cookie: Option<&str>) {
    let mut request = Request::get(path).header("host", HOST).header("accept", "text/html");
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    to_bytes(response.into_body(), usize::MAX).await.unwrap();
}

criterion_group!(benches, signed_in_requests);
criterion_main!(benches);
