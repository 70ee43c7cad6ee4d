//! Two hundred at once on two instances, at a provider that ends everything when a refresh token comes twice: one
//! renewal, and nobody is signed out.

use crate::{
    server::{
        auth::refresh::fresh_access_token,
        clock::Clock,
        provider::dev::{DevClient, DevIdp, authorize, authorize::Answer, endpoints, fields::Fields},
        secret::Secret,
    },
    tests::{
        app::App,
        browser::{Browser, exchange_of},
        redis::Redis,
    },
};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, header::COOKIE},
    middleware::{Next, from_fn},
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};
use time::OffsetDateTime;
use tokio::{net::TcpListener, sync::Barrier, task::JoinSet};
use url::Url;

const ROUNDS: usize = 50;
const REQUESTS: usize = 200;
const CLIENT: &str = "app";
const SECRET: &str = "a secret of the client";

/// The embedded provider on a port of its own, counting what comes.
struct Provider {
    idp: DevIdp,
    issuer: String,
    renewals: Arc<AtomicUsize>,
    now: Arc<AtomicI64>,
}

impl Provider {
    async fn start(app_origin: &Url) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let now = Arc::new(AtomicI64::new(OffsetDateTime::now_utc().unix_timestamp()));
        let told = now.clone();
        let clock = Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(told.load(Ordering::SeqCst)).unwrap());
        let client = DevClient {
            id: CLIENT.to_owned(),
            secret: Secret::new(SECRET),
            redirect_uri: app_origin.join("/api/auth/callback/idp").unwrap(),
            post_logout_redirect_uri: app_origin.join("/auth/signed-out").unwrap(),
            backchannel_logout_uri: app_origin.join("/api/auth/backchannel-logout/idp").unwrap(),
        };
        let idp = DevIdp::new(&origin, client, clock).unwrap();
        let renewals = Arc::new(AtomicUsize::new(0));
        let counter = renewals.clone();
        let count = move |request: Request, next: Next| {
            let counter = counter.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.unwrap();
                let wanted = b"grant_type=refresh_token";
                let is_renewal = body.windows(wanted.len()).any(|window| window == wanted);
                counter.fetch_add(usize::from(is_renewal), Ordering::SeqCst);
                next.run(Request::from_parts(parts, Body::from(body))).await
            }
        };
        let router = endpoints::<()>(idp.clone()).layer(from_fn(count));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = idp.issuer().to_string();
        Self {
            idp,
            issuer,
            renewals,
            now,
        }
    }

    /// The callback URL with which the provider answers for `person`.
    fn authorize(&self, authorization_url: &str, person: &str) -> Url {
        let url = Url::parse(&format!("{authorization_url}&person={person}")).unwrap();
        match authorize::answer(&self.idp, &Fields::parse(url.query().unwrap().as_bytes()).unwrap()) {
            Answer::Redirect(url) => url,
            other => panic!("no redirect: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_one_database() {
    renew_once(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_redis() {
    let redis = Redis::start().await;
    renew_once(Some(&redis)).await;
}

async fn renew_once(redis: Option<&Redis>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let provider = Provider::start(&Url::parse(&origin).unwrap()).await;
    let mut variables = vec![
        ("AUTH_URL", &*origin),
        ("AUTH_DEV_IDP", "off"),
        ("AUTH_IDP_ISSUER", &*provider.issuer),
        ("AUTH_IDP_ID", CLIENT),
        ("AUTH_IDP_SECRET", SECRET),
        ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
    ];
    variables.extend(redis.map(|redis| ("REDIS_URL", &*redis.url)));
    let one = App::on(listener, &variables).await;
    let database = format!("sqlite:{}", one.folder().join("vestibule.db").display());
    variables.push(("DATABASE_URL", &database));
    let apps = [&one, &App::with(&variables).await];

    let browser = Browser::at(&one);
    let begun = browser.get("/api/auth/login/idp?redirect=%2Faccount").await;
    let answered = provider.authorize(begun.location(), "support");
    let page = browser.callback(answered.as_str()).await;
    let (code, redirect) = exchange_of(&page);
    browser
        .submit("/api/auth/exchange", &[("code", &code), ("redirect", &redirect)])
        .await;
    let browsers = apps.map(|app| browser.moved_to(app));
    let mut tokens = BTreeSet::new();
    for round in 1..=ROUNDS {
        // The access token has expired, here and there.
        for app in apps {
            app.advance(601);
        }
        provider.now.store(one.state.clock().unix(), Ordering::SeqCst);
        let start = Arc::new(Barrier::new(REQUESTS));
        let mut requests = JoinSet::new();
        for number in 0..REQUESTS {
            let (start, tab) = (start.clone(), browsers[number % 2].clone());
            let state = apps[number % 2].state.clone();
            requests.spawn(async move {
                start.wait().await;
                // Half of them ask for the renewal, and half need what it gives.
                if number % 4 < 2 {
                    let answer = tab.call("/api/auth/refresh", &[]).await;
                    assert_eq!(answer.status, 200, "{}", answer.text);
                    return None;
                }
                let mut headers = HeaderMap::new();
                let cookie = format!("vestibule={}", tab.cookie("vestibule").unwrap());
                headers.insert(COOKIE, cookie.parse().unwrap());
                Some(fresh_access_token(&state, &headers).await.unwrap().expose().to_owned())
            });
        }
        let given: BTreeSet<_> = requests.join_all().await.into_iter().flatten().collect();
        assert_eq!(given.len(), 1, "all have the same in round {round}");
        assert!(tokens.is_disjoint(&given), "which is a new one");
        tokens.extend(given);
        assert_eq!(provider.renewals.load(Ordering::SeqCst), round);
        for browser in &browsers {
            assert!(!browser.session().await.is_null(), "nobody is signed out");
        }
    }
}
