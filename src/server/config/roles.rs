//! `[auth.roles]`: which groups grant which role.

use super::{
    RolesConfig,
    file::{self, Section},
    mistakes::Mistakes,
};

impl RolesConfig {
    /// What holds when the file has no `[auth.roles]`.
    #[must_use]
    pub fn built_in() -> Self {
        let grants = [
            ("admin", &["vestibule-admins", "authentik Admins"] as &[&str]),
            ("support", &["vestibule-support"]),
        ];
        Self {
            grants: grants
                .into_iter()
                .map(|(role, groups)| (role.to_owned(), owned(groups)))
                .collect(),
            default: owned(&["user"]),
        }
    }
}

/// Reads the table. A table that is there replaces the built-in one as a whole, but for `default`.
pub(super) fn read(mut section: Section, mistakes: &mut Mistakes) -> RolesConfig {
    let built_in = RolesConfig::built_in();
    if !section.is_given {
        return built_in;
    }
    let default = section.take_list("default", mistakes).unwrap_or(built_in.default);
    let mut grants = std::collections::BTreeMap::new();
    for role in section
        .keys()
        .into_iter()
        .filter(|role| !file::is_secret(role) && !role.trim().is_empty())
    {
        if let Some(groups) = section.take_list(&role, mistakes) {
            grants.insert(role, groups);
        }
    }
    // What is left is a secret, or a role without a name.
    section.finish(&["default", "<role>"], "AUTH_SECRET", mistakes);
    RolesConfig { grants, default }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
