//! Who may sign in, by provider: `AUTH_<P>_EMAIL_VERIFIED`, `AUTH_<P>_ALLOWED_GROUPS`, `AUTH_<P>_ALLOWED_DOMAINS`.

use super::{domain, file::Section, mistakes::Refusal, names, reader::Reader, text::Text};

/// Whom a provider's word admits. By default everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdmissionConfig {
    /// What `email_verified` decides.
    pub email_verified: EmailVerified,
    /// The groups of which somebody must be in one; empty: everybody.
    pub groups: Vec<String>,
    /// The domains of which an address must have one, normalised; empty: everybody.
    pub domains: Vec<String>,
}

/// What the claim `email_verified` decides
/// ([OpenID Connect Core 5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmailVerified {
    /// Only `true` admits.
    Require,
    /// The provider's addresses count as verified, whatever the claim says.
    Trust,
    /// Nothing.
    #[default]
    Ignore,
}

/// The keys in the table of a provider.
pub(super) const KEYS: [&str; 3] = ["email-verified", "allowed-groups", "allowed-domains"];

/// Reads those of the provider `id`. What can't be read is a mistake, so that nobody gets in by it.
pub(super) fn read(reader: &mut Reader, id: &str, table: &mut Section) -> AdmissionConfig {
    let mut variable = |ending: &str, key: &str| reader.list(&names::variable(id, ending), table, key);
    let groups = variable("ALLOWED_GROUPS", "allowed-groups");
    let domains = variable("ALLOWED_DOMAINS", "allowed-domains");
    let email_verified = reader.text(&names::variable(id, "EMAIL_VERIFIED"), table, "email-verified");
    AdmissionConfig {
        email_verified: email_verified
            .and_then(|text| reader.parse(&text, email_policy))
            .unwrap_or_default(),
        groups: each(reader, groups, |name| Ok(name.to_owned())),
        domains: each(reader, domains, domain::normalize),
    }
}

fn email_policy(text: &str) -> Result<EmailVerified, Refusal> {
    match text {
        "require" => Ok(EmailVerified::Require),
        "trust" => Ok(EmailVerified::Trust),
        "ignore" => Ok(EmailVerified::Ignore),
        _ => Err("require, trust or ignore".into()),
    }
}

fn each(reader: &mut Reader, names: Vec<Text>, parse: impl Fn(&str) -> Result<String, Refusal>) -> Vec<String> {
    names
        .iter()
        .filter_map(|name| {
            reader.parse(name, |name| match name {
                "" => Err("names separated by single commas; nothing at all to let everybody in".into()),
                name => parse(name),
            })
        })
        .collect()
}
