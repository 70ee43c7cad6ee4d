//! Every URL once.

use crate::shared::{error::SignInError, safe_path::SafePath};
use url::form_urlencoded::Serializer;

/// The public front page.
pub const HOME: &str = "/";
/// The sign-in page.
pub const LOGIN: &str = "/auth/login";
/// The page that redeems the one-time exchange code.
pub const CALLBACK_PAGE: &str = "/auth/callback";
/// Where sign-out ends; it never signs in by itself.
pub const SIGNED_OUT: &str = "/auth/signed-out";
/// The first protected page, and the target when none was asked for.
pub const DASHBOARD: &str = "/dashboard";
/// Who one is, here and at the provider.
pub const ACCOUNT: &str = "/account";
/// Where one is signed in, to end it there.
pub const ACCOUNT_SESSIONS: &str = "/account/sessions";
/// Everything for the role `admin`.
pub const ADMIN: &str = "/admin";

/// `GET …/{provider}`: begins a sign-in.
pub const API_LOGIN: &str = "/api/auth/login";
/// `GET …/{provider}`: the provider's redirect URI.
pub const API_CALLBACK: &str = "/api/auth/callback";
/// `POST`: redeems the exchange code.
pub const API_EXCHANGE: &str = "/api/auth/exchange";
/// `GET`: who am I.
pub const API_SESSION: &str = "/api/auth/session";
/// `GET`: the configured providers.
pub const API_PROVIDERS: &str = "/api/auth/providers";
/// `POST`: renews the provider's tokens.
pub const API_REFRESH: &str = "/api/auth/refresh";
/// `POST`: ends the session.
pub const API_LOGOUT: &str = "/api/auth/logout";
/// `POST …/{provider}`: the provider ends sessions, from server to server.
pub const API_BACKCHANNEL_LOGOUT: &str = "/api/auth/backchannel-logout";
/// `GET …/{provider}`: the provider ends sessions, in a frame of its page.
pub const API_FRONTCHANNEL_LOGOUT: &str = "/api/auth/frontchannel-logout";
/// `GET`: who am I, for programs too.
pub const API_ME: &str = "/api/v1/me";
/// `POST`: ends sessions of one's own, from [`ACCOUNT_SESSIONS`].
pub const API_SESSIONS_END: &str = "/api/auth/sessions/end";
/// `GET`: tells the pages of a session when it ends, as an event stream.
pub const API_EVENTS: &str = "/api/auth/events";
/// Alive.
pub const HEALTHZ: &str = "/healthz";
/// Ready: database and Redis answer.
pub const READYZ: &str = "/readyz";

/// The role that opens [`ADMIN`].
pub const ADMIN_ROLE: &str = "admin";

/// Who may see a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and has this role.
    Role(&'static str),
}

/// Every page, each a route of the same path.
pub const PAGES: &[&str] = &[
    HOME,
    LOGIN,
    CALLBACK_PAGE,
    SIGNED_OUT,
    DASHBOARD,
    ACCOUNT,
    ACCOUNT_SESSIONS,
    ADMIN,
];

/// Pages for everybody. A page that is not among them is private, so that a forgotten line closes a page, never opens it.
const PUBLIC_PAGES: &[&str] = &[HOME, LOGIN, CALLBACK_PAGE, SIGNED_OUT];

/// Who may see what is at `path`, a route as the router matched it. What is under `/api` checks for itself.
#[must_use]
pub fn access(path: &str) -> Access {
    if is_under(path, ADMIN) {
        Access::Role(ADMIN_ROLE)
    } else if PUBLIC_PAGES.contains(&path) || is_under(path, "/api") {
        Access::Public
    } else {
        Access::SignedIn
    }
}

/// Whether `path` is `root` or lies below it.
#[must_use]
pub fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The sign-in page, with the reason why one is there and the target kept.
#[must_use]
pub fn login(redirect: Option<&SafePath>, error: Option<SignInError>) -> String {
    with_query(
        LOGIN,
        &[
            ("error", error.map(SignInError::code)),
            ("redirect", redirect.map(SafePath::as_str)),
        ],
    )
}

/// The URL that begins a sign-in at `provider`.
#[must_use]
pub fn begin(provider: &str, redirect: Option<&SafePath>) -> String {
    with_query(
        &format!("{API_LOGIN}/{provider}"),
        &[("redirect", redirect.map(SafePath::as_str))],
    )
}

/// The callback page with the one-time exchange code.
#[must_use]
pub fn callback_page(exchange: &str, redirect: &SafePath) -> String {
    with_query(
        CALLBACK_PAGE,
        &[("exchange", Some(exchange)), ("redirect", Some(redirect.as_str()))],
    )
}

fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
