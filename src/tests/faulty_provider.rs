//! A provider that is right in everything until a test changes one of its answers.
//!
//! Its tokens are put together and signed by hand, so that what verifies them is not tested with itself.

pub mod answers;
pub mod client;
mod door;
mod endpoints;
mod front;
mod jws;
mod keys;
mod pace;

use answers::{Answers, merge};
use axum::http::HeaderMap;
use client::Registration;
use door::Door;
pub use keys::KeyPair;
use pace::Pace;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};
use tokio::{net::TcpListener, task::JoinHandle};
use url::{Url, form_urlencoded::Serializer};

/// The application's client id here, with what an encoding can spoil.
pub const CLIENT: &str = "app:1 +%2F";
/// Its secret, likewise.
pub const SECRET: &str = "s:ecret +%2F=&\"~*";
/// The person who signs in.
pub const SUB: &str = "person-1";

/// The keys of every provider of this process, for they are slow to make. authentik's providers share one, too, where
/// they have the self-signed certificate: only `iss` and `aud` then tell their tokens apart.
static KEYS: LazyLock<Arc<[KeyPair; 3]>> = LazyLock::new(Arc::default);

/// A running provider. It ends with the test.
pub struct FaultyProvider {
    /// As its discovery says it.
    pub issuer: String,
    /// Where it listens.
    pub address: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    issuer: String,
    keys: Arc<[KeyPair; 3]>,
    now: AtomicI64,
    is_open: Arc<AtomicBool>,
    answers: Mutex<Answers>,
    grants: Mutex<BTreeMap<String, Grant>>,
    /// The refresh token that is good: the last one that was given out.
    refresh_token: Mutex<Option<String>>,
    seen: Mutex<Vec<Seen>>,
    secrets: Mutex<Vec<String>>,
    client: Mutex<Registration>,
    pace: Pace,
    /// Published beside its own keys.
    more_keys: Mutex<Vec<Value>>,
    /// Whether it takes its own name from the request, as authentik does.
    derives: bool,
}

/// What an authorization request asked for, until its code is redeemed.
#[derive(Clone)]
struct Grant {
    redirect_uri: String,
    nonce: String,
    code_challenge: String,
}

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub query: Option<String>,
    pub authorization: Option<String>,
    pub headers: HeaderMap,
    pub form: BTreeMap<String, String>,
}

impl FaultyProvider {
    /// One whose issuer ends in `/realm`.
    pub async fn start() -> Self {
        Self::named("/realm").await
    }

    /// One whose issuer has this path: `/realm` or `/realm/`.
    pub async fn named(path: &str) -> Self {
        Self::of(None, path).await
    }

    /// One behind a proxy, known to the world as this origin, where nobody reaches it from here. It takes its name from
    /// the request.
    pub async fn behind(origin: &str) -> Self {
        Self::of(Some(origin), "/realm").await
    }

    async fn of(origin: Option<&str>, path: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let issuer = format!("{}{path}", origin.unwrap_or(&address));
        let is_open = Arc::new(AtomicBool::new(true));
        let shared = Arc::new(Shared {
            issuer: issuer.clone(),
            keys: KEYS.clone(),
            now: AtomicI64::new(0),
            is_open: is_open.clone(),
            answers: Mutex::default(),
            grants: Mutex::default(),
            refresh_token: Mutex::default(),
            seen: Mutex::default(),
            secrets: Mutex::new(own_secrets()),
            client: Mutex::default(),
            pace: Pace::default(),
            more_keys: Mutex::default(),
            derives: origin.is_some(),
        });
        let router = endpoints::router(shared.clone());
        let server = tokio::spawn(async move { axum::serve(Door::new(listener, is_open), router).await.unwrap() });
        Self {
            issuer,
            address,
            shared,
            server,
        }
    }

    /// Changes what it answers from now on.
    pub fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.shared.answers.lock().unwrap());
    }

    /// Registers the application.
    pub fn register(&self, client: Registration) {
        *self.shared.client.lock().unwrap() = client;
    }

    /// Publishes these beside its own keys.
    pub fn publish(&self, keys: Vec<Value>) {
        *self.shared.more_keys.lock().unwrap() = keys;
    }

    /// Tells it the time.
    pub fn set_now(&self, now: i64) {
        self.shared.now.store(now, Ordering::SeqCst);
    }

    /// Hangs up on everybody from now on, or answers again.
    pub fn set_open(&self, is_open: bool) {
        self.shared.is_open.store(is_open, Ordering::SeqCst);
    }

    /// Makes its first key now, so that it answers at once from then on.
    pub fn prepare(&self) {
        self.shared.keys[0].modulus();
    }

    /// All that it gave out or was given so far, and that no log may have.
    pub fn secrets(&self) -> Vec<String> {
        self.shared.secrets.lock().unwrap().clone()
    }

    /// The requests that came to `path` below the issuer, such as `/token`.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        let path = format!("/realm{path}");
        self.shared
            .seen
            .lock()
            .unwrap()
            .iter()
            .filter(|seen| seen.path == path)
            .cloned()
            .collect()
    }

    /// A token with these claims, signed as its ID tokens are.
    pub fn sign(&self, claims: &Value) -> String {
        let token = jws::sign(&self.shared, claims);
        self.shared.keep_secret(&token);
        token
    }

    /// Answers an authorization request as when the person agreed: gives out the callback URL.
    pub fn authorize(&self, authorization_url: &str) -> String {
        let url = Url::parse(authorization_url).unwrap();
        let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.path(), "/realm/authorize");
        assert_eq!(url.query_pairs().count(), asked.len(), "a parameter came twice: {url}");
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value, "{name}");
        }
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"), "{url}");

        let mut grants = self.shared.grants.lock().unwrap();
        let code = format!("authorization-code-{}", grants.len());
        let given = [code.clone(), asked["state"].clone(), asked["nonce"].clone()];
        self.shared.secrets.lock().unwrap().extend(given);
        grants.insert(
            code.clone(),
            Grant {
                redirect_uri: asked["redirect_uri"].clone(),
                nonce: asked["nonce"].clone(),
                code_challenge: asked["code_challenge"].clone(),
            },
        );
        let mut answer = json!({ "code": code, "state": asked["state"] });
        merge(&mut answer, &self.shared.answers.lock().unwrap().authorization);
        let mut query = Serializer::new(String::new());
        for (name, value) in answer.as_object().unwrap() {
            query.append_pair(name, value.as_str().unwrap());
        }
        format!("{}?{}", asked["redirect_uri"], query.finish())
    }
}

fn own_secrets() -> Vec<String> {
    [SECRET, endpoints::ACCESS_TOKEN, endpoints::RENEWED_ACCESS_TOKEN]
        .map(str::to_owned)
        .to_vec()
}

impl Shared {
    fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    /// Notes that no log may have a part of `token`, but for what is short and could be in a line by chance.
    fn keep_secret(&self, token: &str) {
        let parts = token.split('.').filter(|part| part.len() > 20).map(str::to_owned);
        self.secrets.lock().unwrap().extend(parts);
    }

    fn answers(&self) -> Answers {
        self.answers.lock().unwrap().clone()
    }

    /// `base`, as the test changes it.
    fn merged(&self, mut base: Value, change: impl FnOnce(&Answers) -> &Value) -> Value {
        merge(&mut base, change(&self.answers.lock().unwrap()));
        base
    }
}

impl Drop for FaultyProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}
