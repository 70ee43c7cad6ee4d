//! log: what happened, and never a code, a state, a token or a cookie.

use super::{
    app::App,
    browser::{Browser, exchange_of, parameter},
};
use crate::server::session::Id;
use std::{
    io::{self, Write},
    sync::{Mutex, OnceLock, PoisonError},
};

/// All that was logged in this process, by whatever test.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps everything that is logged from now on, in every thread, down to what an operator would turn on to find a fault.
pub fn listen() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_env_filter("vestibule=trace,debug")
            .with_writer(|| Log)
            .init();
    });
}

/// All of it.
pub fn logged() -> String {
    String::from_utf8_lossy(&LOGGED.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

#[tokio::test]
async fn has_no_secret_of_a_sign_in_that_succeeds_or_fails() {
    listen();
    let app = App::start().await;
    let browser = Browser::at(&app);
    let mut secrets = Vec::new();
    let mut keep = |what: &'static str, value: &str| {
        assert!(value.len() > 16, "{what} is too short to be looked for: {value}");
        secrets.push((what, value.to_owned()));
    };

    // Fails at each step, then succeeds.
    let forged = "forged-code-or-state-of-somebody";
    keep("a forged value", forged);
    browser
        .get(&format!("/api/auth/callback/dev?state={forged}&code={forged}"))
        .await;
    browser
        .get(&format!("/api/auth/callback/dev?state={forged}&{forged}=1&{forged}=2"))
        .await;
    browser
        .get(&format!("/api/auth/login/{forged}?redirect={forged}"))
        .await;
    browser
        .submit("/api/auth/exchange", &[("code", forged), ("redirect", forged)])
        .await;
    browser.call("/api/auth/exchange", &[("code", forged)]).await;
    for answer in [
        format!("&error={forged}&error_description={forged}"),
        format!("&iss={forged}"),
    ] {
        let callback_url = browser.choose("user", None).await;
        keep("the state", &parameter(&callback_url, "state").unwrap());
        keep("the code", &parameter(&callback_url, "code").unwrap());
        browser.get(&(callback_url + &answer)).await;
    }
    let callback_url = browser.choose("user", None).await;
    keep("the code", &parameter(&callback_url, "code").unwrap());
    browser
        .get(&callback_url.replace("code=", &format!("code={forged}")))
        .await;

    let begun = browser.get("/api/auth/login/dev").await;
    keep("the nonce", &parameter(begun.location(), "nonce").unwrap());
    keep("the binding", &browser.cookie("vestibule-login").unwrap());
    let callback_url = browser.choose_at(begun.location(), "admin").await;
    keep("the state", &parameter(&callback_url, "state").unwrap());
    keep("the code", &parameter(&callback_url, "code").unwrap());
    let page = browser.callback(&callback_url).await;
    let (code, redirect) = exchange_of(&page);
    keep("the exchange code", &code);
    browser.get(&page).await;
    browser
        .submit("/api/auth/exchange", &[("code", &code), ("redirect", &redirect)])
        .await;
    keep("the cookie", &browser.cookie("vestibule").unwrap());
    browser.copy().call("/api/auth/exchange", &[("code", &code)]).await;
    browser.get("/account").await;

    let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
    let tokens = app.state.sessions().find(id).await.unwrap().unwrap().tokens;
    keep("the access token", tokens.access_token.expose());
    keep("the refresh token", tokens.refresh_token.unwrap().expose());
    keep("the ID token", tokens.id_token.expose());
    for part in tokens.id_token.expose().split('.') {
        keep("a part of the ID token", part);
    }
    let client = app
        .state
        .providers()
        .find("dev")
        .unwrap()
        .config
        .client_secret
        .clone()
        .unwrap();
    keep("the client's secret", client.expose());
    keep("the e-mail", "adaeze.obi@harbour.example");
    browser.submit("/api/auth/logout", &[]).await;
    app.state.database().close().await;
    Browser::at(&app).get("/api/auth/login/dev").await;
    browser.set_cookie("vestibule", Some(&id.to_string()));
    browser.get("/dashboard").await;
    browser.get(&callback_url).await;

    let log = logged();
    for line in [
        "sign-in refused",
        "sign-in failed",
        "signed in",
        "signed out",
        "the session store failed",
    ] {
        assert!(
            log.contains(line),
            "nothing was listened to: {line} is missing in {log}"
        );
    }
    for (what, secret) in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "{what} is in the log: {line:?}");
    }
}
