//! Seals what is stored, so that a copy of the database or of Redis opens no session.
//!
//! XChaCha20-Poly1305 under keys that HKDF-SHA-256 derives from `AUTH_SECRET`. The envelope names its key, so that
//! secrets rotate without signing anyone out: `version (1) ‖ key id (4) ‖ nonce (24) ‖ ciphertext and tag`, in bytes.

use crate::server::secret::Secret;
use chacha20poly1305::{AeadInPlace, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;

/// Seals with the first secret, opens with any.
#[derive(Clone)]
pub struct Sealer {
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
}

/// Why nothing could be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is no secret to seal with.
    #[error("no secret to seal with")]
    NoKey,
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// Too long to seal.
    #[error("the cipher refused")]
    Cipher,
}

impl Sealer {
    /// Derives a key from each of `secrets`; the first seals.
    ///
    /// # Errors
    /// [`SealError::NoKey`] when there is none.
    pub fn new(secrets: &[Secret]) -> Result<Self, SealError> {
        let keys = secrets.iter().map(Key::derive).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(SealError::NoKey);
        }
        Ok(Self { keys })
    }

    /// Seals `plain` for `context`: it opens only under the same context.
    ///
    /// # Errors
    /// Without randomness, or beyond the cipher's 256 GiB.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let key = self.keys.first().ok_or(SealError::NoKey)?;
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;

        let mut envelope = Vec::with_capacity(HEADER + plain.len() + TAG);
        envelope.push(VERSION);
        envelope.extend_from_slice(&key.id);
        envelope.extend_from_slice(&nonce);
        envelope.extend_from_slice(plain);
        let tag = key
            .cipher
            .encrypt_in_place_detached(XNonce::from_slice(&nonce), context.as_bytes(), &mut envelope[HEADER..])
            .map_err(|_| SealError::Cipher)?;
        envelope.extend_from_slice(&tag);
        Ok(envelope)
    }

    /// Opens an envelope. `None` for another version, a secret that was removed, another context, or a forgery.
    #[must_use]
    pub fn open(&self, context: &str, envelope: &[u8]) -> Option<Vec<u8>> {
        let (header, sealed) = envelope.split_at_checked(HEADER)?;
        let (cipher_text, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
        let (version, header) = header.split_first()?;
        let (id, nonce) = header.split_at_checked(KEY_ID)?;
        if *version != VERSION {
            return None;
        }
        let mut plain = cipher_text.to_vec();
        self.keys.iter().filter(|key| key.id == id).find_map(|key| {
            plain.copy_from_slice(cipher_text);
            key.cipher
                .decrypt_in_place_detached(
                    XNonce::from_slice(nonce),
                    context.as_bytes(),
                    &mut plain,
                    Tag::from_slice(tag),
                )
                .ok()
        })?;
        Some(plain)
    }
}

impl Key {
    fn derive(secret: &Secret) -> Result<Self, SealError> {
        let derived = Hkdf::<Sha256>::new(Some(b"vestibule"), secret.expose().as_bytes());
        let mut key = [0; 32];
        let mut id = [0; KEY_ID];
        derived.expand(b"seal", &mut key).map_err(|_| SealError::Cipher)?;
        derived.expand(b"key id", &mut id).map_err(|_| SealError::Cipher)?;
        Ok(Self {
            id,
            cipher: XChaCha20Poly1305::new((&key).into()),
        })
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys)", self.keys.len())
    }
}
