//! Another API, asked in somebody's name.

use crate::{
    server::session::Id,
    tests::{app::App, browser::Browser},
};
use axum::{Router, extract::Request, http::HeaderMap, http::header, routing::get};
use leptos::{prelude::*, reactive::computed::ScopedFuture};
use leptos_axum::ResponseOptions;
use tokio::net::TcpListener;

// The README's text begins here.
use crate::server::{auth::refresh::fresh_access_token, call::Call};
use crate::shared::error::SignInError;

/// What the API at `url` answers the person who calls.
pub async fn fetch_reports(client: &reqwest::Client, url: &str) -> Result<String, SignInError> {
    let call = Call::current()?;
    let token = fresh_access_token(&call.state, &call.parts.headers).await;
    let token = token.map_err(|error| error.public())?;
    let asked = client.get(url).bearer_auth(token.expose()).send().await;
    let answer = asked.map_err(|_| SignInError::Network)?;
    answer.text().await.map_err(|_| SignInError::Network)
}
// The README's text ends here.

#[test]
fn the_readme_shows_this_example() {
    super::assert_shown(include_str!("downstream.rs"));
}

/// An API that says whom it was asked for.
async fn api() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/reports", listener.local_addr().unwrap());
    let echo = |headers: HeaderMap| async move { headers[header::AUTHORIZATION].to_str().unwrap().to_owned() };
    let router = Router::new().route("/reports", get(echo));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// As a server function calls it.
async fn called(app: &App, cookie: &str, url: &str) -> Result<String, SignInError> {
    let request = Request::get("/").header(header::COOKIE, format!("vestibule={cookie}"));
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let client = reqwest::Client::new();
    let call = Owner::new().with(|| {
        provide_context(app.state.clone());
        provide_context(parts);
        provide_context(ResponseOptions::default());
        ScopedFuture::new(fetch_reports(&client, url))
    });
    call.await
}

#[tokio::test]
async fn the_api_is_asked_with_her_access_token_and_nobody_elses() {
    let (app, url) = (App::start().await, api().await);
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let cookie = browser.cookie("vestibule").unwrap();
    let id: Id = cookie.parse().unwrap();
    let tokens = app.state.sessions().find(id).await.unwrap().unwrap().tokens;
    let asked = called(&app, &cookie, &url).await.unwrap();
    assert_eq!(asked, format!("Bearer {}", tokens.access_token.expose()));
    browser.submit("/api/auth/logout", &[]).await;
    assert!(called(&app, &cookie, &url).await.is_err());
}
