//! The client id and the client secret, or the key, are right: a code that nobody has is redeemed with them, as a sign-in
//! redeems one, and the refusal tells.
//!
//! [RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2): `invalid_client` is about the client,
//! `invalid_grant` about the code. Some providers, authentik among them, answer 400 to both.

use super::{
    ask::{Answer, Asker},
    certificate,
    document::Document,
    report::{Check, Finding},
};
use crate::server::{
    config::{ClientAuth, ProviderConfig, plain, variable},
    json,
    provider::client_auth::{self, Identity},
    secret::Secret,
};
use serde_json::{Map, Value};
use url::Url;

/// The codes of RFC 6749; of others nothing is shown.
const CODES: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

const GRANT_TYPES: &str = "The client may not use the authorization code grant. In authentik 2026.5 and newer: Applications > \
                           Providers > the provider > Edit > Grant types: Authorization Code and Refresh Token.";

/// Redeems a code that nobody has.
pub async fn probe(asker: &Asker, config: &ProviderConfig, document: &Document, redirect_uri: &Url) -> Finding {
    let Some(endpoint) = document.url("token_endpoint") else {
        return Finding::skip(Check::Credentials, "token_endpoint is missing");
    };
    let (Ok(code), Ok(verifier)) = (Secret::random(), Secret::random()) else {
        return Finding::skip(Check::Credentials, "the system gave no randomness");
    };
    let offered = document.list("token_endpoint_auth_methods_supported");
    let offers_form = offered.is_some_and(|offered| offered.contains(&"client_secret_post"));
    let identity = Identity {
        config,
        method: client_auth::choose(config, offers_form),
        issuer: document.text("issuer").unwrap_or_default(),
        clock: asker.clock(),
    };
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("code_verifier", verifier.expose()),
        ("redirect_uri", redirect_uri.as_str()),
    ];
    let request = client_auth::form(&endpoint, &fields).and_then(|request| identity.authenticate(request));
    let answer = match request {
        Ok(request) => asker.send(request).await,
        Err(error) => Err(error.to_string()),
    };
    judge(config, identity.method, &endpoint, answer)
}

fn judge(config: &ProviderConfig, method: ClientAuth, endpoint: &Url, answer: Result<Answer, String>) -> Finding {
    let sent = format!("{}, by {method}", plain(endpoint.as_str()));
    let fail = |evidence: String, remedy: &str| Finding::fail(Check::Credentials, evidence, remedy);
    let answer = match answer {
        Ok(answer) => answer,
        Err(reason) => {
            let remedy = certificate::remedy(&reason)
                .unwrap_or("Sign-ins call it from this machine: can it be reached from here?");
            return fail(format!("{sent}: {reason}"), remedy);
        }
    };
    let error = json::read::<Map<String, Value>>(&answer.body)
        .ok()
        .and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    let known = error
        .as_deref()
        .and_then(|error| CODES.into_iter().find(|code| *code == error));
    let evidence = |what: &str| format!("{sent}: {} {what}", answer.status);
    match known {
        _ if answer.status >= 500 => fail(
            evidence("and no answer to the question"),
            "The provider is out of order: its log says why.",
        ),
        Some("invalid_grant") => Finding::pass(
            Check::Credentials,
            format!("accepted by {method}: only the made-up code was refused"),
        ),
        Some("invalid_client") => fail(evidence("invalid_client"), &mismatch(config, method)),
        Some(code @ ("unauthorized_client" | "unsupported_grant_type")) => fail(evidence(code), GRANT_TYPES),
        Some(code) => Finding::warn(
            Check::Credentials,
            evidence(code),
            format!(
                "The provider stopped before it looked at the credentials, so that they can't be told. {GRANT_TYPES}"
            ),
        ),
        None if error.is_some() => Finding::warn(
            Check::Credentials,
            evidence("with an error that OAuth does not know"),
            "The credentials can't be told by it: the provider's log may say more.",
        ),
        None if (200..300).contains(&answer.status) => fail(
            evidence("for a code that was made up"),
            "A provider that answers so to any code is not to be trusted, or something else answers in its place.",
        ),
        None => fail(
            format!("{sent}: {}, and not the JSON of an error", answer.summary()),
            "Something else answers there, such as a proxy, a firewall or a sign-in page.",
        ),
    }
}

/// What to compare.
fn mismatch(config: &ProviderConfig, method: ClientAuth) -> String {
    let [id, secret, key] = ["ID", "SECRET", "KEY"].map(|ending| variable(&config.id, ending));
    let edit = "Applications > Providers > the provider > Edit";
    let compare = |more: &str| {
        format!(
            "Compare {id} and {secret} with {edit} > Client ID and Client Secret, without spaces or quotation marks around \
             them; Client type is Confidential.{more}"
        )
    };
    match method {
        ClientAuth::None => {
            format!(
                "Compare {id} with {edit} > Client ID. There is no {secret}: Client type must be Public, or set it."
            )
        }
        ClientAuth::ClientSecretPost => compare(""),
        ClientAuth::ClientSecretBasic => compare(&format!(
            " authentik does not decode what Basic encodes: for it set {}=client_secret_post",
            variable(&config.id, "CLIENT_AUTH")
        )),
        ClientAuth::PrivateKeyJwt => {
            // Nothing of it is a secret, and the operator finds it nowhere else but in the server's log.
            let jwk = config.client_key.as_ref().map(|key| key.public_jwk().to_string());
            format!(
                "Compare {id}, and register the public half of {key} for this client at the provider, with \
                 private_key_jwt as its method. authentik knows no private_key_jwt for the code: there set {secret} instead \
                 of {key}. The public half: {}",
                jwk.unwrap_or_default()
            )
        }
    }
}
