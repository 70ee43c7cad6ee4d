//! Files that only their owner may read.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

/// Makes a new file there, for its owner alone.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when something is there already, even a dangling link.
pub fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
