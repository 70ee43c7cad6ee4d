//! The ID token, verified in full: its form, its signature, and what it claims.
//!
//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation).
//!
//! The library verifies signature, `iss`, `aud` and `nonce`; what it leaves to its caller is here: which keys may be
//! meant, `azp`, the times, `at_hash`, and the words for the log.

pub(crate) mod form;
pub(crate) mod keys;
mod times;

use crate::server::{
    config::plain,
    error::AuthError,
    provider::{
        Provider,
        cache::{Demanded, Sake},
        client::{Claims, RawIdToken},
        discovery::Discovered,
    },
    secret::{self, Secret},
};
use chrono::DateTime;
use form::Form;
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, IdTokenVerifier, IssuerUrl, JsonWebKeySet, Nonce,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Map, Value};
use std::sync::Arc;
pub(super) use times::{Now, seconds};

/// An ID token as it came, and what it has to fit.
#[derive(Clone, Copy)]
pub(super) struct Presented<'a> {
    /// Who sent it.
    pub(super) provider: &'a Provider,
    /// What the provider said when it was asked for.
    pub(super) discovered: &'a Arc<Discovered>,
    pub(super) id_token: &'a RawIdToken,
    /// Which came with it.
    pub(super) access_token: &'a AccessToken,
    pub(super) nonce: ExpectedNonce<'a>,
}

/// Which `nonce` it has to have.
#[derive(Clone, Copy)]
pub(super) enum ExpectedNonce<'a> {
    /// The attempt's.
    Sent(&'a Secret),
    /// Refreshed: none, or that of the sign-in
    /// ([12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    NoneOr(Option<&'a Secret>),
}

impl ExpectedNonce<'_> {
    fn check(self, found: Option<&Nonce>) -> Result<(), String> {
        let expected = match (self, found) {
            (Self::NoneOr(_), None) => return Ok(()),
            (Self::Sent(expected) | Self::NoneOr(Some(expected)), _) => expected,
            (Self::NoneOr(None), Some(_)) => return Err("unexpected".to_owned()),
        };
        match found {
            Some(found) if secret::equal(found.secret(), expected.expose()) => Ok(()),
            _ => Err("another".to_owned()),
        }
    }
}

/// An ID token whose every check held; only [`verify`] makes one, and [`recall`] makes it of one that was verified before.
pub(super) struct VerifiedIdToken {
    /// What it says, in the library's types.
    pub(super) claims: Claims,
    /// All that it says.
    pub(super) all: Map<String, Value>,
    /// The provider, with the keys that verified it.
    pub(super) discovered: Arc<Discovered>,
}

/// Why an ID token is refused.
enum Failure {
    /// The provider does not announce what it has done: it may by now.
    Document(String),
    /// The keys that we have do not vouch for it: the provider may have others by now.
    Keys(String),
    /// Whatever the keys are.
    Token(String),
}

impl Failure {
    /// As it stands where the provider could not be asked whether it holds still.
    fn untold(self) -> AuthError {
        match self {
            Self::Document(reason) | Self::Keys(reason) => AuthError::TokenUndecided(reason),
            Self::Token(reason) => AuthError::Token(reason),
        }
    }
}

impl From<Failure> for AuthError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Document(reason) | Failure::Keys(reason) | Failure::Token(reason) => Self::Token(reason),
        }
    }
}

/// Verifies what came. Where the keys that we know do not fit, they are fetched again, once: a provider may
/// rotate its keys at any time ([10.1.1](https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys)).
///
/// # Errors
/// The first check that fails.
pub(super) async fn verify(presented: Presented<'_>, now: Now) -> Result<VerifiedIdToken, AuthError> {
    let form = form::read(&presented.id_token.to_string()).map_err(AuthError::Token)?;
    let known = presented.discovered.clone();
    let provider = presented.provider;
    let (discovered, (claims, key)) = match verify_by(&known, presented, &form, now) {
        Ok(verified) => (known, verified),
        Err(failure) => {
            let again = match &failure {
                Failure::Document(_) => provider.rediscover_all(Sake::Ours).await?,
                Failure::Keys(_) => provider.rediscover(Sake::Ours).await?,
                Failure::Token(_) => return Err(failure.into()),
            };
            let Demanded { value: again, is_news } = again;
            let verified = verify_by(&again, presented, &form, now);
            match verified {
                // It may be right, for all that we know.
                Err(failure @ (Failure::Document(_) | Failure::Keys(_))) if !is_news => return Err(failure.untold()),
                verified => (again, verified?),
            }
        }
    };
    check_access_token_hash(&claims, presented, &key)?;
    Ok(VerifiedIdToken {
        claims,
        all: form.claims,
        discovered,
    })
}

/// What the ID token of the sign-in said, where a refreshed answer has none, with `news` of userinfo in place of what it
/// said then. It was verified when it came, and sealed since.
///
/// # Errors
/// When that is not to be put together.
pub(super) fn recall(
    stored: &Secret,
    news: Option<&Map<String, Value>>,
    discovered: Arc<Discovered>,
) -> Result<VerifiedIdToken, AuthError> {
    let mut all = form::read(stored.expose()).map_err(AuthError::Token)?.claims;
    if let Some(news) = news {
        // Who says the address says whether it is verified.
        if news.contains_key("email") {
            all.remove("email_verified");
        }
        let is_of_the_token = |name: &str| ["iss", "sub", "aud", "azp", "exp", "iat", "nonce", "sid"].contains(&name);
        let news = news.iter().filter(|(name, _)| !is_of_the_token(name));
        all.extend(news.map(|(name, value)| (name.clone(), value.clone())));
    }
    let claims = serde_json::from_value(Value::Object(all.clone()))
        .map_err(|_| AuthError::UserInfo("a claim has another type than its specification says".to_owned()))?;
    Ok(VerifiedIdToken {
        claims,
        all,
        discovered,
    })
}

