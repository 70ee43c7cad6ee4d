//! One error inside, a variant per check; one closed list outside. Logged once, at the edge.

use crate::{
    server::{auth::admission, config::ClientAuth, provider::discovery::DiscoveryError, store::StoreError},
    shared::error::SignInError,
};
use std::sync::Arc;

/// Why a sign-in stops. Its message is for the log: it names the check and never a token, code or secret.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// No provider of that id is configured.
    #[error("no provider of that id is configured")]
    UnknownProvider,
    /// The provider can't be used now.
    #[error("discovery failed: {0}")]
    Discovery(#[from] Arc<DiscoveryError>),
    /// A parameter came twice ([RFC 6749, 3.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-3.1)).
    #[error("the parameter `{0}` came more than once")]
    DuplicateParameter(&'static str),
    /// The answer is longer than any that a provider sends.
    #[error("the query is too long")]
    TooLong,
    /// A parameter is longer than any that a provider sends.
    #[error("the parameter `{0}` is too long")]
    ParameterTooLong(&'static str),
    /// A parameter of a response type or mode that was not asked for
    /// ([OAuth 2.0 Multiple Response Types](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html)).
    #[error(
        "the parameter `{0}` belongs to a response type or mode that was not asked for: let the provider answer with a code in the query"
    )]
    ForeignParameter(&'static str),
    /// No open attempt has this `state`: unknown, expired, or taken before.
    #[error("no open attempt has this state")]
    UnknownState,
    /// The browser did not return the binding cookie.
    #[error("the browser did not return the binding cookie")]
    BindingMissing,
    /// The browser came back from the provider without the cookie too often, and would again.
    #[error("the browser keeps coming back without the binding cookie")]
    Cookieless,
    /// The attempt was begun in another browser.
    #[error("the attempt was begun in another browser")]
    BindingMismatch,
    /// The answer came on another provider's redirect URI: a mix-up.
    #[error("the answer came on the redirect URI of another provider")]
    ProviderMismatch,
    /// [RFC 9207, 2.4](https://www.rfc-editor.org/rfc/rfc9207.html#section-2.4).
    #[error("the `iss` of the answer is not the provider's issuer")]
    IssuerMismatch,
    /// [RFC 9207, 2.4](https://www.rfc-editor.org/rfc/rfc9207.html#section-2.4).
    #[error("the provider announces `iss` in its answers, and this one has none")]
    IssuerMissing,
    /// The provider answered with an error of this meaning.
    #[error("the provider answered `{code}`")]
    Provider {
        /// One of the registered codes, or `another error`.
        code: &'static str,
        /// What the person is told.
        public: SignInError,
    },
    /// Neither a code nor an error came back.
    #[error("the answer has neither `code` nor `error`")]
    CodeMissing,
    /// The token endpoint can't be reached.
    #[error("the token endpoint failed: {0}")]
    TokenUnreachable(String),
    /// The token endpoint refused.
    #[error("the token endpoint answered `{code}`")]
    TokenRefused {
        /// One of the registered codes, or `another error`.
        code: &'static str,
    },
    /// The token endpoint refused the application itself.
    #[error("the token endpoint answered `{code}` to this application, which authenticates by `{method}`")]
    ClientRefused {
        /// One of the registered codes.
        code: &'static str,
        /// How it authenticated.
        method: ClientAuth,
    },
    /// The token endpoint's answer is not one.
    #[error("the token endpoint's answer can't be read: {0}")]
    TokenAnswer(String),
    /// The ID token or the answer around it failed a check.
    #[error("token check failed: {0}")]
    Token(String),
    /// The ID token failed a check by what is known of the provider, which could not be asked anew.
    #[error("token check failed: {0}; the provider could not be asked again whether that still holds")]
    TokenUndecided(String),
    /// The userinfo endpoint can't be reached.
    #[error("the userinfo endpoint failed: {0}")]
    UserInfoUnreachable(String),
    /// The userinfo endpoint's answer is not one.
    #[error("userinfo failed: {0}")]
    UserInfo(String),
    /// The userinfo endpoint speaks of somebody else
    /// ([OpenID Connect Core 5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
    #[error("the `sub` of userinfo is not the ID token's")]
    UserInfoSubject,
    /// The person may not sign in.
    #[error("not admitted: {0}")]
    NotAdmitted(#[from] admission::Refusal),
    /// No exchange waits under this code: unknown, expired, or redeemed before.
    #[error("no exchange waits under this code")]
    UnknownExchange,
    /// The exchange belongs to another browser.
    #[error("the exchange belongs to another browser")]
    ExchangeBinding,
    /// The provider has ended the session before it began.
    #[error("the provider has ended the session since its person was verified")]
    EndedMeanwhile,
    /// There is no session, or none any more.
    #[error("there is no session")]
    SessionGone,
    /// The provider gave no refresh token, or has none for this session.
    #[error("the provider gave no refresh token")]
    NoRefreshToken,
    /// The provider refuses the refresh token: revoked, expired, or used before
    /// ([RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2)).
    #[error("the provider refuses the refresh token")]
    RefreshRefused,
    /// The provider of that id has another issuer than the one that gave the refresh token.
    #[error("the provider has another issuer than the one that gave the refresh token")]
    RefreshIssuer,
    /// [OpenID Connect Core 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse).
    #[error("the `sub` of the refreshed ID token is another person's")]
    RefreshSubject,
    /// Another instance is at it, and does not come to an end.
    #[error("another renewal of the same session does not come to an end")]
    RefreshBusy,
    /// The store failed.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// Something that this server should have had was missing.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl AuthError {
    /// What the person is told.
    #[must_use]
    pub fn public(&self) -> SignInError {
        match self {
            Self::UnknownProvider => SignInError::UnknownProvider,
            Self::Discovery(error) => match &**error {
                DiscoveryError::Unreachable { .. }
                | DiscoveryError::Status { .. }
                | DiscoveryError::Parse { .. }
                | DiscoveryError::Interrupted => SignInError::ProviderUnavailable,
                DiscoveryError::Issuer { .. }
                | DiscoveryError::NoTokenEndpoint
                | DiscoveryError::Endpoint { .. }
                | DiscoveryError::Algorithms
                | DiscoveryError::NoKeys
                | DiscoveryError::Url(_)
                | DiscoveryError::Request(_) => SignInError::Configuration,
            },
            Self::DuplicateParameter(_)
            | Self::TooLong
            | Self::ParameterTooLong(_)
            | Self::UnknownState
            | Self::BindingMismatch
            | Self::ProviderMismatch
            | Self::IssuerMismatch
            | Self::IssuerMissing => SignInError::StateMismatch,
            Self::BindingMissing => SignInError::BindingMissing,
            Self::Cookieless => SignInError::TooManyAttempts,
            Self::Provider { public, .. } => *public,
            Self::CodeMissing => SignInError::NoCode,
            Self::TokenUnreachable(_) | Self::UserInfoUnreachable(_) | Self::RefreshBusy => {
                SignInError::ProviderUnavailable
            }
            Self::SessionGone | Self::RefreshRefused => SignInError::SessionExpired,
            Self::NoRefreshToken => SignInError::LoginRequired,
            Self::ClientRefused { .. } => SignInError::Configuration,
            Self::TokenRefused { .. } | Self::UserInfo(_) => SignInError::ProviderError,
            Self::TokenAnswer(_)
            | Self::Token(_)
            | Self::TokenUndecided(_)
            | Self::ForeignParameter(_)
            | Self::RefreshIssuer
            | Self::RefreshSubject => SignInError::TokenInvalid,
            Self::NotAdmitted(refusal) if refusal.is_about_verification() => SignInError::EmailUnverified,
            Self::NotAdmitted(_) => SignInError::NotAllowed,
            Self::UserInfoSubject => SignInError::UserinfoMismatch,
            Self::UnknownExchange | Self::ExchangeBinding | Self::EndedMeanwhile => SignInError::ExchangeFailed,
            Self::Store(_) | Self::Internal(_) => SignInError::ServerError,
        }
    }

    /// Logs the failure of `step`, once: an error when the server or its configuration is the reason, else information.
    pub fn log(&self, step: &'static str, provider: Option<&str>) {
        let code = self.public().code();
        match self.public() {
            SignInError::ServerError | SignInError::Configuration | SignInError::ProviderUnavailable => {
                tracing::error!(step, provider, code, reason = %self, "sign-in failed");
            }
            _ => tracing::info!(step, provider, code, reason = %self, "sign-in refused"),
        }
    }
}
