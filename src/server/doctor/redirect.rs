//! The redirect URI is registered: asked for a sign-in without anybody (`prompt=none`), a provider sends its refusal to a
//! redirect URI that it knows, and shows a page of its own for one that it does not.
//!
//! [OpenID Connect Core 3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError),
//! [RFC 6749, 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2.1).

use super::{
    ask::{Answer, Asker, bare},
    certificate,
    document::Document,
    report::{Check, Finding},
    scopes,
};
use crate::server::{
    config::{ProviderConfig, variable},
    secret::Secret,
};
use url::Url;

/// What a provider answers when nobody is signed in there.
const NOBODY: [&str; 4] = [
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
];
/// What else may stand there; of others nothing is shown.
const OTHERS: [&str; 8] = [
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "request_not_supported",
];

/// Asks for a sign-in without anybody, where a browser would.
pub async fn probe(asker: &Asker, config: &ProviderConfig, document: &Document, redirect_uri: &Url) -> Finding {
    let Some(mut url) = document.url("authorization_endpoint") else {
        return Finding::skip(Check::RedirectUri, "authorization_endpoint is missing");
    };
    let (Ok(state), Ok(nonce), Ok(verifier)) = (Secret::random(), Secret::random(), Secret::random()) else {
        return Finding::skip(Check::RedirectUri, "the system gave no randomness");
    };
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &config.client_id)
        .append_pair("redirect_uri", redirect_uri.as_str())
        .append_pair("scope", &scopes::asked(config, document))
        .append_pair("state", state.expose())
        .append_pair("nonce", nonce.expose())
        .append_pair("code_challenge", &verifier.digest())
        .append_pair("code_challenge_method", "S256")
        .append_pair("prompt", "none");
    match asker.get(&url, "text/html").await {
        Ok(answer) => judge(config, &url, redirect_uri, &answer),
        // Where this server goes another way, it need not reach what browsers reach.
        Err(reason) if config.internal_url.is_some() => {
            Finding::skip(Check::RedirectUri, &format!("{}: {reason}", bare(&url)))
        }
        Err(reason) => Finding::fail(
            Check::RedirectUri,
            format!("{}: {reason}", bare(&url)),
            certificate::remedy(&reason)
                .unwrap_or("Browsers are sent there: is it the public address of the provider?"),
        ),
    }
}

fn judge(config: &ProviderConfig, url: &Url, redirect_uri: &Url, answer: &Answer) -> Finding {
    let register = format!(
        "In authentik: Applications > Providers > the provider > Edit > Redirect URIs/Origins: Strict, {redirect_uri} And \
         compare {} with its Client ID.",
        variable(&config.id, "ID")
    );
    match answer.location(url) {
        Some(target) if is_ours(&target, redirect_uri) => accepted(config, redirect_uri, &target),
        Some(target) => {
            let evidence = format!("can't be told: the provider goes to {} first", bare(&target));
            let remedy = format!("It asks people to sign in before it looks. Should it refuse then: {register}");
            Finding::warn(Check::RedirectUri, evidence, remedy)
        }
        None if answer.status >= 500 => Finding::fail(
            Check::RedirectUri,
            format!("{}: {}", bare(url), answer.summary()),
            "The provider is out of order: its log says why. In authentik a Regex redirect URI with [ in it may be the \
             reason: use Strict.",
        ),
        None if answer.status >= 400 => {
            let evidence = format!(
                "refused {redirect_uri} on a page of the provider's ({})",
                answer.summary()
            );
            Finding::fail(Check::RedirectUri, evidence, register)
        }
        None => {
            let evidence = format!("can't be told: the provider shows a page ({})", answer.summary());
            let remedy = format!("If people see an error there: {register}");
            Finding::warn(Check::RedirectUri, evidence, remedy)
        }
    }
}

fn is_ours(target: &Url, redirect_uri: &Url) -> bool {
    target.origin() == redirect_uri.origin() && target.path() == redirect_uri.path()
}

/// The provider sent its answer to us; what it says besides.
fn accepted(config: &ProviderConfig, redirect_uri: &Url, target: &Url) -> Finding {
    let in_fragment = target.fragment().unwrap_or_default().as_bytes();
    let error = target
        .query_pairs()
        .chain(url::form_urlencoded::parse(in_fragment))
        .find_map(|(name, value)| (name == "error").then_some(value));
    let error = match error.as_deref() {
        Some(error) if !NOBODY.contains(&error) => error,
        _ => return Finding::pass(Check::RedirectUri, format!("{redirect_uri} is registered")),
    };
    let code = OTHERS
        .into_iter()
        .find(|known| *known == error)
        .unwrap_or("an error of its own");
    let evidence = format!("{redirect_uri} is registered, and the answer is {code}");
    match refusal(config, code) {
        Some(remedy) => Finding::fail(Check::RedirectUri, evidence, remedy),
        None => {
            let remedy = match code {
                "access_denied" => {
                    "Whoever is signed in by this machine may not use the application: look at its bindings."
                }
                _ => "The provider's log says why.",
            };
            Finding::warn(Check::RedirectUri, evidence, remedy)
        }
    }
}

/// What to do about an answer that everybody gets who wants to sign in.
fn refusal(config: &ProviderConfig, code: &str) -> Option<String> {
    Some(match code {
        "invalid_scope" => format!(
            "The provider does not give this client a scope that {} asks for: allow it there, or leave it out here. In \
             authentik: Applications > Providers > the provider > Edit > Advanced protocol settings > Scopes: select the \
             mapping of each.",
            variable(&config.id, "SCOPES")
        ),
        "unauthorized_client" => "The provider does not let this client use the authorization code flow. In authentik 2026.5 \
                                  and newer: Applications > Providers > the provider > Edit > Grant types: Authorization \
                                  Code and Refresh Token."
            .to_owned(),
        "unsupported_response_type" => "The provider gives this client no code (response_type=code): allow it the \
                                        authorization code flow, which others call the standard flow."
            .to_owned(),
        _ => return None,
    })
}
