//! Processes of one site behind a balancer, over shared stores, and people who sign in all the time.

use crate::tests::{
    balancer::Balancer,
    browser::{Browser, Page, exchange_of},
    faulty_provider::{CLIENT, FaultyProvider},
    port::free_port,
    process::Process,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{net::TcpListener, task::JoinSet};

pub struct Fleet {
    pub instances: Vec<Process>,
    origin: String,
    provider: Arc<FaultyProvider>,
    _balancer: Balancer,
}

impl Fleet {
    pub async fn start(instances: usize, stores: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let provider = FaultyProvider::start().await;
        provider.prepare();
        provider.set_now(time::OffsetDateTime::now_utc().unix_timestamp());
        let own = [
            ("AUTH_URL", &*origin),
            ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
            ("AUTH_FAULTY_ISSUER", &*provider.issuer),
            ("AUTH_FAULTY_ID", CLIENT),
        ];
        let variables = [&own, stores].concat();
        let mut started = Vec::new();
        for _ in 0..instances {
            started.push(Process::start(free_port(), &variables).await);
        }
        let addresses = started.iter().map(|instance| instance.address.clone()).collect();
        Self {
            instances: started,
            origin,
            provider: Arc::new(provider),
            _balancer: Balancer::start(listener, addresses),
        }
    }

    /// People who sign in one after the other, `at_once` of them at the same time, until [`Crowd::go_home`].
    pub fn crowd(&self, at_once: usize) -> Crowd {
        let crowd = Crowd {
            origin: self.origin.clone(),
            provider: self.provider.clone(),
            is_over: Arc::default(),
            counts: Arc::default(),
            signed_in: Arc::default(),
            people: JoinSet::new(),
        };
        crowd.with(at_once)
    }
}

/// How often each thing happened.
pub type Counts = BTreeMap<&'static str, usize>;

pub struct Crowd {
    origin: String,
    provider: Arc<FaultyProvider>,
    is_over: Arc<AtomicBool>,
    counts: Arc<Mutex<Counts>>,
    signed_in: Arc<Mutex<Vec<Browser>>>,
    people: JoinSet<()>,
}

impl Crowd {
    fn with(mut self, at_once: usize) -> Self {
        for _ in 0..at_once {
            let (provider, origin) = (self.provider.clone(), self.origin.clone());
            let (is_over, counts, signed_in) = (self.is_over.clone(), self.counts.clone(), self.signed_in.clone());
            self.people.spawn(async move {
                while !is_over.load(Ordering::SeqCst) {
                    let browser = Browser::at_origin(&origin);
                    let outcome = sign_in(&browser, &provider).await;
                    let still = match outcome {
                        Ok(()) => look(&browser).await,
                        Err(_) => "",
                    };
                    let mut counts = counts.lock().unwrap();
                    *counts.entry("tried").or_default() += 1;
                    match outcome {
                        Ok(()) => {
                            signed_in.lock().unwrap().push(browser);
                            *counts.entry("finished").or_default() += 1;
                            *counts.entry(still).or_default() += 1;
                        }
                        Err(reason) => *counts.entry(reason).or_default() += 1,
                    }
                }
            });
        }
        self
    }

    /// What has been counted since the last time it was asked.
    pub fn count(&self) -> Counts {
        std::mem::take(&mut self.counts.lock().unwrap())
    }

    /// Waits until so many more have signed in.
    pub async fn until_finished(&self, more: usize) {
        let finished = || self.signed_in.lock().unwrap().len();
        let wanted = finished() + more;
        for _ in 0..600 {
            if finished() >= wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("nobody signs in: {:?}", self.counts.lock().unwrap());
    }

    /// Ends it: gives out the browsers that were signed in.
    pub async fn go_home(self) -> (Counts, Vec<Browser>) {
        self.is_over.store(true, Ordering::SeqCst);
        self.people.join_all().await;
        let counts = std::mem::take(&mut *self.counts.lock().unwrap());
        let browsers = std::mem::take(&mut *self.signed_in.lock().unwrap());
        (counts, browsers)
    }
}

/// From begin to session, or what came in between.
async fn sign_in(browser: &Browser, provider: &FaultyProvider) -> Result<(), &'static str> {
    let begun = led(browser.attempt(browser.link("/api/auth/login/faulty")).await)?;
    let callback_url = provider.authorize(&begun);
    let page = led(browser.attempt(browser.link(&callback_url)).await)?;
    let (code, redirect) = exchange_of(&page);
    let form = browser.form("/api/auth/exchange", &[("code", &code), ("redirect", &redirect)]);
    led(browser.attempt(form).await).map(drop)
}

/// Where the answer leads, unless it leads back.
fn led(answer: reqwest::Result<Page>) -> Result<String, &'static str> {
    let page = answer.map_err(|_| "cut off")?;
    if page.status == 503 {
        assert!(page.header("retry-after").is_some(), "{}", page.text);
        return Err("refused for now");
    }
    let location = page.location();
    match crate::tests::browser::parameter(location, "error").as_deref() {
        None => Ok(location.to_owned()),
        Some("server_error" | "provider_unavailable") => Err("refused for now"),
        Some("exchange_failed" | "state_mismatch") => Err("to begin again"),
        Some(other) => panic!("{other}: {location}"),
    }
}

/// Whether who signed in is seen to be.
pub async fn look(browser: &Browser) -> &'static str {
    match browser.attempt(browser.question("/api/auth/session")).await {
        Err(_) => "looked, cut off",
        Ok(page) if page.status == 503 => "looked, refused for now",
        Ok(page) if page.status == 200 && !page.json().is_null() => "looked, signed in",
        Ok(_) => "SIGNED OUT",
    }
}
