//! The authorization endpoint ([OpenID Connect Core 3.1.2](https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint),
//! [RFC 6749, 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1), [RFC 7636, 4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)).
//!
//! It has no cookie and no session of its own: each authorization is a new session, and choosing a person is signing in.

use super::{DevIdp, SCOPES, fields::Fields, grants::Consent};
use crate::server::secret;
use url::Url;

/// The parameter by which the page says who was chosen.
pub(super) const PERSON: &str = "person";
/// Its value for "deny access".
const DENY: &str = "deny";

/// What the page carries from the request to the choice. All of it is looked at again then.
const CARRIED: [&str; 9] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
];

/// What the browser is told.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Back to the client.
    Redirect(Url),
    /// The page to choose a person, with the request in hidden fields.
    Choose {
        /// The request.
        fields: Vec<(String, String)>,
        /// Whether the choice that was made is nobody.
        nobody: bool,
    },
    /// A page that says what is wrong: nobody can be sent to an address that is not known to be the client's.
    Problem(&'static str),
}

/// A request that is in order.
struct Asked<'a> {
    scopes: Vec<String>,
    nonce: Option<&'a str>,
    challenge: &'a str,
}

/// Answers a request, and the choice of a person if it was made.
pub(crate) fn answer(idp: &DevIdp, fields: &Fields) -> Answer {
    if let Err(problem) = recognise(idp, fields) {
        return Answer::Problem(problem);
    }
    let asked = match check(fields) {
        Ok(asked) => asked,
        Err((error, description)) => return back(idp, fields, &[("error", error), ("error_description", description)]),
    };
    let person = match fields.get(PERSON) {
        Some(DENY) => {
            let description = "The person denied access.";
            return back(
                idp,
                fields,
                &[("error", "access_denied"), ("error_description", description)],
            );
        }
        chosen => chosen.map(|id| idp.person(id)),
    };
    let Some(Some(person)) = person else {
        return Answer::Choose {
            fields: carry(fields),
            nobody: person.is_some(),
        };
    };
    let consent = Consent {
        person,
        scopes: asked.scopes,
        nonce: asked.nonce.map(str::to_owned),
        challenge: asked.challenge.to_owned(),
        redirect_uri: idp.0.client.redirect_uri.as_str().to_owned(),
    };
    let code = idp.grants().open(consent, idp.now());
    match code {
        Ok(code) => back(idp, fields, &[("code", code.expose())]),
        Err(error) => {
            tracing::error!(%error, "the development provider has no random bytes");
            back(
                idp,
                fields,
                &[
                    ("error", "server_error"),
                    ("error_description", "The provider could not make a code."),
                ],
            )
        }
    }
}

/// Before anything else: is this the client, and the address it registered?
fn recognise(idp: &DevIdp, fields: &Fields) -> Result<(), &'static str> {
    let client = &idp.0.client;
    match fields.one("client_id") {
        Ok(Some(id)) if secret::equal(id, &client.id) => {}
        _ => return Err("The client is unknown: client_id is not the one registered here, or came twice."),
    }
    match fields.one("redirect_uri") {
        Ok(Some(uri)) if uri == client.redirect_uri.as_str() => Ok(()),
        _ => Err("The redirect URI is not the registered one, character by character, or came twice."),
    }
}

/// An error code and what it means here.
type Wrong = (&'static str, &'static str);

fn check(fields: &Fields) -> Result<Asked<'_>, Wrong> {
    fields.check().map_err(|fault| ("invalid_request", fault.describe()))?;
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
    ] {
        if fields.get(name).is_some() {
            return Err((error, "Request objects are not supported."));
        }
    }
    match fields.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "The response type is not code.")),
        None => return Err(("invalid_request", "The response type is missing.")),
    }
    if fields.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "The response mode is not query."));
    }
    let scopes = scopes(fields.get("scope").unwrap_or_default());
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(("invalid_scope", "The scope openid is missing."));
    }
    let challenge = fields
        .get("code_challenge")
        .ok_or(("invalid_request", "PKCE is required: the code challenge is missing."))?;
    if fields.get("code_challenge_method") != Some("S256") {
        return Err(("invalid_request", "PKCE is required with the method S256."));
    }
    if !is_challenge(challenge) {
        return Err(("invalid_request", "The code challenge is malformed."));
    }
    let prompt: Vec<_> = fields.get("prompt").unwrap_or_default().split_whitespace().collect();
    match prompt.as_slice() {
        ["none"] => return Err(("login_required", "Nobody is signed in here: a person has to be chosen.")),
        prompt if prompt.contains(&"none") => return Err(("invalid_request", "The prompt none stands alone.")),
        _ => {}
    }
    Ok(Asked {
        scopes,
        nonce: fields.get("nonce"),
        challenge,
    })
}

fn scopes(asked: &str) -> Vec<String> {
    let asked: Vec<_> = asked.split_whitespace().collect();
    SCOPES
        .iter()
        .filter(|scope| asked.contains(scope))
        .map(|&scope| scope.to_owned())
        .collect()
}

/// A SHA-256 in base64url.
fn is_challenge(value: &str) -> bool {
    value.len() == 43
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn carry(fields: &Fields) -> Vec<(String, String)> {
    CARRIED
        .iter()
        .filter_map(|&name| fields.get(name).map(|value| (name.to_owned(), value.to_owned())))
        .collect()
}

/// Back to the client, with its `state`.
fn back(idp: &DevIdp, fields: &Fields, pairs: &[(&str, &str)]) -> Answer {
    let mut url = idp.0.client.redirect_uri.clone();
    url.query_pairs_mut()
        .extend_pairs(pairs)
        .extend_pairs(fields.get("state").map(|state| ("state", state)));
    Answer::Redirect(url)
}
