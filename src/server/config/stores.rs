//! Where things are kept: `DATABASE_URL` and `REDIS_URL`.

mod redis_url;

use super::{
    DatabaseUrl, PostgresUrl, RedisUrl,
    file::Section,
    mistakes::Refusal,
    reader::Reader,
    text::{Shown, Text},
};
use percent_encoding::percent_decode_str;
use sqlx::postgres::PgConnectOptions;
use std::{
    fmt,
    path::{Path, PathBuf},
};
use url::Url;

const DEFAULT_DATABASE: &str = "data/vestibule.db";

impl RedisUrl {
    /// The URL with its password, for the one place that connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it names nodes of a cluster.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        self.has_form("-cluster")
    }

    /// Whether it names sentinels.
    #[must_use]
    pub fn is_sentinel(&self) -> bool {
        self.has_form("-sentinel")
    }

    fn has_form(&self, form: &str) -> bool {
        self.0.split(':').next().is_some_and(|scheme| scheme.ends_with(form))
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl DatabaseUrl {
    /// The file of an embedded database.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Memory | Self::Postgres(_) => None,
        }
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self::File(PathBuf::from(DEFAULT_DATABASE))
    }
}

impl PostgresUrl {
    /// How to connect, for the one place that does.
    ///
    /// # Errors
    /// When a file that it names can't be read.
    pub fn options(&self) -> sqlx::Result<PgConnectOptions> {
        self.0.parse()
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// `DATABASE_URL`.
pub(super) fn database(reader: &mut Reader, auth: &mut Section) -> DatabaseUrl {
    let Some(mut text) = reader.text("DATABASE_URL", auth, "database-url") else {
        return DatabaseUrl::default();
    };
    if text.shown == Shown::Whole && !text.value.starts_with("sqlite:") {
        text.shown = Shown::Scheme;
    }
    reader.parse(&text, database_url).unwrap_or_default()
}

fn database_url(text: &str) -> Result<DatabaseUrl, Refusal> {
    if text.starts_with("postgres:") || text.starts_with("postgresql:") {
        return postgres(text).map(DatabaseUrl::Postgres);
    }
    Ok(sqlite(text)?.map_or(DatabaseUrl::Memory, DatabaseUrl::File))
}

fn postgres(text: &str) -> Result<PostgresUrl, Refusal> {
    let expected = "postgres://user:password@host:port/database, special characters of the password percent-encoded";
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.path().len() > 1 && url.fragment().is_none())
        .ok_or(expected)?;
    let url = PostgresUrl(url.into());
    url.options().map_err(|_| expected)?;
    Ok(url)
}

/// The file; `None` for a database in memory.
fn sqlite(text: &str) -> Result<Option<PathBuf>, Refusal> {
    let expected =
        "sqlite: and the path of a file, such as sqlite:data/vestibule.db, or sqlite::memory:, or postgres://…";
    let path = text.strip_prefix("sqlite:").ok_or(expected)?;
    let path = path.strip_prefix("//").unwrap_or(path);
    // `mode=rwc`, which sqlx's users write, is what we do anyway.
    let path = path.strip_suffix("?mode=rwc").unwrap_or(path);
    if path == ":memory:" {
        return Ok(None);
    }
    if path.contains('?') {
        return Err(Refusal(format!(
            "{expected}, without options: the file is made when it is missing"
        )));
    }
    let path = percent_decode_str(path).decode_utf8().map_err(|_| expected)?;
    if path.is_empty() || path.ends_with('/') || path.contains(char::is_control) {
        return Err(expected.into());
    }
    Ok(Some(PathBuf::from(path.as_ref())))
}

/// `REDIS_URL`, if there is one.
pub(super) fn redis(reader: &mut Reader, auth: &mut Section) -> Option<RedisUrl> {
    let of_file = auth.take("redis-url", Shown::Scheme, &mut reader.mistakes);
    let tells = |text: &&Text| text.value.contains('@') || text.value.contains("sentinelPassword");
    if let Some(text) = of_file.as_ref().filter(tells) {
        let expected =
            "no user and no password in this file: set the variable REDIS_URL, or REDIS_URL_FILE to its path";
        reader.mistakes.add(text.mistake(expected.into()));
        return None;
    }
    let text = reader.variable("REDIS_URL", Shown::Scheme).or(of_file)?;
    reader.parse(&text, redis_url::parse)
}
