//! Several instances of one site over shared stores, and a provider that knows them by the first one's address.

use crate::tests::{
    app::App,
    browser::{Browser, Page, exchange_of},
    faulty_provider::{CLIENT, FaultyProvider},
    postgres::Postgres,
    redis::Redis,
};
use std::any::Any;

/// Where they keep things.
#[derive(Clone, Copy)]
pub enum Stores {
    Postgres,
    RedisAndPostgres,
}

pub struct Site {
    pub apps: Vec<App>,
    provider: FaultyProvider,
    _stores: Vec<Box<dyn Any + Send + Sync>>,
}

impl Site {
    pub async fn start(stores: Stores, instances: usize) -> Self {
        let postgres = Postgres::start().await;
        let mut variables = vec![("DATABASE_URL", postgres.url.clone())];
        let mut held: Vec<Box<dyn Any + Send + Sync>> = vec![Box::new(postgres)];
        if matches!(stores, Stores::RedisAndPostgres) {
            let redis = Redis::start().await;
            variables.push(("REDIS_URL", redis.url.clone()));
            held.push(Box::new(redis));
        }
        Self::over(variables, held, instances).await
    }

    /// Over the stores that these variables name.
    pub async fn over(
        mut variables: Vec<(&str, String)>,
        stores: Vec<Box<dyn Any + Send + Sync>>,
        instances: usize,
    ) -> Self {
        let provider = FaultyProvider::start().await;
        variables.extend([
            ("AUTH_FAULTY_ISSUER", provider.issuer.clone()),
            ("AUTH_FAULTY_ID", CLIENT.to_owned()),
            ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv".to_owned()),
        ]);
        let mut apps: Vec<App> = Vec::new();
        for _ in 0..instances {
            let shared = apps.first().into_iter().flat_map(|first| {
                let database = first.folder().join("vestibule.db");
                [
                    ("AUTH_URL", first.origin.clone()),
                    ("DATABASE_URL", format!("sqlite:{}", database.display())),
                ]
            });
            let shared: Vec<_> = shared
                .filter(|(name, _)| !variables.iter().any(|(given, _)| given == name))
                .collect();
            let all: Vec<(&str, &str)> = variables
                .iter()
                .chain(&shared)
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            apps.push(App::with(&all).await);
        }
        provider.set_now(apps[0].state.clock().unix());
        Self {
            apps,
            provider,
            _stores: stores,
        }
    }

    /// Begins at the first instance, and gives out the callback URL, as a path.
    pub async fn authorize(&self, browser: &Browser) -> String {
        let begun = browser.get("/api/auth/login/faulty?redirect=%2Faccount").await;
        self.provider
            .authorize(begun.location())
            .replace(&self.apps[0].origin, "")
    }
}

/// Submits the callback page.
pub async fn redeem(browser: &Browser, callback_page: &str) -> Page {
    let (code, redirect) = exchange_of(callback_page);
    let fields = [("code", &*code), ("redirect", &*redirect)];
    browser.submit("/api/auth/exchange", &fields).await
}
