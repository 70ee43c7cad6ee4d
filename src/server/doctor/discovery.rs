//! The discovery document: it can be had, and is one
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
        Err(reason) => return (unanswered(config, &url, &reason), None, None),
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

/// What is found where nothing came that can be looked at.
pub(crate) fn unanswered(config: &ProviderConfig, url: &Url, reason: &str) -> Vec<Finding> {
    let (issuer, asked) = (variable(&config.id, "ISSUER"), way(config, url));
    if let Some(certificate) = certificate::refused(reason) {
        let evidence = format!("{asked}: its certificate is not accepted");
        let remedy = "The network is in order, and only the certificate is in the way: see there.";
        return vec![Finding::fail(Check::Discovery, evidence, remedy), certificate];
    }
    let remedy = if reason == HttpError::TooLong.to_string() {
        format!(
            "No provider has that much to say of itself: does {issuer} name its issuer, and not a page or a file of \
             something else? See what comes: curl {url}"
        )
    } else {
        inside(config).unwrap_or_else(|| {
            format!(
                "Is the provider up, is {issuer} its address, and can this machine reach it: name server, firewall, \
                 proxy? Try: curl -v {url}"
            )
        })
    };
    vec![Finding::fail(Check::Discovery, format!("{asked}: {reason}"), remedy)]
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
