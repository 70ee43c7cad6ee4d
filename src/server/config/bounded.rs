//! Reads a file that is no larger than it may be.

use std::{fs::File, io::Read, path::Path};

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// The system refused.
    #[error("{}", .0.kind())]
    Io(#[from] std::io::Error),
    /// More than the limit.
    #[error("it is larger than {} kB", .0 / 1024)]
    TooLarge(u64),
    /// Not text.
    #[error("it is not UTF-8")]
    NotText,
}

/// The text of the file at `path`, of at most `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<String, Problem> {
    let mut content = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(Problem::TooLarge(limit));
    }
    String::from_utf8(content).map_err(|_| Problem::NotText)
}
