//! What was granted and not yet ended: codes, access tokens and refresh tokens, hashed, in memory, bounded.
//!
//! A grant is one authorization with all that came of it. Ending it ends all its tokens, so replay and
//! reuse ([RFC 9700, 4.14](https://www.rfc-editor.org/rfc/rfc9700#section-4.14)) need nothing more than its removal.

use super::people::Person;
use crate::server::secret::{self, Secret};
use std::{collections::VecDeque, sync::Arc};

/// How long a code can be redeemed, in seconds.
const CODE: i64 = 60;
/// How long an access token is good, in seconds.
const ACCESS: i64 = 600;
/// How long a refresh token is good, in seconds.
const REFRESH: i64 = 30 * 24 * 60 * 60;
/// How many grants there can be; then the oldest ends.
const MAX_GRANTS: usize = 1000;
/// How many tokens of each kind a grant remembers; then it forgets the oldest.
const MAX_TOKENS: usize = 64;

/// What a person agreed to.
#[derive(Debug)]
pub struct Consent {
    /// Who.
    pub person: Arc<Person>,
    /// To what.
    pub scopes: Vec<String>,
    /// Repeated in the first ID token.
    pub nonce: Option<String>,
    /// S256 of the verifier that redeems the code.
    pub challenge: String,
    /// Where the code went.
    pub redirect_uri: String,
}

/// Tokens, new, and whom they are about.
#[derive(Debug)]
pub struct Issued {
    /// What the access token is called (`jti`): only who has the token knows it.
    pub access: Secret,
    /// How many seconds it is good.
    pub expires_in: i64,
    /// The refresh token, if `offline_access` was granted.
    pub refresh: Option<Secret>,
    /// Who.
    pub person: Arc<Person>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// Only with a code: a refreshed ID token has none.
    pub nonce: Option<String>,
    /// The session at the provider.
    pub sid: String,
    /// When the person was chosen.
    pub auth_time: i64,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// Unknown, expired, spent, or not for this request.
    #[error("the grant is not valid")]
    Invalid,
    /// More was asked for than was granted.
    #[error("the scope exceeds the grant")]
    Scope,
    /// No randomness.
    #[error("no random bytes")]
    Random(#[from] getrandom::Error),
}

/// All grants, the oldest first.
#[derive(Debug, Default)]
pub struct Grants(VecDeque<Grant>);

#[derive(Debug)]
struct Grant {
    consent: Consent,
    sid: String,
    auth_time: i64,
    expires: i64,
    code: Token,
    access: VecDeque<Token>,
    refresh: VecDeque<Token>,
}

/// A token, by its hash.
#[derive(Debug)]
struct Token {
    hash: String,
    expires: i64,
    spent: bool,
}

impl Token {
    fn is(&self, hash: &str) -> bool {
        self.hash == hash
    }

    fn is_good(&self, now: i64) -> bool {
        !self.spent && self.expires > now
    }
}

impl Grants {
    /// Notes a consent; returns its code.
    pub fn open(&mut self, consent: Consent, now: i64) -> Result<Secret, getrandom::Error> {
        self.sweep(now);
        let code = Secret::random()?;
        let sid = super::hex_digest(Secret::random()?.expose());
        if self.0.len() >= MAX_GRANTS {
            self.0.pop_front();
        }
        self.0.push_back(Grant {
            consent,
            sid,
            auth_time: now,
            expires: now + CODE,
            code: Token {
                hash: code.digest(),
                expires: now + CODE,
                spent: false,
            },
            access: VecDeque::new(),
            refresh: VecDeque::new(),
        });
        Ok(code)
    }

