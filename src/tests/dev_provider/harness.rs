//! The provider alone on a free port, with a clock that tests set.

use crate::server::{
    clock::Clock,
    provider::dev::{DevClient, DevIdp, authorize, authorize::Answer, endpoints, fields::Fields},
    secret::{self, Secret},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use time::OffsetDateTime;
use url::{Url, form_urlencoded::Serializer};

pub const CLIENT: &str = "vestibule";
/// With everything that an encoding can spoil.
pub const SECRET: &str = "s:ecret +%2F/é=&";
pub const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters_~.";
pub const SCOPE: &str = "openid profile email organization";

pub struct Bench {
    pub idp: DevIdp,
    pub origin: Url,
    pub http: reqwest::Client,
    now: Arc<AtomicI64>,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// `status` and `error` of an error answer, which is JSON and kept by nobody.
    pub fn refused(&self) -> (u16, String) {
        assert_eq!(self.headers["cache-control"], "no-store");
        (self.status.as_u16(), self.json()["error"].as_str().unwrap().to_owned())
    }

    /// The answer of the token endpoint that gave tokens.
    pub fn tokens(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.headers["cache-control"], "no-store");
        self.json()
    }
}

impl Bench {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let now = Arc::new(AtomicI64::new(OffsetDateTime::now_utc().unix_timestamp()));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(told.load(Ordering::SeqCst)).unwrap());
        let idp = DevIdp::new(&origin, client(&origin), clock).unwrap();
        let router = endpoints::<()>(idp.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { idp, origin, http, now }
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn at(&self, path: &str) -> Url {
        self.origin.join(path).unwrap()
    }

    pub fn redirect_uri(&self) -> String {
        client(&self.origin).redirect_uri.into()
    }

    /// A proper authorization request, with `changes`: another value, or none.
    pub fn ask(&self, changes: &[(&str, Option<&str>)]) -> Answer {
        let (redirect_uri, challenge) = (self.redirect_uri(), secret::digest(VERIFIER));
        let mut pairs = vec![
            ("client_id", CLIENT),
            ("redirect_uri", &redirect_uri),
            ("response_type", "code"),
            ("scope", SCOPE),
            ("state", "the state & more"),
            ("nonce", "the nonce"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            pairs.retain(|(other, _)| other != name);
            pairs.extend(value.map(|value| (*name, value)));
        }
        self.send(&pairs)
    }

    /// An authorization request of exactly these parameters.
    pub fn send(&self, pairs: &[(&str, &str)]) -> Answer {
        let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
        authorize::answer(&self.idp, &Fields::parse(query.as_bytes()).unwrap())
    }

    /// A code for `person`.
    pub fn code(&self, person: &str, scope: &str) -> String {
        let url = back(self.ask(&[("person", Some(person)), ("scope", Some(scope))]));
        param(&url, "code").unwrap()
    }

    /// Redeems `code` as it should be.
    pub async fn redeem(&self, code: &str) -> Reply {
        self.redeem_with(code, &self.redirect_uri(), Some(VERIFIER)).await
    }

    pub async fn redeem_with(&self, code: &str, redirect_uri: &str, verifier: Option<&str>) -> Reply {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
        ];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        self.token(&form).await
    }

    pub async fn refresh(&self, token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    /// Tokens for `person`.
    pub async fn sign_in(&self, person: &str, scope: &str) -> Value {
        self.redeem(&self.code(person, scope)).await.tokens()
    }

    /// A request to the token endpoint, the client in the form.
    pub async fn token(&self, form: &[(&str, &str)]) -> Reply {
        self.post("/dev/application/o/token/", form).await
    }

    /// A form from the client.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let mut form = form.to_vec();
        form.extend([("client_id", CLIENT), ("client_secret", SECRET)]);
        read(self.http.post(self.at(path)).form(&form)).await
    }

    pub async fn userinfo(&self, token: &str) -> Reply {
        read(
            self.http
                .get(self.at("/dev/application/o/userinfo/"))
                .bearer_auth(token),
        )
        .await
    }

    /// Whether an access token is good.
    pub async fn is_good(&self, tokens: &Value) -> bool {
        self.userinfo(text(&tokens["access_token"])).await.status == 200
    }
}

pub fn client(origin: &Url) -> DevClient {
    DevClient {
        id: CLIENT.to_owned(),
        secret: Secret::new(SECRET),
        redirect_uri: origin.join("/api/auth/callback/dev").unwrap(),
        post_logout_redirect_uri: origin.join("/auth/signed-out").unwrap(),
        backchannel_logout_uri: origin.join("/api/auth/backchannel-logout/dev").unwrap(),
    }
}

pub async fn read(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Reply {
        status,
        headers,
        body: response.bytes().await.unwrap().to_vec(),
    }
}

/// Where an answer redirects to.
pub fn back(answer: Answer) -> Url {
    match answer {
        Answer::Redirect(url) => url,
        other => panic!("no redirect: {other:?}"),
    }
}

pub fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.into_owned())
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The claims of an ID token, unverified.
pub fn claims(tokens: &Value) -> Value {
    payload(text(&tokens["id_token"]))
}

/// What a JWT says, unverified.
pub fn payload(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
