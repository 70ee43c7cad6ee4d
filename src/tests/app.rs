//! The application on a port of its own, with a clock that stands still until a test sets it ahead.

use crate::server::{
    clock::Clock,
    config::Config,
    connections::{self, Handle, PATIENCE},
    http::HttpClient,
    router,
    state::AppState,
    store::database::{Database, either},
};
use sqlx::SqlitePool;
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tokio::{net::TcpListener, task::JoinHandle};

/// A running application. It ends with the test.
pub struct App {
    /// `AUTH_URL`: where it is, unless the test says otherwise.
    pub origin: String,
    /// Where it listens: `http://127.0.0.1:<port>`.
    pub address: String,
    /// What it was put together from.
    pub state: AppState,
    ahead: Arc<AtomicI64>,
    server: JoinHandle<()>,
    folder: TempDir,
}

impl App {
    /// Without configuration: the embedded provider, and the embedded database in a file.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these variables beside the address and the database.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, variables).await
    }

    /// As it is on the internet: `https://app.example`, behind something that speaks TLS. Its provider is away.
    pub async fn public() -> Self {
        Self::with(&[
            ("AUTH_URL", "https://app.example"),
            ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
            ("AUTH_ACME_ISSUER", "http://127.0.0.1:1/"),
            ("AUTH_ACME_ID", "app"),
        ])
        .await
    }

    /// With this text as `Leptos.toml`.
    pub async fn with_file(file: &str, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::of(listener, Some(file), variables, HttpClient::new().unwrap()).await
    }

    /// With this text as `Leptos.toml`, and this client for the providers.
    pub async fn with_client(file: &str, variables: &[(&str, &str)], http: HttpClient) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::of(listener, Some(file), variables, http).await
    }

    /// On a port that is held already, so that others can be told of it before.
    pub async fn on(listener: TcpListener, variables: &[(&str, &str)]) -> Self {
        Self::of(listener, None, variables, HttpClient::new().unwrap()).await
    }

    async fn of(listener: TcpListener, file: Option<&str>, variables: &[(&str, &str)], http: HttpClient) -> Self {
        let address = listener.local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("vestibule.db").display());
        let own = [
            ("LEPTOS_SITE_ADDR", address.to_string()),
            ("LEPTOS_HASH_FILES", "false".to_owned()),
            ("DATABASE_URL", database),
        ];
        let environment = own
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .filter(|(name, _)| !variables.iter().any(|(given, _)| given == name))
            .chain(
                variables
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            );
        let config = Config::from_sources(file.map(|text| ("Leptos.toml", text)), environment).unwrap();
        let origin = config.public_url.origin().to_owned();

        let ahead = Arc::new(AtomicI64::new(0));
        let clock = {
            let (start, ahead) = (OffsetDateTime::now_utc(), ahead.clone());
            Clock::from_fn(move || start + Duration::seconds(ahead.load(Ordering::SeqCst)))
        };
        let state = AppState::build_with(config, clock, http).await.unwrap();
        let router = router::build(state.clone());
        let server = tokio::spawn(async move {
            connections::serve(listener, router, PATIENCE, Handle::new())
                .await
                .unwrap()
        });
        Self {
            origin,
            address: format!("http://{address}"),
            state,
            ahead,
            server,
            folder,
        }
    }

    /// Sets the clock ahead.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sends exactly these bytes, which no client would, and gives out what comes back until the server hangs up.
    pub async fn send_raw(&self, request: &str) -> String {
        let (address, request) = (self.address.replace("http://", ""), request.to_owned());
        let exchange = move || {
            let mut connection = TcpStream::connect(address)?;
            connection.write_all(request.as_bytes())?;
            let mut answer = Vec::new();
            connection.read_to_end(&mut answer)?;
            std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
        };
        tokio::task::spawn_blocking(exchange).await.unwrap().unwrap()
    }

    /// How many rows there are of that, which names a table and may go on with a condition; in either database.
    pub async fn count(&self, of: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {of}");
        either!(self.state.database(), pool => sqlx::query_scalar(&query).fetch_one(pool).await.unwrap())
    }

    /// Its embedded database.
    pub fn sqlite(&self) -> &SqlitePool {
        match self.state.database() {
            Database::Sqlite(pool) => pool,
            Database::Postgres(_) => panic!("this application is on PostgreSQL"),
        }
    }

    /// Where its files are, the database among them.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.server.abort();
    }
}
