//! The end-session endpoint ([OpenID Connect RP-Initiated Logout 1.0](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)).

use super::{
    DevIdp,
    backchannel::Ended,
    claims::DevIdTokenClaims,
    fields::{Fields, ID_TOKEN_HINT},
};
use url::Url;

/// What the browser is told.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Back to the client.
    Redirect(Url),
    /// A page that says that one is signed out.
    SignedOut,
    /// A page that says what is wrong.
    Problem(&'static str),
}

/// Ends the session of the hint, then sends the browser back if that was asked for properly. Gives out what ended, even
/// if its tokens were revoked before: the client may have others of that session.
pub(crate) fn end(idp: &DevIdp, fields: &Fields) -> (Outcome, Option<Ended>) {
    match recognise(idp, fields) {
        Err(problem) => (Outcome::Problem(problem), None),
        Ok(claims) => {
            let ended = claims.as_ref().and_then(|claims| {
                Some(Ended {
                    sid: claims.additional_claims().sid.clone()?,
                    sub: claims.subject().to_string(),
                })
            });
            if let Some(ended) = &ended {
                idp.grants().end(&ended.sid);
            }
            (onwards(idp, fields, claims.is_some()), ended)
        }
    }
}

fn recognise(idp: &DevIdp, fields: &Fields) -> Result<Option<DevIdTokenClaims>, &'static str> {
    let client = &idp.0.client;
    fields.check().map_err(|fault| fault.describe())?;
    if fields.get("client_id").is_some_and(|id| id != client.id) {
        return Err("The client is unknown.");
    }
    let Some(hint) = fields.get(ID_TOKEN_HINT) else {
        return Ok(None);
    };
    idp.id_token_claims(hint)
        .map(Some)
        .ok_or("The ID token was not issued here. If this server was restarted since, that is why: the development provider then has a new key, and forgets everybody.")
}

fn onwards(idp: &DevIdp, fields: &Fields, is_known: bool) -> Outcome {
    let registered = &idp.0.client.post_logout_redirect_uri;
    match fields.get("post_logout_redirect_uri") {
        None => Outcome::SignedOut,
        Some(uri) if uri != registered.as_str() => {
            Outcome::Problem("The address to return to is not the registered one, character by character.")
        }
        Some(_) if !is_known => Outcome::Problem("Without an ID token nobody is sent on from here."),
        Some(_) => {
            let mut url = registered.clone();
            if let Some(state) = fields.get("state") {
                url.query_pairs_mut().append_pair("state", state);
            }
            Outcome::Redirect(url)
        }
    }
}
