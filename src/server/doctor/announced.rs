//! What the document promises, and what its absence means.

use super::{
    admission::is_authentik,
    document::Document,
    report::{Check, Finding},
};
use crate::server::config::{ProviderConfig, plain};
use url::Url;

/// The authorization code flow.
pub fn response_type(document: &Document) -> Finding {
    match document.list("response_types_supported") {
        Some(types) if types.contains(&"code") => Finding::pass(Check::ResponseType, "code"),
        found => {
            let found = found.map_or_else(|| "nothing".to_owned(), |types| plain(&types.join(", ")));
            let remedy = "The provider must offer the authorization code flow to this client, response type code.";
            Finding::fail(Check::ResponseType, format!("offers {found}"), remedy)
        }
    }
}

/// [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636.html), which is always used here, always with S256.
pub fn pkce(document: &Document) -> Finding {
    match document.list("code_challenge_methods_supported") {
        Some(methods) if methods.contains(&"S256") => Finding::pass(Check::Pkce, "S256"),
        None => Finding::warn(
            Check::Pkce,
            "the provider does not say whether it knows PKCE",
            "PKCE is used all the same; a provider that does not know it should ignore it, and then does not protect the \
             code by it.",
        ),
        Some(methods) => Finding::fail(
            Check::Pkce,
            format!(
                "offers {}, not S256",
                if methods.is_empty() {
                    "nothing".to_owned()
                } else {
                    plain(&methods.join(", "))
                }
            ),
            "Only S256 is used here, because plain protects nothing: allow S256 at the provider. authentik always offers \
             it: does something between change the document?",
        ),
    }
}

/// [RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html).
pub fn end_session(document: &Document) -> Finding {
    if document.has("end_session_endpoint") {
        return Finding::pass(Check::EndSession, "end_session_endpoint is there");
    }
    let remedy = "Signing out ends the session here only: the provider signs in again without a question. authentik has the \
                  endpoint as soon as the provider belongs to an application.";
    Finding::warn(Check::EndSession, "end_session_endpoint is missing", remedy)
}

/// [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009.html).
pub fn revocation(document: &Document) -> Finding {
    if document.has("revocation_endpoint") {
        return Finding::pass(Check::Revocation, "revocation_endpoint is there");
    }
    let remedy =
        "Tokens live on at the provider after a sign-out, until they expire: keep the access token's validity short.";
    Finding::warn(Check::Revocation, "revocation_endpoint is missing", remedy)
}

/// [Back-Channel Logout](https://openid.net/specs/openid-connect-backchannel-1_0.html): whether the provider can tell of
/// sign-outs there, and that it is to tell them at `address`, which nothing that it publishes says.
pub fn backchannel_logout(config: &ProviderConfig, document: &Document, address: &Url) -> Finding {
    if document.promises("backchannel_logout_supported") {
        let evidence = format!("announced; to be registered at the provider, which must reach it: {address}");
        return Finding::pass(Check::BackchannelLogout, evidence);
    }
    if is_authentik(config) {
        let remedy = format!(
            "A session that ends at the provider does not end here before its time. authentik can do it from 2025.8 on: \
             there, Applications > Providers > the provider > Edit > Logout URI, with the logout method Back-channel: {address}"
        );
        return Finding::warn(Check::BackchannelLogout, "not announced", remedy);
    }
    let reason = "the provider announces none, and a session that ends there ends here in its own time";
    Finding::skip(Check::BackchannelLogout, reason)
}

/// [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207.html).
pub fn iss_parameter(document: &Document) -> Finding {
    let evidence = if document.promises("authorization_response_iss_parameter_supported") {
        "announced, and therefore required in every answer"
    } else {
        "not announced; the redirect URI of its own stands against mix-up"
    };
    Finding::pass(Check::IssParameter, evidence)
}
