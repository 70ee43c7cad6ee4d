//! Who asks: client authentication by `client_secret_basic` or `client_secret_post`
//! ([RFC 6749, 2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).

use super::{DevClient, fields::Fields, refused::Refused};
use crate::server::secret;
use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;

/// Reads a form from the client and lets only the client itself pass.
///
/// # Errors
/// When it is no form, repeats a parameter, or does not authenticate.
pub fn form(client: &DevClient, headers: &HeaderMap, body: &[u8]) -> Result<Fields, Refused> {
    if !is_form(headers) {
        return Err(Refused::Request("The body is not application/x-www-form-urlencoded."));
    }
    let fields = Fields::parse(body)?;
    fields.check()?;
    authenticate(client, headers, &fields)?;
    Ok(fields)
}

fn authenticate(client: &DevClient, headers: &HeaderMap, fields: &Fields) -> Result<(), Refused> {
    let mut headers = headers.get_all(header::AUTHORIZATION).iter();
    let (id, secret) = match (headers.next(), fields.get("client_secret")) {
        (Some(_), Some(_)) => return Err(Refused::Request("The client authenticates in two ways at once.")),
        (Some(header), None) => {
            let (id, secret) = basic(header).ok_or(Refused::Client)?;
            if headers.next().is_some() || fields.get("client_id").is_some_and(|other| other != id) {
                return Err(Refused::Request("The client has two names."));
            }
            (id, secret)
        }
        (None, Some(secret)) => (
            fields.get("client_id").unwrap_or_default().to_owned(),
            secret.to_owned(),
        ),
        (None, None) => return Err(Refused::Client),
    };
    // Both are compared, so that the time does not tell which was wrong.
    let known = secret::equal(&id, &client.id);
    let proved = secret::equal(&secret, client.secret.expose());
    if known & proved { Ok(()) } else { Err(Refused::Client) }
}

fn basic(header: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

/// Both halves are form-encoded before they are joined.
fn form_decode(value: &str) -> Option<String> {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The one value of a parameter that must be there.
///
/// # Errors
/// When it is missing; `problem` says so.
pub fn required<'a>(fields: &'a Fields, name: &str, problem: &'static str) -> Result<&'a str, Refused> {
    fields.one(name)?.ok_or(Refused::Request(problem))
}
