//! What browsers reach, where this server goes another way: the public address of a provider with an internal URL.
//!
//! Whatever is found here is no failure: this server need not reach that address, and may not.

use super::{
    ask::{Answer, Asker},
    certificate,
    document::Document,
    report::{Check, Finding, Verdict},
};
use crate::server::{
    config::{ProviderConfig, plain},
    provider::discovery::document_url,
};

/// What both ways must agree on: who it is, and where people go.
const SHARED: [&str; 2] = ["issuer", "authorization_endpoint"];

/// Asks for the document where a browser would; nothing where there is one way only. `inside` is what came the other way.
pub async fn check(browser: &Asker, config: &ProviderConfig, inside: Option<&Document>) -> Vec<Finding> {
    let Some(internal) = &config.internal_url else {
        return Vec::new();
    };
    let Ok(url) = document_url(&config.issuer) else {
        return vec![Finding::skip(Check::PublicDiscovery, "no URL comes of the issuer")];
    };
    let unseen = |reason: &str| {
        let remedy = format!(
            "Browsers must reach the issuer, where they are sent to sign in; this server need not, because it goes by \
             {internal} Open {url} in a browser: it must show the document."
        );
        vec![Finding::warn(
            Check::PublicDiscovery,
            format!("{url} from here: {reason}"),
            remedy,
        )]
    };
    let answer = match browser.get(&url, "application/json").await {
        Ok(answer) if answer.status == 200 => answer,
        Ok(answer) => return unseen(&answer.summary()),
        Err(reason) => {
            return match certificate::remedy(&reason) {
                Some(remedy) => vec![Finding::warn(
                    Check::PublicDiscovery,
                    format!("{url} from here: {reason}"),
                    format!("Browsers may trust others than this machine does. {remedy}"),
                )],
                None => unseen(&reason),
            };
        }
    };
    let Ok(outside) = Document::read(&answer.body) else {
        return unseen(&format!(
            "{}, and not the JSON of a discovery document",
            answer.summary()
        ));
    };
    let mut findings = vec![match inside.and_then(|inside| difference(inside, &outside)) {
        None => Finding::pass(
            Check::PublicDiscovery,
            format!("{url} answers in {} ms", answer.took.as_millis()),
        ),
        Some(difference) => Finding::warn(
            Check::PublicDiscovery,
            difference,
            format!("Both must be the same provider: compare what answers at {internal} with what answers at {url}"),
        ),
    }];
    findings.extend(end_of_certificate(&answer, browser));
    findings
}

/// Where the two documents contradict each other.
fn difference(inside: &Document, outside: &Document) -> Option<String> {
    let name = SHARED
        .into_iter()
        .find(|name| inside.text(name) != outside.text(name))?;
    let said = |document: &Document| document.text(name).map_or_else(|| "nothing".to_owned(), plain);
    Some(format!(
        "{name} is {} for browsers, and {} for this server",
        said(outside),
        said(inside)
    ))
}

/// Said only where it is to be renewed: the one that sign-ins depend on is another.
fn end_of_certificate(answer: &Answer, browser: &Asker) -> Option<Finding> {
    let finding = certificate::check(answer, browser.now())?;
    (finding.verdict > Verdict::Skip).then(|| {
        Finding::warn(
            Check::PublicDiscovery,
            format!("the certificate that browsers see: {}", finding.evidence),
            finding.remedy.unwrap_or_default(),
        )
    })
}
