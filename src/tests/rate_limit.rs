//! rate limits: how often one address may ask, who is counted, and what the one too many is told.

use super::{
    app::App,
    browser::{Browser, Page},
};
use crate::server::{
    clock::Clock,
    config::Config,
    rate_limit::{Allowances, Route},
};
use reqwest::Method;
use serde_json::json;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use time::{Duration, OffsetDateTime};

const BEGIN: &str = "/api/auth/login/dev?redirect=%2Faccount";

/// Goes to `path` as the client that a proxy on this machine names.
async fn go(app: &App, method: Method, path: &str, client: &str) -> Page {
    let browser = Browser::at(app);
    let request = browser
        .request(method, path)
        .header("x-forwarded-for", client)
        .header("sec-fetch-mode", "navigate");
    browser.send(request).await
}

async fn behind_a_proxy(limit: &[(&str, &str)]) -> App {
    let proxy = ("AUTH_TRUSTED_PROXIES", "127.0.0.1");
    App::with(&[&[proxy], limit].concat()).await
}

fn is_limited(page: &Page) -> bool {
    page.location().starts_with("/auth/login?error=too_many_attempts")
}

#[tokio::test]
async fn counts_each_address_on_each_route() {
    let app = behind_a_proxy(&[("AUTH_RATE_LIMIT", "3")]).await;
    for (method, path) in [
        (Method::GET, BEGIN),
        (Method::GET, "/api/auth/callback/dev?code=x&state=y"),
        (Method::POST, "/api/auth/exchange"),
    ] {
        for _ in 0..3 {
            assert!(
                !is_limited(&go(&app, method.clone(), path, "203.0.113.9").await),
                "{path}"
            );
        }
        let limited = go(&app, method.clone(), path, "203.0.113.9").await;
        assert!(is_limited(&limited), "{path}: {}", limited.location());
        assert_eq!(limited.status, 303);
        assert_eq!(limited.header("cache-control"), Some("no-store"));
        assert!(!is_limited(&go(&app, method, path, "203.0.113.10").await), "{path}");
    }
    let kept = go(&app, Method::GET, BEGIN, "203.0.113.9").await;
    assert_eq!(
        kept.location(),
        "/auth/login?error=too_many_attempts&redirect=%2Faccount"
    );
    for path in ["/", "/auth/login", "/api/auth/session", "/api/auth/providers"] {
        assert_eq!(go(&app, Method::GET, path, "203.0.113.9").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn counts_no_further_than_a_network_of_ipv6() {
    let app = behind_a_proxy(&[("AUTH_RATE_LIMIT", "2")]).await;
    assert!(!is_limited(&go(&app, Method::GET, BEGIN, "2001:db8::1").await));
    assert!(!is_limited(&go(&app, Method::GET, BEGIN, "2001:db8::2").await));
    assert!(is_limited(&go(&app, Method::GET, BEGIN, "2001:db8::3").await));
    assert!(!is_limited(&go(&app, Method::GET, BEGIN, "2001:db8:0:1::3").await));
}

#[tokio::test]
async fn lets_another_through_when_its_share_of_a_minute_is_over() {
    let app = behind_a_proxy(&[("AUTH_RATE_LIMIT", "3")]).await;
    for _ in 0..3 {
        go(&app, Method::GET, BEGIN, "203.0.113.9").await;
    }
    app.advance(19);
    assert!(is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    app.advance(1);
    assert!(!is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    assert!(is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    app.advance(60);
    for _ in 0..3 {
        assert!(!is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    }
}

#[tokio::test]
async fn tells_a_program_by_429_when_to_come_again() {
    let app = App::with(&[("AUTH_RATE_LIMIT", "3")]).await;
    let browser = Browser::at(&app);
    let fields = [("code", "wrong"), ("redirect", "/account")];
    for _ in 0..3 {
        assert_eq!(browser.call("/api/auth/exchange", &fields).await.status, 401);
    }
    let limited = browser.call("/api/auth/exchange", &fields).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("cache-control"), Some("no-store"));
    assert_eq!(limited.json(), json!({ "error": "too_many_attempts" }));
    let seconds: i64 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
    app.advance(seconds);
    assert_eq!(browser.call("/api/auth/exchange", &fields).await.status, 401);
}

#[tokio::test]
async fn stores_nothing_for_the_one_too_many_and_lets_cookies_prove_themselves() {
    let app = App::with(&[("AUTH_RATE_LIMIT", "1")]).await;
    Browser::at(&app).get(BEGIN).await;
    let browser = Browser::at(&app);
    let limited = browser.get(BEGIN).await;
    assert!(is_limited(&limited));
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM one_time")
        .fetch_one(app.sqlite())
        .await
        .unwrap();
    assert_eq!(rows, 1);
    let page = browser.get(limited.location()).await;
    assert!(page.text.contains("Wait a minute"), "{}", page.text);
    assert!(!page.text.contains("returned no cookie"), "{}", page.text);
}

#[tokio::test]
async fn without_being_asked_spares_who_can_not_be_told_apart() {
    // This machine, and a proxy on it that nobody has named.
    let app = App::start().await;
    for client in ["203.0.113.9", "127.0.0.1"] {
        for _ in 0..100 {
            assert!(!is_limited(&go(&app, Method::GET, BEGIN, client).await));
        }
    }
    let browser = Browser::at(&app);
    for _ in 0..100 {
        assert!(!is_limited(&browser.get(BEGIN).await));
    }
    // One that is named tells its clients apart.
    let app = behind_a_proxy(&[]).await;
    for _ in 0..60 {
        assert!(!is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    }
    assert!(is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    assert!(!is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.10").await));
}

#[tokio::test]
async fn counts_this_machine_too_when_asked_to_and_nobody_when_off() {
    let app = App::with(&[("AUTH_RATE_LIMIT", "2")]).await;
    let browser = Browser::at(&app);
    browser.get(BEGIN).await;
    // Whatever he says of himself.
    assert!(!is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.1").await));
    assert!(is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.2").await));

    let app = behind_a_proxy(&[("AUTH_RATE_LIMIT", "off")]).await;
    for _ in 0..100 {
        assert!(!is_limited(&go(&app, Method::GET, BEGIN, "203.0.113.9").await));
    }
}

#[tokio::test]
async fn spends_nothing_on_what_is_no_visit() {
    let app = App::with(&[("AUTH_RATE_LIMIT", "1")]).await;
    let browser = Browser::at(&app);
    for _ in 0..5 {
        assert_eq!(browser.fetch(BEGIN).await.status, 401);
    }
    assert!(!is_limited(&browser.get(BEGIN).await));
}

/// Allowances of three a minute, and their clock.
fn allowances() -> (Allowances, Arc<AtomicI64>) {
    let config = Config::from_sources(None, [("AUTH_RATE_LIMIT".to_owned(), "3".to_owned())]).unwrap();
    let seconds = Arc::new(AtomicI64::new(1_900_000_000));
    let told = seconds.clone();
    let clock = Clock::from_fn(move || OffsetDateTime::UNIX_EPOCH + Duration::seconds(told.load(Ordering::SeqCst)));
    (Allowances::new(&config, &clock), seconds)
}

const SOMEBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let (allowances, seconds) = allowances();
    for _ in 0..3 {
        allowances.take(Route::Begin, SOMEBODY).unwrap();
    }
    seconds.fetch_sub(86_400, Ordering::SeqCst);
    allowances.take(Route::Begin, SOMEBODY).unwrap_err();
    seconds.fetch_add(20, Ordering::SeqCst);
    allowances.take(Route::Begin, SOMEBODY).unwrap();
}

#[test]
fn who_stays_away_is_forgotten() {
    let (allowances, seconds) = allowances();
    for number in 0..5000 {
        allowances
            .take(Route::Begin, IpAddr::V4(Ipv4Addr::from_bits(number)))
            .unwrap();
    }
    assert_eq!(allowances.len(), 5000);
    seconds.fetch_add(60, Ordering::SeqCst);
    allowances.take(Route::Callback, SOMEBODY).unwrap();
    allowances.sweep();
    assert_eq!(allowances.len(), 1);
}

#[test]
fn a_flood_from_everywhere_takes_bounded_memory_and_passes() {
    let (allowances, seconds) = allowances();
    let address = |number: u128| IpAddr::V6(Ipv6Addr::from_bits(number << 64));
    for number in 1..=150_000 {
        let _ = allowances.take(Route::Begin, address(number));
    }
    assert!(allowances.len() <= 100_001, "{}", allowances.len());
    assert!(
        allowances.take(Route::Begin, address(200_000)).is_err(),
        "those beyond share one allowance"
    );
    seconds.fetch_add(60, Ordering::SeqCst);
    allowances.take(Route::Begin, address(200_000)).unwrap();
    assert!(allowances.len() < 10, "{}", allowances.len());
}
