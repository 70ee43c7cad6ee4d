//! Which providers a blueprint is for: those of one authentik, each with what is its own.

use crate::server::config::{ClientAuth, Config, ProviderConfig, UnknownProvider};

/// The id and the client id of a provider that nobody has declared yet.
const NEWCOMER: (&str, &str) = ("authentik", "vestibule");

/// In the path of every issuer of authentik's.
pub const OF_AUTHENTIK: &str = "/application/o/";

/// Why no blueprint was written.
#[derive(Debug, thiserror::Error)]
pub enum BlueprintError {
    /// Nobody of that name.
    #[error(transparent)]
    Unknown(#[from] UnknownProvider),
    /// One blueprint is for one authentik.
    #[error("{} are different authentiks; name one: vestibule blueprint {name}", .origins.join(" and "))]
    Origins {
        /// Where they are; at least two.
        origins: Vec<String>,
        /// One of the providers.
        name: String,
    },
    /// Two providers would be one object there.
    #[error(
        "{first} and {second} have the same {what}, {value:?}, at one authentik; name one: vestibule blueprint {first}"
    )]
    Same {
        /// What they share.
        what: &'static str,
        /// Its value.
        value: String,
        /// One of the two.
        first: String,
        /// The other.
        second: String,
    },
}

/// What the blueprint makes of a provider.
pub struct Target {
    pub id: String,
    pub client_id: String,
    /// The application's slug in authentik.
    pub slug: String,
    /// Whether the configured issuer is that slug's; `None` when nothing is configured.
    pub issuer: Option<String>,
    pub is_public: bool,
    /// Whether it authenticates by a key, which authentik can't check.
    pub has_key: bool,
    /// Those that are configured; empty: the default ones.
    pub scopes: Vec<String>,
    /// The groups that may use the application; empty: everybody.
    pub groups: Vec<String>,
}

/// The provider `only`; else those whose issuer is an authentik's; else all; else the first one to come.
///
/// # Errors
/// When there is no such provider, or when they can't stand in one blueprint.
pub fn choose(config: &Config, only: Option<&str>) -> Result<Vec<Target>, BlueprintError> {
    let mut providers = config.named(only);
    if only.is_none() && providers.iter().any(|provider| is_authentik(provider)) {
        providers.retain(|provider| is_authentik(provider));
    }
    refuse_several_origins(&providers)?;
    let targets: Vec<Target> = providers.into_iter().map(Target::of).collect();
    refuse_same(&targets, "slug", |target| &target.slug)?;
    refuse_same(&targets, "client id", |target| &target.client_id)?;
    if !targets.is_empty() {
        return Ok(targets);
    }
    let (id, client_id) = NEWCOMER;
    match only {
        Some(asked) if asked != id || !config.providers.is_empty() => {
            Err(UnknownProvider::new(asked, config.ids()).into())
        }
        _ => Ok(vec![Target {
            id: id.to_owned(),
            client_id: client_id.to_owned(),
            slug: client_id.to_owned(),
            issuer: None,
            is_public: false,
            has_key: false,
            scopes: Vec::new(),
            groups: Vec::new(),
        }]),
    }
}

fn is_authentik(provider: &ProviderConfig) -> bool {
    provider.issuer.path().contains(OF_AUTHENTIK)
}

fn refuse_several_origins(providers: &[&ProviderConfig]) -> Result<(), BlueprintError> {
    let mut origins: Vec<String> = Vec::new();
    for provider in providers {
        let origin = provider.issuer.origin().ascii_serialization();
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    match providers.first() {
        Some(first) if origins.len() > 1 => Err(BlueprintError::Origins {
            origins,
            name: first.id.clone(),
        }),
        _ => Ok(()),
    }
}

/// What authentik finds an object by belongs to one of them only: the second would overwrite the first.
fn refuse_same(targets: &[Target], what: &'static str, of: fn(&Target) -> &String) -> Result<(), BlueprintError> {
    for (number, second) in targets.iter().enumerate() {
        if let Some(first) = targets[..number].iter().find(|first| of(first) == of(second)) {
            return Err(BlueprintError::Same {
                what,
                value: of(second).clone(),
                first: first.id.clone(),
                second: second.id.clone(),
            });
        }
    }
    Ok(())
}

impl Target {
    fn of(provider: &ProviderConfig) -> Self {
        let path: Vec<&str> = provider.issuer.path().trim_end_matches('/').split('/').collect();
        let slug = match path.as_slice() {
            ["", "application", "o", slug] if is_slug(slug) => (*slug).to_owned(),
            _ => format!("vestibule-{}", provider.id),
        };
        Self {
            id: provider.id.clone(),
            client_id: provider.client_id.clone(),
            slug,
            issuer: Some(provider.issuer.to_string()),
            is_public: provider.client_auth == Some(ClientAuth::None),
            has_key: provider.client_auth == Some(ClientAuth::PrivateKeyJwt),
            scopes: provider.scopes.clone().unwrap_or_default(),
            groups: provider.admission.groups.clone(),
        }
    }

    /// Whether the configured issuer is the one that authentik will have.
    pub fn has_this_issuer(&self) -> bool {
        let path = format!("{OF_AUTHENTIK}{}", self.slug);
        self.issuer
            .as_ref()
            .is_some_and(|issuer| issuer.trim_end_matches('/').ends_with(&path))
    }
}

fn is_slug(text: &str) -> bool {
    let is_reserved = ["authorize", "token", "device", "userinfo", "introspect", "revoke"].contains(&text);
    !text.is_empty()
        && !is_reserved
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
