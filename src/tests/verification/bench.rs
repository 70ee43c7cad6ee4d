//! A provider, an application that trusts it, and a browser.

use crate::{
    server::http::HttpClient,
    tests::{
        app::App,
        browser::{Browser, Page},
        captured::Captured,
        faulty_provider::{CLIENT, FaultyProvider, SECRET, answers::Answers},
    },
};
use serde_json::Value;
use std::time::Duration;

pub struct Bench {
    pub provider: FaultyProvider,
    pub app: App,
    pub browser: Browser,
    log: Captured,
}

impl Bench {
    /// The application as a client with a secret.
    pub async fn start() -> Self {
        Self::of(FaultyProvider::start().await, &[("AUTH_FAULTY_SECRET", SECRET)]).await
    }

    /// The application with these variables beside issuer and id.
    pub async fn of(provider: FaultyProvider, variables: &[(&str, &str)]) -> Self {
        Self::with_file("", provider, variables).await
    }

    /// The application with this text as `Leptos.toml`.
    pub async fn with_file(file: &str, provider: FaultyProvider, variables: &[(&str, &str)]) -> Self {
        let app = App::with_file(file, &declared(&provider.issuer, variables)).await;
        Self::made(provider, app)
    }

    /// The application as a client with a secret, that waits for an answer no longer than this.
    pub async fn impatient(provider: FaultyProvider, patience: Duration) -> Self {
        let http = HttpClient::with_patience(patience).unwrap();
        let variables = declared(&provider.issuer, &[("AUTH_FAULTY_SECRET", SECRET)]);
        let app = App::with_client("", &variables, http).await;
        Self::made(provider, app)
    }

    fn made(provider: FaultyProvider, app: App) -> Self {
        let log = Captured::here();
        log.take();
        let browser = Browser::at(&app);
        let bench = Self {
            provider,
            app,
            browser,
            log,
        };
        bench.agree_on_time();
        bench
    }

    /// From the sign-in page's button.
    pub async fn begin(&self) -> Page {
        self.browser.get("/api/auth/login/faulty?redirect=%2Faccount").await
    }

    /// To the provider and back: gives out the callback URL.
    pub async fn authorize(&self) -> String {
        let begun = self.begin().await;
        self.provider.authorize(begun.location())
    }

    /// From begin to what the callback answers.
    pub async fn call_back(&self) -> Page {
        let callback_url = self.authorize().await;
        self.browser.get(&callback_url).await
    }

    /// From begin to the session: gives out the person.
    pub async fn sign_in(&self) -> Value {
        self.sign_in_at(&self.browser).await
    }

    /// The same, in this browser.
    pub async fn sign_in_at(&self, browser: &Browser) -> Value {
        let begun = browser.get("/api/auth/login/faulty?redirect=%2Faccount").await;
        let page = browser.get(&self.provider.authorize(begun.location())).await;
        assert!(page.location().starts_with("/auth/callback?"), "{}", page.location());
        let (code, redirect) = crate::tests::browser::exchange_of(page.location());
        let done = browser
            .submit("/api/auth/exchange", &[("code", &code), ("redirect", &redirect)])
            .await;
        assert_eq!(done.location(), "/account");
        browser.session().await["user"].clone()
    }

    /// Ends the session, here and in the browser.
    pub async fn sign_out(&self) {
        self.browser.submit("/api/auth/logout", &[]).await;
        assert_eq!(self.browser.cookie("vestibule"), None);
        self.log.take();
    }

    /// Asserts that `page` refuses with `code` and says nothing else; that nobody is signed in or about to be, and
    /// nothing is left behind; and that one line of the log has the reason, and none a secret. Gives out the reason.
    pub async fn assert_refused(&self, page: &Page, code: &str) -> String {
        assert!(page.status.is_redirection(), "{} {}", page.status, page.text);
        assert_eq!(page.location(), format!("/auth/login?error={code}&redirect=%2Faccount"));
        assert_eq!(self.browser.cookie("vestibule"), None);
        assert_eq!(self.browser.session().await, Value::Null);
        assert_eq!(self.count("attempt").await, 0, "no attempt is left");
        assert_eq!(self.count("exchange").await, 0, "no exchange waits");
        let sessions = sqlx::query_scalar("SELECT COUNT(*) FROM tower_sessions");
        let sessions: i64 = sessions.fetch_one(self.app.sqlite()).await.unwrap();
        assert_eq!(sessions, 0, "no session is there");
        self.assert_logged(code)
    }

    /// Asserts that since the last time one line of the log has a refusal with this code, and none a secret.
    pub fn assert_logged(&self, code: &str) -> String {
        let log = self.log.take();
        let refusals: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("sign-in refused") || line.contains("sign-in failed"))
            .collect();
        let [line] = refusals.as_slice() else {
            panic!("not one line: {refusals:?}")
        };
        assert!(line.contains(&format!("code=\"{code}\"")), "{line}");
        self.assert_no_secret(&log);
        let (_, reason) = line.split_once("reason=").expect("a reason");
        assert!(reason.len() > 10, "{line}");
        reason.to_owned()
    }

    /// What was logged since the last time, in which there is no secret.
    pub fn take_log(&self) -> String {
        let log = self.log.take();
        self.assert_no_secret(&log);
        log
    }

    fn assert_no_secret(&self, log: &str) {
        let binding = self.browser.cookie("vestibule-login");
        for secret in self.provider.secrets().iter().chain(&binding) {
            let line = log.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "{secret} is in the log: {line:?}");
        }
    }

    /// How many one-time things of a kind there are.
    pub async fn count(&self, kind: &str) -> i64 {
        let query = sqlx::query_scalar("SELECT COUNT(*) FROM one_time WHERE kind = $1");
        query.bind(kind).fetch_one(self.app.sqlite()).await.unwrap()
    }

    /// Sets both clocks ahead.
    pub fn advance(&self, seconds: i64) {
        self.app.advance(seconds);
        self.agree_on_time();
    }

    /// The time of both.
    pub fn now(&self) -> i64 {
        self.app.state.clock().unix()
    }

    fn agree_on_time(&self) {
        self.provider.set_now(self.now());
    }
}

/// These variables, and what declares the provider.
fn declared<'a>(issuer: &'a str, variables: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [
        ("AUTH_FAULTY_ISSUER", issuer),
        ("AUTH_FAULTY_ID", CLIENT),
        ("AUTH_DEV_IDP", "off"),
    ];
    let own = own
        .into_iter()
        .filter(|(name, _)| variables.iter().all(|(given, _)| given != name));
    own.chain(variables.iter().copied()).collect()
}

/// Asserts that a sign-in is refused with `code` when the provider is changed so, and that the log gives this as the reason.
pub async fn refused_for(code: &str, reason: &str, change: impl FnOnce(&mut Answers)) -> Bench {
    let bench = Bench::start().await;
    bench.provider.change(change);
    let page = bench.call_back().await;
    let logged = bench.assert_refused(&page, code).await;
    assert!(logged.contains(reason), "{logged:?} has no {reason:?}");
    bench
}

/// Asserts that a sign-in goes well when the provider is changed so: gives out the person.
pub async fn accepted(change: impl FnOnce(&mut Answers)) -> Value {
    let bench = Bench::start().await;
    bench.provider.change(change);
    bench.sign_in().await
}