    /// Redeems a code, once. Whatever is wrong with the request ends the grant: nobody gets to guess twice.
    pub fn redeem(&mut self, code: &str, verifier: &str, redirect_uri: &str, now: i64) -> Result<Issued, GrantError> {
        self.sweep(now);
        let hash = secret::digest(code);
        let at = self.position(|grant| grant.code.is(&hash))?;
        let grant = self.0.get_mut(at).ok_or(GrantError::Invalid)?;
        if grant.code.spent {
            tracing::warn!(
                person = grant.consent.person.id,
                "a code came twice: all tokens issued for it are revoked"
            );
        }
        let proved = secret::equal(&secret::digest(verifier), &grant.consent.challenge);
        if !(grant.code.is_good(now) && proved && grant.consent.redirect_uri == redirect_uri) {
            self.0.remove(at);
            return Err(GrantError::Invalid);
        }
        grant.code.spent = true;
        let nonce = grant.consent.nonce.take();
        grant.issue(nonce, now)
    }

    /// Rotates a refresh token. One that was rotated before ends the grant: either its owner or a thief has it.
    pub fn renew(&mut self, refresh: &str, scopes: &[String], now: i64) -> Result<Issued, GrantError> {
        self.sweep(now);
        let hash = secret::digest(refresh);
        let at = self.position(|grant| grant.refresh.iter().any(|token| token.is(&hash)))?;
        let grant = self.0.get_mut(at).ok_or(GrantError::Invalid)?;
        let token = grant
            .refresh
            .iter_mut()
            .find(|token| token.is(&hash))
            .ok_or(GrantError::Invalid)?;
        if !token.is_good(now) {
            tracing::warn!(
                person = grant.consent.person.id,
                "a refresh token came twice: all tokens of its family are revoked"
            );
            self.0.remove(at);
            return Err(GrantError::Invalid);
        }
        if !scopes.iter().all(|scope| grant.consent.scopes.contains(scope)) {
            return Err(GrantError::Scope);
        }
        token.spent = true;
        grant.issue(None, now)
    }

    /// Whom the access token of that `jti` is about, and what it allows.
    pub fn open_with(&mut self, access: &str, now: i64) -> Option<(Arc<Person>, Vec<String>)> {
        self.sweep(now);
        let hash = secret::digest(access);
        let grant = self
            .0
            .iter()
            .find(|grant| grant.access.iter().any(|token| token.is(&hash) && token.is_good(now)))?;
        Some((Arc::clone(&grant.consent.person), grant.consent.scopes.clone()))
    }

    /// Revokes what is known by this refresh token, with its whole family, or by this `jti`, alone.
    pub fn revoke(&mut self, token: &str) {
        let hash = secret::digest(token);
        self.0
            .retain(|grant| !grant.refresh.iter().any(|token| token.is(&hash)));
        for grant in &mut self.0 {
            grant.access.retain(|token| !token.is(&hash));
        }
    }

    /// Ends a session with all its tokens.
    pub fn end(&mut self, sid: &str) {
        self.0.retain(|grant| grant.sid != sid);
    }

    fn position(&self, wanted: impl Fn(&Grant) -> bool) -> Result<usize, GrantError> {
        self.0.iter().position(wanted).ok_or(GrantError::Invalid)
    }

    fn sweep(&mut self, now: i64) {
        self.0.retain(|grant| grant.expires > now);
    }
}

impl Grant {
    fn issue(&mut self, nonce: Option<String>, now: i64) -> Result<Issued, GrantError> {
        let offline = self.consent.scopes.iter().any(|scope| scope == "offline_access");
        let access = Secret::random()?;
        let refresh = offline.then(Secret::random).transpose()?;
        self.expires = now + if offline { REFRESH } else { ACCESS };
        keep(&mut self.access, &access, now + ACCESS);
        if let Some(refresh) = &refresh {
            keep(&mut self.refresh, refresh, now + REFRESH);
        }
        Ok(Issued {
            access,
            expires_in: ACCESS,
            refresh,
            person: Arc::clone(&self.consent.person),
            scopes: self.consent.scopes.clone(),
            nonce,
            sid: self.sid.clone(),
            auth_time: self.auth_time,
        })
    }
}

fn keep(tokens: &mut VecDeque<Token>, token: &Secret, expires: i64) {
    if tokens.len() >= MAX_TOKENS {
        tokens.pop_front();
    }
    tokens.push_back(Token {
        hash: token.digest(),
        expires,
        spent: false,
    });
}
