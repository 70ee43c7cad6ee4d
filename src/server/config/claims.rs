//! `[auth.claims]`: where the groups and the organisation stand among a person's claims.

use super::{claim_path::ClaimPath, file::Section, mistakes::Mistakes, text::Shown};

/// The paths of the claims that OpenID Connect does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimsConfig {
    /// The names of a person's groups: a list of texts, or one text.
    pub groups: ClaimPath,
    /// Her organisation: a text or a number.
    pub organization: ClaimPath,
}

impl Default for ClaimsConfig {
    fn default() -> Self {
        Self {
            groups: ClaimPath::of_name("groups"),
            organization: ClaimPath::of_name("organizationId"),
        }
    }
}

/// Reads the table.
pub(super) fn read(mut section: Section, mistakes: &mut Mistakes) -> ClaimsConfig {
    let mut config = ClaimsConfig::default();
    let keys = [
        ("groups", &mut config.groups),
        ("organization", &mut config.organization),
    ];
    for (key, target) in keys {
        if let Some(text) = section.take(key, Shown::Whole, mistakes) {
            match ClaimPath::parse(&text.value) {
                Ok(path) => *target = path,
                Err(refusal) => mistakes.add(text.mistake(refusal)),
            }
        }
    }
    section.finish(&["groups", "organization"], "AUTH_SECRET", mistakes);
    config
}
