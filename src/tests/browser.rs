//! A browser without a screen: it keeps cookies, sends what browsers send, and follows a redirect when told to.

mod page;

use super::app::App;
pub use page::Page;
use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
    redirect::Policy,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use url::{Url, form_urlencoded};

/// One browser; a clone is another tab of it.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    address: Url,
    origin: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    /// A browser that never was at `app`.
    pub fn at(app: &App) -> Self {
        Self {
            address: Url::parse(&app.address).unwrap(),
            ..Self::at_origin(&app.origin)
        }
    }

    /// A browser that never was at `origin`.
    pub fn at_origin(origin: &str) -> Self {
        Self {
            client: client(),
            address: Url::parse(origin).unwrap(),
            origin: origin.to_owned(),
            cookies: Arc::default(),
        }
    }

    /// This browser, at another instance of the application.
    pub fn moved_to(&self, app: &App) -> Self {
        Self {
            address: Url::parse(&app.address).unwrap(),
            origin: app.origin.clone(),
            ..self.clone()
        }
    }

    /// Another browser with the same cookies as this one has now.
    pub fn copy(&self) -> Self {
        let cookies = self.cookies.lock().unwrap().clone();
        Self {
            cookies: Arc::new(Mutex::new(cookies)),
            ..self.clone()
        }
    }

    /// The value of a cookie that it holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Sets a cookie, or removes it.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        let mut cookies = self.cookies.lock().unwrap();
        match value {
            Some(value) => cookies.insert(name.to_owned(), value.to_owned()),
            None => cookies.remove(name),
        };
    }

    /// Navigates, as by a link. `location` is a path or a URL; no redirect is followed.
    pub async fn get(&self, location: &str) -> Page {
        self.send(self.link(location)).await
    }

    /// Asks as a script does.
    pub async fn fetch(&self, path: &str) -> Page {
        self.send(self.question(path)).await
    }

    /// Submits a form of a page of ours.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(self.form(path, fields)).await
    }

    /// The request of [`Browser::get`].
    pub fn link(&self, location: &str) -> RequestBuilder {
        self.navigation(Method::GET, location)
    }

    /// The request of [`Browser::fetch`].
    pub fn question(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(self.url(path)).header(ACCEPT, "application/json");
        request
            .header("sec-fetch-dest", "empty")
            .header("sec-fetch-mode", "cors")
            .header("sec-fetch-site", "same-origin")
    }

    /// The request of [`Browser::submit`].
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        form(self.navigation(Method::POST, path).header(ORIGIN, &self.origin), fields)
    }

    /// Calls a server function as a script of ours does.
    pub async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self
            .client
            .post(self.url(path))
            .header(ACCEPT, "application/json")
            .header(ORIGIN, &self.origin)
            .header("sec-fetch-dest", "empty")
            .header("sec-fetch-mode", "cors")
            .header("sec-fetch-site", "same-origin");
        self.send(form(request, fields)).await
    }

    /// A request with the browser's cookies and whatever else the test adds; to be sent by [`Browser::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Sends a request with the cookies, and keeps those that come back.
    pub async fn send(&self, request: RequestBuilder) -> Page {
        self.attempt(request).await.unwrap()
    }

    /// The same where nobody may answer.
    pub async fn attempt(&self, request: RequestBuilder) -> reqwest::Result<Page> {
        let cookies = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        let request = if cookies.is_empty() {
            request
        } else {
            request.header(COOKIE, cookies)
        };
        let response = request.send().await?;
        self.keep(&response);
        Page::read(response).await
    }

    /// From the sign-in page's button to the provider's answer: gives out the callback URL of the embedded provider.
    pub async fn choose(&self, person: &str, redirect: Option<&str>) -> String {
        let query = redirect.map(|redirect| {
            let query: String = form_urlencoded::Serializer::new(String::new())
                .append_pair("redirect", redirect)
                .finish();
            format!("?{query}")
        });
        let begin = self
            .get(&format!("/api/auth/login/dev{}", query.unwrap_or_default()))
            .await;
        self.choose_at(begin.location(), person).await
    }

    /// Chooses a person at the embedded provider's page; gives out the callback URL.
    pub async fn choose_at(&self, authorization_url: &str, person: &str) -> String {
        let mut fields: Vec<(String, String)> = Url::parse(authorization_url)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect();
        fields.push(("person".to_owned(), person.to_owned()));
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let action = authorization_url.split('?').next().unwrap();
        self.submit(action, &fields).await.location().to_owned()
    }

    /// Goes to the callback, and gives out the callback page's URL.
    pub async fn callback(&self, callback_url: &str) -> String {
        self.get(callback_url).await.location().to_owned()
    }

    /// Signs in from begin to session; gives out where it leads.
    pub async fn sign_in(&self, person: &str) -> String {
        let callback_url = self.choose(person, None).await;
        let page = self.callback(&callback_url).await;
        let (code, redirect) = exchange_of(&page);
        let done = self
            .submit("/api/auth/exchange", &[("code", &code), ("redirect", &redirect)])
            .await;
        assert!(done.status.is_redirection(), "the exchange gave {}", done.status);
        done.location().to_owned()
    }

    /// `GET /api/auth/session`.
    pub async fn session(&self) -> serde_json::Value {
        self.fetch("/api/auth/session").await.json()
    }

    /// Asks `/readyz` until it is green. While Redis is away each answer waits for it, as long as a command may take.
    pub async fn until_ready(&self) {
        let mut answers = Vec::new();
        while answers.last() != Some(&200) {
            assert!(answers.len() < 15, "not ready: {answers:?}");
            answers.push(self.get("/readyz").await.status.as_u16());
        }
    }

    fn navigation(&self, method: Method, location: &str) -> RequestBuilder {
        self.client
            .request(method, self.url(location))
            .header(
                ACCEPT,
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            )
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-site", "same-origin")
    }

    /// A path is taken as it is, even one that a browser would read as another host's.
    fn url(&self, location: &str) -> Url {
        let origin = self.address.as_str().trim_end_matches('/');
        Url::parse(location)
            .or_else(|_| Url::parse(&format!("{origin}{location}")))
            .unwrap()
    }

    fn keep(&self, response: &Response) {
        let mut cookies = self.cookies.lock().unwrap();
        for header in response.headers().get_all(SET_COOKIE) {
            let cookie = header.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// It speaks plain HTTP, so that it needs none of the system's certificates, which take long to read.
fn client() -> Client {
    let builder = Client::builder().tls_built_in_root_certs(false);
    builder.redirect(Policy::none()).no_proxy().build().unwrap()
}

/// The exchange code and the target in a callback page's URL.
pub fn exchange_of(callback_page: &str) -> (String, String) {
    let field = |name| parameter(callback_page, name).unwrap_or_default();
    (field("exchange"), field("redirect"))
}

/// A parameter of a location's query.
pub fn parameter(location: &str, name: &str) -> Option<String> {
    let url = Url::parse("http://127.0.0.1").unwrap().join(location).unwrap();
    url.query_pairs()
        .find_map(|(found, value)| (found == name).then(|| value.into_owned()))
}

fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    request
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
}
