//! The discovery document: it can be had, it is one, and its endpoints are safe
//! ([OpenID Connect Discovery 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).

use super::{
    ask::{Answer, Asker, bare},
    certificate,
    document::Document,
    report::{Check, Finding},
};
use crate::server::{
    config::{ProviderConfig, variable},
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
            let remedy = inside(config).unwrap_or_else(|| {
                format!(
                    "Is the provider up, is {issuer} its address, and can this machine reach it: name server, firewall, \
                     proxy? Try: curl -v {url}"
                )
            });
            let mut findings = vec![fail(format!("{asked}: {reason}"), remedy)];
            findings.extend(certificate::refused(&reason));
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
         server, which authentik must trust as a proxy: AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS.",
        variable(&config.id, "INTERNAL_URL")
    ))
}

fn refused(url: &Url, answer: &Answer, issuer: &str, config: &ProviderConfig) -> Finding {
    let asked = way(config, url);
    let (evidence, remedy) = match answer.status {
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
            error.to_string(),
            "The provider's discovery document is not what OpenID Connect Discovery 3 asks for: does something between \
             change it?",
        ),
    }
}

/// Whether they are there, and as safe as the issuer.
pub fn endpoints(document: &Document, issuer: &Url) -> Finding {
    let wrong = ENDPOINTS.into_iter().filter_map(|(name, is_required)| {
        if !document.has(name) {
            return is_required.then(|| format!("{name} is missing"));
        }
        let Some(url) = document.url(name) else {
            return Some(format!("{name} is not a URL"));
        };
        let is_safe = url.scheme() == "https" || url.scheme() == "http" && issuer.scheme() == "http";
        (!is_safe).then(|| format!("{name} is {}", bare(&url)))
    });
    let wrong: Vec<String> = wrong.collect();
    if wrong.is_empty() {
        return Finding::pass(Check::Endpoints, format!("all are {}", issuer.scheme()));
    }
    let remedy = "Every endpoint must be https. authentik takes the scheme from the request: the proxy before it must send \
                  X-Forwarded-Proto: https, and authentik must trust that proxy.";
    Finding::fail(Check::Endpoints, wrong.join("; "), remedy)
}
