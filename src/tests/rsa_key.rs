//! RSA keys that are made once and kept beside the tests: to find one takes longer than most tests do.

use rsa::{
    RsaPrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding},
    rand_core::OsRng,
};
use std::{
    io::Write,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};
use tempfile::NamedTempFile;

/// A key of 2048 bits that nobody else in this process has.
pub fn next() -> RsaPrivateKey {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let name = format!("{}.pem", MADE.fetch_add(1, Ordering::SeqCst));
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap().with_file_name("test-keys");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    if !file.exists() {
        make(&file);
    }
    RsaPrivateKey::read_pkcs8_pem_file(file).unwrap()
}

/// Whole or not at all, and the first of those that make it at once.
fn make(file: &Path) {
    let key = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
    let pem = key.to_pkcs8_pem(LineEnding::LF).unwrap();
    let mut whole = NamedTempFile::new_in(file.parent().unwrap()).unwrap();
    whole.write_all(pem.as_bytes()).unwrap();
    if let Err(error) = whole.persist_noclobber(file) {
        assert_eq!(error.error.kind(), std::io::ErrorKind::AlreadyExists);
    }
}
