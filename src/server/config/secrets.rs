//! Checks secrets; what it says about them never repeats them.

use super::mistakes::Refusal;
use crate::server::secret::Secret;

/// The least length of each part of `AUTH_SECRET`, in characters.
const SHORTEST: usize = 32;

/// Parses `AUTH_SECRET`: one or more, comma-separated.
pub(super) fn seals(text: &str) -> Result<Vec<Secret>, Refusal> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    for (index, part) in parts.iter().enumerate() {
        let (number, length) = (index + 1, part.chars().count());
        if length < SHORTEST {
            return Err(Refusal(format!(
                "one or more secrets, comma-separated, each of at least {SHORTEST} characters: number {number} has \
                 {length}. `openssl rand -base64 33` makes one"
            )));
        }
        if parts.iter().take(index).any(|earlier| earlier == part) {
            return Err(Refusal(format!("secrets that differ: number {number} is there twice")));
        }
    }
    Ok(parts.into_iter().map(Secret::new).collect())
}

/// Parses a client secret, as copied from the provider.
pub(super) fn client(text: &str) -> Result<Secret, Refusal> {
    if text.is_empty() {
        return Err("the client secret; without one, for a public client, remove the variable".into());
    }
    if text.len() > 1
        && ['"', '\'']
            .iter()
            .any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
    {
        return Err("the client secret alone: the quotation marks around it became part of it".into());
    }
    if text.contains(char::is_control) {
        return Err("the client secret alone: a line break, a tab or another control character is in it".into());
    }
    // RFC 6749, A.2. What else is there came along when it was copied: a curly quote, a space that does not break.
    if !text.is_ascii() {
        return Err(
            "the client secret alone, in printable ASCII: another character is in it, which can't be seen perhaps"
                .into(),
        );
    }
    Ok(Secret::new(text))
}
