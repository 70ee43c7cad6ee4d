//! The domain of an e-mail address, in the one form in which two of them are compared.

use super::mistakes::Refusal;
use url::Host;

/// The longest name of the domain name system, in bytes.
const LONGEST: usize = 253;

/// Lower case, and ASCII as the domain name system has it ([UTS 46](https://www.unicode.org/reports/tr46/), by way of
/// the `url` crate): `Bücher.example` is `xn--bcher-kva.example`.
///
/// # Errors
/// When it is no name of a domain.
pub fn normalize(text: &str) -> Result<String, Refusal> {
    let expected = || "a domain such as example.com: without @, without *, and sub-domains one by one".into();
    // Host::parse decodes percent signs, as a URL may have them and an address may not.
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'));
    if !is_plain || text.len() > LONGEST {
        return Err(expected());
    }
    match Host::parse(text) {
        Ok(Host::Domain(domain)) if are_labels(text, &domain) => Ok(domain),
        _ => Err(expected()),
    }
}

/// Whether `domain` is `text` label by label: none is empty, and one that is not ASCII became one of those that stand for
/// that, not an ASCII name that merely looks alike (`ｅxample` is not `example`).
fn are_labels(text: &str, domain: &str) -> bool {
    let (given, made): (Vec<&str>, Vec<&str>) = (text.split('.').collect(), domain.split('.').collect());
    given.len() == made.len()
        && given
            .iter()
            .zip(&made)
            .all(|(given, made)| !made.is_empty() && (given.is_ascii() || made.starts_with("xn--")))
}
