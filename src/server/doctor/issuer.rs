//! The document is the configured issuer's
//! ([OpenID Connect Discovery 4.3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation)).

use super::{
    document::Document,
    report::{Check, Finding},
};
use crate::server::config::{ProviderConfig, plain, variable};
use url::Url;

/// Compares both, byte for byte; the trailing slash is a matter of taste.
pub fn check(config: &ProviderConfig, document: &Document) -> Finding {
    let name = variable(&config.id, "ISSUER");
    let configured = config.issuer.as_str();
    let Some(found) = document.text("issuer") else {
        let remedy = "A discovery document names its issuer: is this the provider's?";
        return Finding::fail(Check::Issuer, "the document names no issuer", remedy);
    };
    // A URL without a path is read as one with a slash, whatever was written.
    let is_same = found == configured || config.issuer.path() == "/" && format!("{found}/") == configured;
    if is_same {
        return Finding::pass(Check::Issuer, plain(found));
    }
    let evidence = format!("{name} is {configured}, the provider says {}", plain(found));
    if found.trim_end_matches('/') == configured.trim_end_matches('/') {
        let exact = setting(&name, found).map_or_else(String::new, |setting| format!(" To be exact, set {setting}"));
        return Finding::warn(
            Check::Issuer,
            format!("{evidence}: they differ by the slash at the end"),
            format!("It is accepted.{exact}"),
        );
    }
    Finding::fail(Check::Issuer, evidence, remedy(&name, config, found))
}

/// The longest that is offered: it is to be read before it is pasted.
const LONGEST: usize = 300;

/// What is to be pasted, if it may be: a stranger's word for itself must be nothing else to a shell or a file.
fn setting(name: &str, found: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/._~%-".contains(&byte);
    let may_be = (1..=LONGEST).contains(&found.len()) && found.bytes().all(is_plain);
    may_be.then(|| format!("{name}={found}"))
}

fn remedy(name: &str, config: &ProviderConfig, found: &str) -> String {
    let configured = &config.issuer;
    let Some(setting) = setting(name, found) else {
        return format!(
            "No issuer is written so: is {name} the provider that is meant, or does something else answer in its place?"
        );
    };
    let is_elsewhere = Url::parse(found).is_ok_and(|found| {
        found.path().trim_end_matches('/') == configured.path().trim_end_matches('/')
            && found.origin() != configured.origin()
    });
    if is_elsewhere && let Some(internal) = &config.internal_url {
        return format!(
            "authentik takes scheme and host of its issuer from the request, which presents the public ones: what answers at \
             {internal} must pass Host, X-Forwarded-Host and X-Forwarded-Proto on, and authentik must trust this server as \
             a proxy: AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS at its server contains the address of this one. If the other \
             is the public address, set {setting}"
        );
    }
    if is_elsewhere {
        return format!(
            "authentik takes scheme and host of its issuer from the request: the proxy before it must pass Host and \
             X-Forwarded-Proto on. If the other is the public address, set {setting}"
        );
    }
    format!(
        "If that is the provider that is meant, set {setting} In authentik, Applications > Providers > the provider > \
         Edit > Advanced protocol settings > Issuer mode: each provider has a different issuer, based on the application slug."
    )
}
