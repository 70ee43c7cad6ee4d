//! The two cookies: what they are called, and every attribute they have.

use crate::server::{secret::Secret, session::Id};
use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};

/// How long the binding cookie lasts: as long as a sign-in may take.
const BINDING_LIFE: Duration = Duration::minutes(10);

/// The length of a binding: 256 bits in base64url.
const BINDING_LENGTH: usize = 43;

/// The names of the cookies, by scheme.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// `secure` on https: then the names carry the `__Host-` prefix, which keeps other hosts from setting them.
    #[must_use]
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// The session id that the browser sent, if it is one.
    #[must_use]
    pub fn session(self, headers: &HeaderMap) -> Option<Id> {
        find(headers, self.session_name())?.parse().ok()
    }

    /// The browser binding that the browser sent, if it can be one.
    #[must_use]
    pub fn binding(self, headers: &HeaderMap) -> Option<Secret> {
        let value = find(headers, self.binding_name())?;
        (value.len() == BINDING_LENGTH).then(|| Secret::new(value))
    }

    /// The header that sets the session cookie for `life`.
    #[must_use]
    pub fn set_session(self, id: Id, life: Duration) -> Option<HeaderValue> {
        self.header(self.session_name(), &id.to_string(), life)
    }

    /// The header that removes the session cookie.
    #[must_use]
    pub fn remove_session(self) -> Option<HeaderValue> {
        self.header(self.session_name(), "", Duration::ZERO)
    }

    /// The header that sets the binding cookie.
    #[must_use]
    pub fn set_binding(self, binding: &Secret) -> Option<HeaderValue> {
        self.header(self.binding_name(), binding.expose(), BINDING_LIFE)
    }

    /// Whether a response sets or removes the session cookie itself.
    #[must_use]
    pub fn sets_session(self, headers: &HeaderMap) -> bool {
        headers.get_all(SET_COOKIE).iter().any(|header| {
            let rest = header.as_bytes().strip_prefix(self.session_name().as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"="))
        })
    }

    const fn session_name(self) -> &'static str {
        if self.secure { "__Host-vestibule" } else { "vestibule" }
    }

    const fn binding_name(self) -> &'static str {
        if self.secure {
            "__Host-vestibule-login"
        } else {
            "vestibule-login"
        }
    }

    /// The one place that knows the attributes. A removal must repeat them, or a browser ignores it.
    fn header(self, name: &'static str, value: &str, life: Duration) -> Option<HeaderValue> {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(life)
            .build();
        HeaderValue::from_str(&cookie.to_string()).ok()
    }
}

fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        // A cookie of somebody else may hold any byte; it must not hide ours.
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}
