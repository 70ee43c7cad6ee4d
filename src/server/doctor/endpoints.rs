//! The endpoints of a discovery document are there, and as safe as the issuer
//! ([OpenID Connect Discovery 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).

use super::{
    ask::bare,
    document::Document,
    report::{Check, Finding},
};
use url::Url;

/// Every endpoint that we call, or send a browser to; and whether there is no doing without it.
const ENDPOINTS: [(&str, bool); 6] = [
    ("authorization_endpoint", true),
    ("token_endpoint", true),
    ("jwks_uri", true),
    ("userinfo_endpoint", false),
    ("end_session_endpoint", false),
    ("revocation_endpoint", false),
];

/// Whether they are there, and as safe as the issuer.
pub(crate) fn check(document: &Document, issuer: &Url) -> Finding {
    let wrong: Vec<(String, &str)> = ENDPOINTS
        .into_iter()
        .filter_map(|(name, is_required)| flaw(document, issuer, name, is_required))
        .collect();
    if wrong.is_empty() {
        return Finding::pass(Check::Endpoints, format!("all are {}", issuer.scheme()));
    }
    let mut remedies: Vec<&str> = wrong.iter().map(|(_, remedy)| *remedy).collect();
    remedies.dedup();
    let evidence: Vec<String> = wrong.iter().map(|(evidence, _)| evidence.clone()).collect();
    Finding::fail(Check::Endpoints, evidence.join("; "), remedies.join(" "))
}

const MISSING: &str = "There is no sign-in without it, and every provider's document names it: does the issuer name the \
                       provider itself, and does something between change its document?";
const NO_URL: &str =
    "An endpoint is the address of something at the provider: does something between change its document?";
const NOT_SAFE: &str = "Every endpoint must be https. authentik takes the scheme from the request: the proxy before it must \
                        send the header X-Forwarded-Proto: https and authentik must trust that proxy.";
const WITH_USER: &str = "An endpoint has no user before its host, which makes one host look like another: does something \
                         between change the document?";

/// What is wrong with an endpoint, and what to do.
fn flaw(document: &Document, issuer: &Url, name: &str, is_required: bool) -> Option<(String, &'static str)> {
    if !document.has(name) {
        return is_required.then(|| (format!("{name} is missing"), MISSING));
    }
    let Some(url) = document.url(name) else {
        return Some((format!("{name} is not a URL"), NO_URL));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Some((format!("{name} names a user"), WITH_USER));
    }
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && issuer.scheme() == "http";
    (!is_safe).then(|| (format!("{name} is {}", bare(&url)), NOT_SAFE))
}
