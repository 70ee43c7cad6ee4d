//! The discovery document: it can be had, it is one, and its endpoints are safe
//! ([OpenID Connect Discovery 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).

use super::{
    ask::{Answer, Asker, bare},
    certificate,
    document::Document,
    report::{Check, Finding},
};
use crate::server::{
    config::{ProviderConfig, plain, variable},
    http::HttpError,
    json,
    provider::{client::Metadata, discovery::document_url},
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

/// Fetches it: what was found, what came, and the document if it was one.
pub async fn fetch(asker: &Asker, config: &ProviderConfig) -> (Vec<Finding>, Option<Answer>, Option<Document>) {
    let issuer = variable(&config.id, "ISSUER");
    let fail = |evidence: String, remedy: String| Finding::fail(Check::Discovery, evidence, remedy);
    let Ok(url) = document_url(&config.issuer) else {
        let finding = fail(
            format!("no URL comes of {}", config.issuer),
            format!("{issuer} is the issuer as the provider shows it."),
        );
        return (vec![finding], None, None);
    };
    let asked = way(config, &url);
    let answer = match asker.get(&url, "application/json").await {
        Ok(answer) => answer,
        Err(reason) => {
            let certificate = certificate::refused(&reason);
            let remedy = unanswered(config, &url, &reason, certificate.is_some());
            let mut findings = vec![fail(format!("{asked}: {reason}"), remedy)];
            findings.extend(certificate);
            return (findings, None, None);
        }
    };
    let (finding, document) = match (answer.status, Document::read(&answer.body)) {
        (200, Ok(document)) => {
            let evidence = format!("{asked} answers in {} ms", answer.took.as_millis());
            (Finding::pass(Check::Discovery, evidence), Some(document))
        }
        (200, Err(error)) => {
            let evidence = format!(
                "{asked}: {}, and not the JSON of a discovery document: {error}",
                answer.summary()
            );
            let remedy = format!(
                "Something else answers there, such as a proxy or a sign-in page. {issuer} is the issuer as the provider \
                 shows it; in authentik, Applications > Providers > the provider > OpenID Configuration Issuer."
            );
            (fail(evidence, remedy), None)
        }
        _ => (refused(&url, &answer, &issuer, config), None),
    };
    let finding = match (inside(config), finding) {
        (
            Some(inside),
            Finding {
                remedy: Some(remedy),
                evidence,
                ..
            },
        ) => fail(evidence, format!("{inside} {remedy}")),
        (_, finding) => finding,
    };
    (vec![finding], Some(answer), document)
}

/// What to do where nothing came that can be looked at.
fn unanswered(config: &ProviderConfig, url: &Url, reason: &str, is_certificate: bool) -> String {
    let issuer = variable(&config.id, "ISSUER");
    if is_certificate {
        return "The provider answers, and only its certificate is in the way: see there.".to_owned();
    }
    if reason == HttpError::TooLong.to_string() {
        return format!(
            "No provider has that much to say of itself: does {issuer} name its issuer, and not a page or a file of \
             something else? The document is what curl {url} shows."
        );
    }
    inside(config).unwrap_or_else(|| {
        format!(
            "Is the provider up, is {issuer} its address, and can this machine reach it: name server, firewall, proxy? \
             Try: curl -v {url}"
        )
    })
}

/// What was asked for, and where, if that is not the same.
fn way(config: &ProviderConfig, url: &Url) -> String {
    match &config.internal_url {
        Some(internal) => format!("{url} by {internal}"),
        None => url.to_string(),
    }
}

/// What to look at first where this server has a way of its own.
fn inside(config: &ProviderConfig) -> Option<String> {
    let internal = config.internal_url.as_ref()?;
    Some(format!(
        "Sign-ins go by {}={internal} It must be the address of authentik's server container, not of its worker: \
         http on port 9000, or https on 9443 with a certificate that this machine trusts; in the same network as this \
         server, which authentik must trust as a proxy by AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS there.",
        variable(&config.id, "INTERNAL_URL")
    ))
}

/// Whether the issuer is one of Keycloak's, which all name a realm.
fn is_another(config: &ProviderConfig) -> bool {
    config.issuer.path().contains("/realms/")
}

fn refused(url: &Url, answer: &Answer, issuer: &str, config: &ProviderConfig) -> Finding {
    let asked = way(config, url);
    let (evidence, remedy) = match answer.status {
        404 if !config.issuer.path().contains("/application/o/") && !is_another(config) => {
            let form = format!("{}/application/o/<slug>/", config.issuer.origin().ascii_serialization());
            let remedy = format!(
                "{issuer} is the issuer as the provider shows it. An issuer of authentik's has the form {form} with the \
                 application's slug in it: Applications > Providers > the provider > OpenID Configuration Issuer."
            );
            (format!("{asked}: 404, not found"), remedy)
        }
        404 => {
            let slug = config
                .issuer
                .path()
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default();
            let remedy = format!(
                "Check the application's slug: in authentik, Applications > Applications > the application > Slug is the \
                 last part of the issuer, here \"{slug}\", and the application must have the provider. Else {issuer} is \
                 another."
            );
            (format!("{asked}: 404, not found"), remedy)
        }
        status @ 300..400 => {
            let target = answer
                .location(url)
                .map_or_else(|| "nowhere".to_owned(), |target| bare(&target));
            let remedy = format!(
                "No redirect is followed, because the answer says whom to trust: set {issuer} to what the provider shows \
                 as its issuer, with the right scheme and host."
            );
            (format!("{asked}: {status}, redirects to {target}"), remedy)
        }
        status @ 500.. => (
            format!("{asked}: {status}"),
            "The provider, or the proxy before it, is out of order: its log says why.".to_owned(),
        ),
        _ => (
            format!("{asked}: {}", answer.summary()),
            format!("The document is for everybody: does a proxy ask for a password, or is {issuer} another?"),
        ),
    };
    Finding::fail(Check::Discovery, evidence, remedy)
}

/// Whether it can be read as sign-ins read it.
pub fn document(document: &Document) -> Finding {
    match serde_json::to_vec(document.members()).map(|body| json::read::<Metadata>(&body)) {
        Ok(Ok(_)) => Finding::pass(Check::Document, "has every required member"),
        Ok(Err(error)) | Err(error) => Finding::fail(
            Check::Document,
            plain(&error.to_string()),
            "The provider's discovery document is not what OpenID Connect Discovery 3 asks for: does something between \
             change it?",
        ),
    }
}

/// Whether they are there, and as safe as the issuer.
pub fn endpoints(document: &Document, issuer: &Url) -> Finding {
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
