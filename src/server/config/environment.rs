//! Reads variables, each from itself or from the file that its `_FILE` variant names.

use super::{
    bounded,
    mistakes::{Mistake, Mistakes, plain},
    names::{self, Name},
    text::{Shown, Text},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::Path,
};

/// The longest content of a file that a variable names, in bytes.
const FILE_LIMIT: u64 = 64 * 1024;

/// The variables of the process, or those that a test sets. It has no `Debug`: secrets are among them.
pub(super) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// These variables.
    pub(super) fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(variables.into_iter().collect())
    }

    /// The variables as the system gives them.
    pub(super) fn of_system(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let variables = variables.into_iter().filter_map(|(name, value)| {
            // A name that is not UTF-8 is none of ours.
            let name = name.into_string().ok()?;
            match value.into_string() {
                Ok(value) => Some((name, value)),
                Err(_) if is_ours(&name) => {
                    mistakes.add_unread(Mistake::new(name, "bytes that are not UTF-8", "text in UTF-8"));
                    None
                }
                Err(_) => None,
            }
        });
        Self(variables.collect())
    }

    /// The value of `variable`, or the trimmed content of the file that `<variable>_FILE` names.
    pub(super) fn take(&self, variable: &str, shown: Shown, mistakes: &mut Mistakes) -> Option<Text> {
        let file_variable = format!("{variable}_FILE");
        match (self.0.get(variable), self.0.get(&file_variable)) {
            (None, None) => None,
            (Some(value), None) => Some(Text::new(variable, value, shown)),
            (None, Some(path)) => match bounded::read(Path::new(path.trim()), FILE_LIMIT) {
                // A path that is wrong may lead to a secret: no content is ever shown.
                Ok(content) => Some(Text::new(file_variable, &content, Shown::Nothing)),
                Err(problem) => {
                    // Whoever gives the secret itself where its path belongs must not find it in the log.
                    let path = match shown {
                        Shown::Whole => format!("\"{}\", ", plain(path)),
                        Shown::Scheme | Shown::Nothing => String::new(),
                    };
                    let found = format!("{path}a file that can't be used: {problem}");
                    let expected = format!("the path of a file of at most 64 kB that holds the value of {variable}");
                    mistakes.add_unread(Mistake::new(file_variable, found, expected));
                    None
                }
            },
            (Some(_), Some(_)) => {
                let expected = "one of the two: remove the other".to_owned();
                mistakes.add_unread(Mistake::new(format!("{variable}, {file_variable}"), "both", expected));
                None
            }
        }
    }

    /// The ids of the providers that have a variable.
    pub(super) fn providers(&self) -> BTreeSet<String> {
        let ids = self.0.keys().filter_map(|name| match names::classify(name) {
            Name::OfProvider(id) => Some(id),
            Name::Plain | Name::Unknown => None,
        });
        ids.collect()
    }

    /// Refuses every variable that begins with `AUTH_` and is none of ours: most often a slip of the pen.
    pub(super) fn refuse_unknown(&self, mistakes: &mut Mistakes) {
        for name in self.0.keys().filter(|name| names::classify(name) == Name::Unknown) {
            let expected = match names::hint(name) {
                Some(meant) => format!("{}, perhaps", plain(&meant)),
                None => {
                    "AUTH_URL, AUTH_SECRET, AUTH_DEV_IDP, AUTH_TRUSTED_PROXIES, AUTH_RATE_LIMIT, AUTH_CLOCK_LEEWAY, \
                         AUTH_CONTACT, or AUTH_<P>_ and one of ISSUER, INTERNAL_URL, ID, SECRET, KEY, NAME, SCOPES, \
                         CLIENT_AUTH, EMAIL_VERIFIED, ALLOWED_GROUPS, ALLOWED_DOMAINS, AUDIENCE, where <P> is the provider, such as \
                         AUTH_AUTHENTIK_ISSUER"
                        .to_owned()
                }
            };
            mistakes.add(Mistake::new(plain(name), "a variable that is not known", expected));
        }
    }
}

fn is_ours(name: &str) -> bool {
    [
        "AUTH_",
        "LEPTOS_",
        "DATABASE_URL",
        "REDIS_URL",
        "VESTIBULE_CONFIG",
        "RUST_LOG",
        "LOG_FORMAT",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}
