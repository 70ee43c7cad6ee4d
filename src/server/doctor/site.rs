//! The site itself: its address, its cookies, its stores, and whom it lets in.

use super::{
    admission, redis,
    report::{Check, Finding},
    stores,
};
use crate::server::config::{Config, ProviderConfig, RateLimit};

/// Makes these checks, the stores' at the same time; who is admitted, by these providers.
pub async fn examine(config: &Config, providers: &[&ProviderConfig]) -> Vec<Finding> {
    let (database, redis) = tokio::join!(stores::database(config), redis::check(config));
    let mut findings = vec![public_url(config)];
    findings.extend(proxies(config));
    findings.extend([database, redis]);
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
            format!(
                "Others can't sign in: set AUTH_URL to the https origin that they use or, to keep them out, set \
                 LEPTOS_SITE_ADDR=127.0.0.1:{}",
                address.port()
            ),
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

/// `AUTH_TRUSTED_PROXIES`: this server speaks no TLS, so that an https site has a proxy before it.
fn proxies(config: &Config) -> Option<Finding> {
    if !config.public_url.is_https() {
        return None;
    }
    if !config.trusted_proxies.is_empty() {
        let named: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
        return Some(Finding::pass(Check::TrustedProxies, named.join(", ")));
    }
    let consequence = match config.rate_limit {
        RateLimit::Off => "the log knows all of them by its address",
        RateLimit::BuiltIn => "none of them is kept from flooding the sign-in",
        RateLimit::PerMinute(_) => "AUTH_RATE_LIMIT counts them as one",
    };
    Some(Finding::warn(
        Check::TrustedProxies,
        format!(
            "AUTH_TRUSTED_PROXIES is not set: visitors behind the proxy that speaks TLS can't be told apart, and {consequence}"
        ),
        "Set AUTH_TRUSTED_PROXIES to the address or the network of that proxy, which must set X-Forwarded-For itself.",
    ))
}
