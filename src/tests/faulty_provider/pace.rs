//! When it answers, and for how long that may be believed.

use super::FaultyProvider;
use std::{sync::Mutex, time::Duration};
use tokio::sync::watch;

/// Longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a test says of it.
pub struct Pace {
    /// The `Cache-Control` of the discovery document and of the keys.
    pub cache_control: Mutex<Option<String>>,
    /// The path, below the issuer, whose answer is held back.
    held: watch::Sender<Option<&'static str>>,
    /// Told of every request that comes in.
    arrived: watch::Sender<()>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            cache_control: Mutex::default(),
            held: watch::Sender::new(None),
            arrived: watch::Sender::new(()),
        }
    }
}

impl Pace {
    /// A request came in: its answer waits for as long as its path is held.
    pub async fn note(&self, path: &str) {
        self.arrived.send_replace(());
        let is_let_go = |held: &Option<&str>| held.is_none_or(|held| path != format!("/realm{held}"));
        self.held.subscribe().wait_for(is_let_go).await.unwrap();
    }
}

impl FaultyProvider {
    /// What discovery and keys say of how long they may be believed.
    pub fn set_cache_control(&self, value: Option<&str>) {
        *self.shared.pace.cache_control.lock().unwrap() = value.map(str::to_owned);
    }

    /// Holds the answers of that path back, or lets them all go.
    pub fn hold(&self, path: Option<&'static str>) {
        self.shared.pace.held.send_replace(path);
    }

    /// Returns once so many requests have come to `path`.
    pub async fn wait_for(&self, path: &str, count: usize) {
        let mut arrived = self.shared.pace.arrived.subscribe();
        let waiting = async {
            while self.seen(path).len() < count {
                arrived.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("{path} was not asked for {count} times"));
    }
}
