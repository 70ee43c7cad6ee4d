//! The client id and the client secret are right: a code that nobody has is redeemed with them, and the refusal tells.
//!
//! [RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2): `invalid_client` is about the client,
//! `invalid_grant` about the code. Some providers, authentik among them, answer 400 to both.

use super::{
    ask::{Answer, Asker},
    document::Document,
    report::{Check, Finding},
};
use crate::server::{
    config::{ClientAuth, ProviderConfig, variable},
    json,
    secret::Secret,
};
use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use url::{
    Url,
    form_urlencoded::{Serializer, byte_serialize},
};

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
    let method = method(config, document);
    let (authorization, form) = request(config, method, &code, &verifier, redirect_uri);
    let answer = asker.post(&endpoint, authorization, form).await;
    judge(config, method, &endpoint, answer)
}

/// How sign-ins authenticate: as configured, else as offered, the form first.
fn method(config: &ProviderConfig, document: &Document) -> ClientAuth {
    if let Some(configured) = config.client_auth {
        return configured;
    }
    match document.list("token_endpoint_auth_methods_supported") {
        Some(offered) if offered.contains(&"client_secret_post") => ClientAuth::ClientSecretPost,
        _ => ClientAuth::ClientSecretBasic,
    }
}

fn name(method: ClientAuth) -> &'static str {
    if method == ClientAuth::ClientSecretBasic {
        "client_secret_basic"
    } else if method == ClientAuth::ClientSecretPost {
        "client_secret_post"
    } else {
        "none"
    }
}

/// The form, and the header where there is one.
fn request(
    config: &ProviderConfig,
    method: ClientAuth,
    code: &Secret,
    verifier: &Secret,
    redirect_uri: &Url,
) -> (Option<HeaderValue>, String) {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code.expose())
        .append_pair("code_verifier", verifier.expose())
        .append_pair("redirect_uri", redirect_uri.as_str());
    let authorization = authenticate(config, method, &mut form);
    (authorization, form.finish())
}

/// Adds what proves who asks; gives out the header where that is one.
fn authenticate(config: &ProviderConfig, method: ClientAuth, form: &mut Serializer<'_, String>) -> Option<HeaderValue> {
    let secret = config.client_secret.as_ref().map(Secret::expose);
    if let (ClientAuth::ClientSecretBasic, Some(secret)) = (method, secret) {
        // RFC 6749, 2.3.1: encoded before it is joined.
        let encode = |value: &str| byte_serialize(value.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&config.client_id), encode(secret));
        let mut header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
        header.set_sensitive(true);
        return Some(header);
    }
    form.append_pair("client_id", &config.client_id);
    if let (ClientAuth::ClientSecretPost, Some(secret)) = (method, secret) {
        form.append_pair("client_secret", secret);
    }
    None
}

fn judge(config: &ProviderConfig, method: ClientAuth, endpoint: &Url, answer: Result<Answer, String>) -> Finding {
    let sent = format!("{endpoint}, by {}", name(method));
    let fail = |evidence: String, remedy: &str| Finding::fail(Check::Credentials, evidence, remedy);
    let answer = match answer {
        Ok(answer) => answer,
        Err(reason) => {
            let remedy = "Sign-ins call it from this machine: can it be reached from here?";
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
            format!("accepted by {}: only the made-up code was refused", name(method)),
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
    let (id, secret) = (variable(&config.id, "ID"), variable(&config.id, "SECRET"));
    let edit = "Applications > Providers > the provider > Edit";
    if config.client_secret.is_none() {
        return format!(
            "Compare {id} with {edit} > Client ID. There is no {secret}: Client type must be Public, or set it."
        );
    }
    let basic = if method == ClientAuth::ClientSecretBasic {
        format!(
            " authentik does not decode what Basic encodes: for it set {}=client_secret_post.",
            variable(&config.id, "CLIENT_AUTH")
        )
    } else {
        String::new()
    };
    format!(
        "Compare {id} and {secret} with {edit} > Client ID and Client Secret, without spaces or quotation marks around them; \
         Client type is Confidential.{basic}"
    )
}
