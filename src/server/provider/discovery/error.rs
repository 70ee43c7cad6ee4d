//! Why a provider can't be used.

use crate::server::http::HttpError;
use std::fmt;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The discovery document.
    Document,
    /// The keys.
    Keys,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Document => "discovery",
            Self::Keys => "keys",
        })
    }
}

/// Why a provider can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// No answer.
    #[error("{what}: {source}")]
    Unreachable {
        /// The document that was asked for.
        what: What,
        /// Why.
        #[source]
        source: HttpError,
    },
    /// An answer other than 200.
    #[error("{what}: status {status}")]
    Status {
        /// The document that was asked for.
        what: What,
        /// Its status.
        status: u16,
    },
    /// Not the JSON that was expected.
    #[error("{what}: {source}")]
    Parse {
        /// The document that was asked for.
        what: What,
        /// What is wrong in it.
        #[source]
        source: serde_json::Error,
    },
    /// Somebody else.
    #[error("the configuration says issuer {configured}, discovery says {found}")]
    Issuer {
        /// The configured issuer.
        configured: String,
        /// The issuer in the document.
        found: String,
    },
    /// Only the implicit flow may do without it, and this application has no part in that.
    #[error("token_endpoint is missing")]
    NoTokenEndpoint,
    /// An endpoint that is not to be called.
    #[error("{endpoint} is {found}, expected an https URL without a user")]
    Endpoint {
        /// The endpoint's name in the document.
        endpoint: &'static str,
        /// Where it points.
        found: String,
    },
    /// Nothing to verify an ID token with.
    #[error("the provider signs with none of the asymmetric algorithms: select a Signing Key at the provider")]
    Algorithms,
    /// Nothing that an ID token could be verified with.
    #[error("the provider publishes no key that could verify a signature: select a Signing Key at the provider")]
    NoKeys,
    /// The server stopped asking.
    #[error("the question was interrupted")]
    Interrupted,
    /// A URL that can't be used.
    #[error("URL: {0}")]
    Url(#[from] url::ParseError),
    /// A request that can't be made.
    #[error("request: {0}")]
    Request(#[from] axum::http::Error),
}
