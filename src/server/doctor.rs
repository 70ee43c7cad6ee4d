//! **doctor**: examines the configuration, the stores and the providers, and says what is wrong and how to mend it.
//!
//! A library: the command prints its [`Report`], and a page may show the same. It needs no running server, signs nobody
//! in, and no secret is in what it says.

mod admission;
mod announced;
mod ask;
pub(crate) mod certificate;
mod clock;
mod credentials;
mod development;
pub(crate) mod discovery;
pub(crate) mod document;
pub(crate) mod endpoints;
mod examination;
mod issuer;
mod keys;
mod public;
mod redirect;
mod redis;
mod report;
mod scopes;
mod site;
mod stores;
pub mod table;

pub use report::{Check, Finding, ProviderReport, Report, Verdict};

use crate::server::{
    clock::Clock,
    config::{Config, UnknownProvider},
    http::HttpClient,
    provider::{redirect_uri, routed},
};
use crate::shared::paths;
use ask::Asker;
use examination::Examination;

/// The embedded development provider has this id.
const DEVELOPMENT: &str = "dev";

/// Why nothing was examined.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// Nobody of that name.
    #[error(transparent)]
    Unknown(#[from] UnknownProvider),
    /// No HTTP client.
    #[error("TLS can't be set up: {0}.")]
    Http(#[from] reqwest::Error),
}

/// Examines the site and the provider `only`, or all of them, at the same time. It ends within a minute, whatever the
/// providers do.
///
/// # Errors
/// When there is no such provider, or no way to ask anybody.
pub async fn examine(config: &Config, only: Option<&str>, clock: &Clock) -> Result<Report, ExamineError> {
    let is_development = config.dev_idp && only.is_none_or(|id| id == DEVELOPMENT);
    let meant = config.named(only);
    if let (Some(asked), [], false) = (only, meant.as_slice(), is_development) {
        let development = config.dev_idp.then(|| DEVELOPMENT.to_owned());
        return Err(UnknownProvider::new(asked, config.ids().chain(development)).into());
    }
    let http = HttpClient::new()?;
    let browser = Asker::new(http.clone(), clock.clone());
    let examinations = meant.iter().map(|provider| {
        let examination = Examination {
            redirect_uri: redirect_uri(&config.public_url, &provider.id),
            backchannel: config
                .public_url
                .join(&format!("{}/{}", paths::API_BACKCHANNEL_LOGOUT, provider.id)),
            groups: config.claims.groups.clone(),
            asker: Asker::new(routed(&http, provider), clock.clone()),
            browser: browser.clone(),
            leeway: config.clock_leeway,
            config: (*provider).clone(),
        };
        (provider, tokio::spawn(examination.run()))
    });
    let examinations: Vec<_> = examinations.collect();

    let site = site::examine(config, &meant).await;
    let mut providers = Vec::new();
    for (provider, findings) in examinations {
        let failed = |_| {
            let remedy = "This is a mistake in Vestibule: please report it.";
            vec![Finding::fail(Check::Discovery, "the examination itself failed", remedy)]
        };
        providers.push(ProviderReport {
            id: provider.id.clone(),
            name: provider.name.clone(),
            findings: findings.await.unwrap_or_else(failed),
        });
    }
    if is_development {
        providers.push(ProviderReport {
            id: DEVELOPMENT.to_owned(),
            name: "Development provider".to_owned(),
            findings: vec![development::examine(config, &browser).await],
        });
    }
    Ok(Report { site, providers })
}
