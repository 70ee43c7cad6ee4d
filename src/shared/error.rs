//! Why a sign-in failed, as a browser may know it: the closed list of codes, each with a sentence and a next step.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

macro_rules! sign_in_errors {
    ($($variant:ident = $code:literal, $sentence:literal, $next_step:literal;)*) => {
        /// The closed list of reasons. Nothing of the provider's own text is among them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
        #[serde(rename_all = "snake_case")]
        pub enum SignInError {
            $(#[doc = $sentence] #[error($code)] $variant,)*
        }

        impl SignInError {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code, as in the query of the sign-in page and in JSON answers.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// What happened, in a sentence for the person who signs in.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),* }
            }

            /// What she can do next.
            #[must_use]
            pub const fn next_step(self) -> &'static str {
                match self { $(Self::$variant => $next_step),* }
            }
        }
    };
}

sign_in_errors! {
    NoCode = "no_code",
        "The sign-in came back without its code.",
        "Start again below. A bookmarked or shortened link of the sign-in does not work twice.";
    ExchangeFailed = "exchange_failed",
        "This sign-in could not be completed: its one-time code was already used, is older than a minute, or belongs to another browser.",
        "Start again below, and finish in the same browser.";
    Network = "network",
        "The connection broke while you were signing in.",
        "Check your connection, then try again.";
    StateMismatch = "state_mismatch",
        "This sign-in is not one that we know: it took longer than ten minutes, was already finished, or was not started here.",
        "Start again below.";
    BindingMissing = "binding_missing",
        "Your browser did not send back the cookie that this sign-in began with.",
        "Allow cookies for this site, and start and finish the sign-in in the same browser.";
    AccessDenied = "access_denied",
        "Access was denied at the provider.",
        "Choose another account, or ask whoever runs the provider to let you in.";
    LoginRequired = "login_required",
        "The provider wants you to sign in there first.",
        "Try again, and sign in when the provider asks.";
    ProviderError = "provider_error",
        "The provider reported an error instead of signing you in.",
        "Try again. If it stays, tell whoever runs this site.";
    ProviderUnavailable = "provider_unavailable",
        "The provider can't be reached at the moment.",
        "Try again in a minute, or use another provider.";
    UnknownProvider = "unknown_provider",
        "There is no sign-in provider of that name here.",
        "Choose one of the providers below.";
    TokenInvalid = "token_invalid",
        "The provider's answer did not pass our checks, so it was refused.",
        "Try again. If it stays, tell whoever runs this site: the reason is in its log.";
    UserinfoMismatch = "userinfo_mismatch",
        "The provider spoke of two different people in one sign-in, so it was refused.",
        "Try again. If it stays, tell whoever runs this site.";
    NotAllowed = "not_allowed",
        "Your account may not use this site.",
        "Ask whoever runs this site to admit you, or use another account.";
    EmailUnverified = "email_unverified",
        "Your e-mail address is not verified at the provider.",
        "Verify it at the provider, then sign in again, or ask whoever runs this site.";
    SessionExpired = "session_expired",
        "You were signed out because your session ended.",
        "Sign in again to go on where you were.";
    TooManyAttempts = "too_many_attempts",
        "Too many sign-ins were started from this browser or its network in a short time.",
        "Wait a minute, then try again.";
    Configuration = "configuration",
        "This provider is not set up correctly on our side.",
        "Tell whoever runs this site: the reason is in its log.";
    ServerError = "server_error",
        "Something went wrong on our side.",
        "Try again in a minute.";
}

impl SignInError {
    /// The reason of that code, if it is one of the list.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|error| error.code() == code)
    }
}

impl FromServerFnError for SignInError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Network,
            _ => Self::ServerError,
        }
    }
}
