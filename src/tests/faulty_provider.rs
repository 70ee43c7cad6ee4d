//! A provider that is right in everything until a test changes one of its answers.
//!
//! Its tokens are put together and signed by hand, so that what verifies them is not tested with itself.

pub mod answers;
mod door;
mod endpoints;
mod front;
mod jws;

use answers::{Answers, merge};
use door::Door;
use rsa::{RsaPrivateKey, rand_core::OsRng};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, OnceLock,
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

/// A running provider. It ends with the test.
pub struct FaultyProvider {
    /// As its discovery says it.
    pub issuer: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    issuer: String,
    keys: [OnceLock<RsaPrivateKey>; 3],
    now: AtomicI64,
    is_open: Arc<AtomicBool>,
    answers: Mutex<Answers>,
    grants: Mutex<BTreeMap<String, Grant>>,
    seen: Mutex<Vec<Seen>>,
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
    pub form: BTreeMap<String, String>,
}

impl FaultyProvider {
    /// One whose issuer ends in `/realm`.
    pub async fn start() -> Self {
        Self::named("/realm").await
    }

    /// One whose issuer has this path: `/realm` or `/realm/`.
    pub async fn named(path: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}{path}", listener.local_addr().unwrap());
        let is_open = Arc::new(AtomicBool::new(true));
        let shared = Arc::new(Shared {
            issuer: issuer.clone(),
            keys: Default::default(),
            now: AtomicI64::new(0),
            is_open: is_open.clone(),
            answers: Mutex::default(),
            grants: Mutex::default(),
            seen: Mutex::default(),
        });
        let router = endpoints::router(shared.clone());
        let server = tokio::spawn(async move { axum::serve(Door::new(listener, is_open), router).await.unwrap() });
        Self { issuer, shared, server }
    }

    /// Changes what it answers from now on.
    pub fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.shared.answers.lock().unwrap());
    }

    /// Tells it the time.
    pub fn set_now(&self, now: i64) {
        self.shared.now.store(now, Ordering::SeqCst);
    }

    /// Hangs up on everybody from now on, or answers again.
    pub fn set_open(&self, is_open: bool) {
        self.shared.is_open.store(is_open, Ordering::SeqCst);
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
        let code = format!("code-{}", grants.len());
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

impl Shared {
    /// The key of that number: made when it is first used.
    fn key(&self, number: usize) -> &RsaPrivateKey {
        self.keys[number].get_or_init(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap())
    }

    fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
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
