//! `AUTH_CONTACT`: whom somebody asks who is not let in.

use super::{domain, file::Section, mistakes::Refusal, reader::Reader};
use crate::shared::site::Contact;
use url::Url;

/// The longest that is shown, in bytes.
const LONGEST: usize = 200;

/// Reads it.
pub(super) fn read(reader: &mut Reader, auth: &mut Section) -> Option<Contact> {
    reader.value("AUTH_CONTACT", auth, "contact", parse)
}

fn parse(text: &str) -> Result<Contact, Refusal> {
    let expected = || Refusal("an e-mail address or an https URL, of at most 200 characters".to_owned());
    if text.len() > LONGEST {
        return Err(expected());
    }
    if let Ok(url) = Url::parse(text)
        && url.scheme() == "https"
    {
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a URL without a user or a password in it: everybody sees it".into());
        }
        return Ok(Contact {
            href: url.to_string(),
            text: text.to_owned(),
        });
    }
    match text.split_once('@') {
        Some((name, domain)) if is_mailbox(name) && domain::normalize(domain).is_ok() => Ok(Contact {
            href: format!("mailto:{text}"),
            text: text.to_owned(),
        }),
        _ => Err(expected()),
    }
}

/// The characters that need no escape in a `mailto:` URL ([RFC 6068](https://www.rfc-editor.org/rfc/rfc6068.html)).
fn is_mailbox(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-'))
}
