//! Where things are kept: `DATABASE_URL` and `REDIS_URL`.

use super::{DatabaseUrl, PostgresUrl, RedisUrl, file::Section, mistakes::Refusal, reader::Reader, text::Shown};
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
    if let Some(text) = of_file.as_ref().filter(|text| text.value.contains('@')) {
        let expected =
            "no user and no password in this file: set the variable REDIS_URL, or REDIS_URL_FILE to its path";
        reader.mistakes.add(text.mistake(expected.into()));
        return None;
    }
    let text = reader.variable("REDIS_URL", Shown::Scheme).or(of_file)?;
    reader.parse(&text, redis_url)
}

fn redis_url(text: &str) -> Result<RedisUrl, Refusal> {
    let is_plain = !text.contains(|c: char| c.is_control() || c.is_whitespace());
    let url = Url::parse(text).ok().filter(|url| {
        let database = url.path().trim_start_matches('/');
        is_plain
            && matches!(url.scheme(), "redis" | "rediss")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && (database.is_empty() || database.parse::<u8>().is_ok())
            && url.query().is_none()
            && url.fragment().is_none()
    });
    url.map(|_| RedisUrl(text.to_owned())).ok_or_else(|| {
        "redis://host:port or rediss://host:port, with user:password@ before the host and /database after the port where \
         needed, special characters of the password percent-encoded"
            .into()
    })
}
