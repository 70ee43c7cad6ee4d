//! The secrets to seal with: configured, or made once.

use crate::server::{
    config::{Config, DatabaseUrl},
    private_file,
    secret::Secret,
    state::StartError,
    store::StoreError,
};
use std::{
    io::{self, Write},
    path::Path,
};

/// The configured secrets; on loopback without any, one that is made once and kept beside the database.
///
/// # Errors
/// When it can't be made, kept or read.
pub fn of(config: &Config) -> Result<Vec<Secret>, StartError> {
    if !config.secrets.is_empty() {
        return Ok(config.secrets.clone());
    }
    let default = DatabaseUrl::default();
    let file = match &config.database {
        DatabaseUrl::Memory => return Ok(vec![Secret::random().map_err(StoreError::from)?]),
        DatabaseUrl::File(file) => Some(file.as_path()),
        // A server's database has no folder of ours beside it.
        DatabaseUrl::Postgres(_) => default.file(),
    };
    let path = file.unwrap_or(Path::new("vestibule")).with_extension("secret");
    keep_secret(&path)
        .map(|secret| vec![secret])
        .map_err(|source| StartError::Secret {
            path: path.display().to_string(),
            source,
        })
}

/// Reads the secret at `path`, or makes it there, readable by its owner only.
fn keep_secret(path: &Path) -> io::Result<Secret> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match write_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    let secret = std::fs::read_to_string(path)?;
    match secret.trim() {
        short if short.len() < 32 => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is shorter than 32 characters",
        )),
        secret => Ok(Secret::new(secret)),
    }
}

/// Writes a new secret beside `path` and links it there, so that another process never reads half of one.
fn write_new(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let secret = Secret::random().map_err(io::Error::other)?;
    let unfinished = path.with_extension(format!(
        "secret.{}",
        Secret::random().map_err(io::Error::other)?.digest()
    ));
    let mut file = private_file::create_new(&unfinished)?;
    file.write_all(secret.expose().as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    linked
}