/// With these keys: each that may be meant is tried, and one must hold.
fn verify_by(
    discovered: &Discovered,
    presented: Presented<'_>,
    form: &Form,
    now: Now,
) -> Result<(Claims, CoreJsonWebKey), Failure> {
    if !discovered.algorithms.contains(&form.algorithm) {
        let shown = form::name(&form.algorithm);
        return Err(Failure::Document(format!(
            "`alg` is {shown}, which the provider does not announce"
        )));
    }
    let mut refused = String::new();
    for key in keys::candidates(&discovered.metadata, form).map_err(Failure::Keys)? {
        let verifier = verifier(discovered, key);
        match presented
            .id_token
            .claims(&verifier, |nonce: Option<&Nonce>| presented.nonce.check(nonce))
        {
            Ok(claims) => {
                check_subject(claims)?;
                check_authorized_party(claims, &presented.provider.config.client_id)?;
                times::check(claims, &form.claims, now).map_err(Failure::Token)?;
                return Ok((claims.clone(), key.clone()));
            }
            Err(ClaimsVerificationError::SignatureVerification(error)) => {
                refused = format!("the signature is not that of the provider's key: {error}");
            }
            Err(error) => return Err(Failure::Token(words(error, form, discovered))),
        }
    }
    Err(Failure::Keys(refused))
}

/// A verifier that knows one key, so that several without a name are no riddle to it.
///
/// The times are checked in [`times`], all three with one leeway; further audiences in [`check_authorized_party`].
fn verifier<'v>(discovered: &Discovered, key: &CoreJsonWebKey) -> IdTokenVerifier<'v, CoreJsonWebKey> {
    let issuer: IssuerUrl = discovered.metadata.issuer().clone();
    let keys = JsonWebKeySet::new(vec![key.clone()]);
    IdTokenVerifier::new_public_client(discovered.client.client_id().clone(), issuer, keys)
        .set_allowed_algs(discovered.algorithms.iter().cloned())
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(|| DateTime::UNIX_EPOCH)
}

/// Which check of the library's failed, in words that name no secret.
fn words(error: ClaimsVerificationError, form: &Form, discovered: &Discovered) -> String {
    let said = |name: &str| match form.claims.get(name) {
        None => "missing".to_owned(),
        Some(Value::String(text)) => format!("\"{}\"", plain(text)),
        Some(_) => "of another type or several".to_owned(),
    };
    match error {
        ClaimsVerificationError::InvalidIssuer(_) => format!(
            "`iss` is {}, and discovery says \"{}\"",
            said("iss"),
            plain(discovered.metadata.issuer().as_str())
        ),
        ClaimsVerificationError::InvalidAudience(_) => {
            format!("`aud` does not name this client: it is {}", said("aud"))
        }
        // The library would print the nonce.
        ClaimsVerificationError::InvalidNonce(_) if form.claims.contains_key("nonce") => {
            "`nonce` is not the attempt's".to_owned()
        }
        ClaimsVerificationError::InvalidNonce(_) => "`nonce` is missing".to_owned(),
        ClaimsVerificationError::Expired(_) => "`exp` is before 1970".to_owned(),
        ClaimsVerificationError::Unsupported(reason) => plain(&reason),
        _ => "the library refused it".to_owned(),
    }
}

/// `sub` is a name: neither empty nor endless
/// ([OpenID Connect Core 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
fn check_subject(claims: &Claims) -> Result<(), Failure> {
    let sub = claims.subject().as_str();
    if sub.is_empty() || sub.len() > 255 || sub.contains(char::is_control) {
        let reason = "`sub` is empty, longer than 255 bytes, or not text";
        return Err(Failure::Token(reason.to_owned()));
    }
    Ok(())
}

/// Items 3 to 5: `azp`, where it is sent, names us; where the token is for others too, it must be sent.
///
/// With it the provider says that it gave the token to us, and the `nonce` that nobody brought it here from elsewhere:
/// that is the trust in further audiences that item 3 asks for.
fn check_authorized_party(claims: &Claims, client_id: &str) -> Result<(), Failure> {
    let is_shared = claims.audiences().iter().any(|audience| audience.as_str() != client_id);
    match claims.authorized_party() {
        Some(azp) if azp.as_str() == client_id => Ok(()),
        Some(azp) => Err(Failure::Token(format!("`azp` is another client: \"{}\"", plain(azp)))),
        None if is_shared => Err(Failure::Token(
            "`aud` names other clients too, and there is no `azp` to say that the token was given to this one"
                .to_owned(),
        )),
        None => Ok(()),
    }
}

/// `at_hash`, where it is sent, is the access token's
/// ([3.1.3.8](https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowTokenValidation)).
fn check_access_token_hash(claims: &Claims, presented: Presented<'_>, key: &CoreJsonWebKey) -> Result<(), AuthError> {
    let Some(expected) = claims.access_token_hash() else {
        return Ok(());
    };
    let algorithm: &CoreJwsSigningAlgorithm = presented
        .id_token
        .signing_alg()
        .map_err(|error| AuthError::Token(error.to_string()))?;
    let actual = AccessTokenHash::from_token(presented.access_token, algorithm, key)
        .map_err(|error| AuthError::Token(format!("`at_hash` can't be computed: {error}")))?;
    if actual == *expected {
        Ok(())
    } else {
        Err(AuthError::Token("`at_hash` is not the access token's".to_owned()))
    }
}
