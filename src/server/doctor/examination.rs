//! The examination of one provider, in the order in which one thing needs the other.

use super::{
    announced,
    ask::{Answer, Asker},
    certificate, clock, credentials, discovery,
    document::Document,
    endpoints, issuer, keys, public, redirect,
    report::{Check, Finding, Verdict},
    scopes,
};
use crate::server::config::{ClaimPath, ProviderConfig};
use std::time::Duration;
use url::Url;

/// A provider, and by what it is asked.
pub struct Examination {
    pub config: ProviderConfig,
    pub redirect_uri: Url,
    /// Where the provider is to tell of sign-outs.
    pub backchannel: Url,
    /// Where the groups stand among the claims.
    pub groups: ClaimPath,
    /// The way that calls of sign-ins take: by the internal URL, where there is one.
    pub asker: Asker,
    /// The way that browsers take.
    pub browser: Asker,
    /// `AUTH_CLOCK_LEEWAY`.
    pub leeway: Duration,
}

/// What can be told of an answer with the document only.
const OF_THE_DOCUMENT: [Check; 14] = [
    Check::Issuer,
    Check::Document,
    Check::Endpoints,
    Check::ResponseType,
    Check::Pkce,
    Check::SigningAlgorithm,
    Check::Keys,
    Check::Scopes,
    Check::Credentials,
    Check::RedirectUri,
    Check::EndSession,
    Check::Revocation,
    Check::BackchannelLogout,
    Check::IssParameter,
];

impl Examination {
    /// Makes every check that can be made.
    pub async fn run(self) -> Vec<Finding> {
        let (mut findings, answer, document) = discovery::fetch(&self.asker, &self.config).await;
        let by_answer = |answer: &Answer| {
            let certificate = certificate::check(answer, self.asker.now());
            certificate.into_iter().chain([clock::check(answer, self.leeway)])
        };
        let (public, read) = tokio::join!(
            public::check(&self.browser, &self.config, document.as_ref()),
            self.read(document.as_ref())
        );
        findings.extend(public);
        findings.extend(answer.iter().flat_map(by_answer));
        findings.extend(read);
        findings
    }

    async fn read(&self, document: Option<&Document>) -> Vec<Finding> {
        let Some(document) = document else {
            let reason = "the discovery document could not be read";
            return OF_THE_DOCUMENT.map(|check| Finding::skip(check, reason)).to_vec();
        };
        let who = issuer::check(&self.config, document);
        let endpoints = endpoints::check(document, &self.config.issuer);
        // A secret goes nowhere before it is known who is there.
        let is_trusted = [&who, &endpoints]
            .iter()
            .all(|finding| finding.verdict != Verdict::Fail);
        let asked = async {
            if !is_trusted {
                let skip = |check| Finding::skip(check, "the issuer or an endpoint is not as it should be");
                return (skip(Check::Credentials), skip(Check::RedirectUri));
            }
            tokio::join!(
                credentials::probe(&self.asker, &self.config, document, &self.redirect_uri),
                redirect::probe(&self.browser, &self.config, document, &self.redirect_uri),
            )
        };
        let (keys, (credentials, redirect)) = tokio::join!(keys::check(&self.asker, document), asked);
        vec![
            who,
            discovery::document(document),
            endpoints,
            announced::response_type(document),
            announced::pkce(document),
            keys::algorithm(document),
            keys,
            scopes::check(&self.config, &self.groups, document),
            credentials,
            redirect,
            announced::end_session(document),
            announced::revocation(document),
            announced::backchannel_logout(&self.config, document, &self.backchannel),
            announced::iss_parameter(document),
        ]
    }
}
