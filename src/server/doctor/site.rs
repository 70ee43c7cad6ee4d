//! The site itself: its address, its cookies, its stores, and whom it lets in.

use super::{
    admission,
    report::{Check, Finding},
    stores,
};
use crate::server::config::{Config, ProviderConfig};

/// Makes these checks, the stores' at the same time; who is admitted, by these providers.
pub async fn examine(config: &Config, providers: &[&ProviderConfig]) -> Vec<Finding> {
    let (database, redis) = tokio::join!(stores::database(config), stores::redis(config));
    let mut findings = vec![public_url(config), database, redis];
    if !providers.is_empty() {
        findings.extend(admission::check(providers));
    }
    findings
}

/// `AUTH_URL`, the cookies that follow from it, and `LEPTOS_SITE_ADDR`.
pub(crate) fn public_url(config: &Config) -> Finding {
    let (url, address) = (&config.public_url, config.leptos.site_addr);
    if url.is_https() {
        let evidence = format!("{url}; cookies are Secure and __Host-; the server listens on {address}, behind TLS");
        return Finding::pass(Check::PublicUrl, evidence);
    }
    if !address.ip().is_loopback() {
        return Finding::warn(
            Check::PublicUrl,
            format!("AUTH_URL is {url}, for this machine only, and the server listens on {address}, for others too"),
            "Others can't sign in: set AUTH_URL to the https origin that they use, or LEPTOS_SITE_ADDR to 127.0.0.1.",
        );
    }
    let port = url.join("/").port_or_known_default();
    if port != Some(address.port()) {
        return Finding::warn(
            Check::PublicUrl,
            format!("AUTH_URL is {url}, and the server listens on {address}"),
            "Unless a proxy stands between, the provider sends people where nobody answers: make the ports agree.",
        );
    }
    Finding::pass(
        Check::PublicUrl,
        format!("{url}, for this machine only; http is enough there"),
    )
}
