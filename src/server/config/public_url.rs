//! The public origin, and what is loopback.

use super::{PublicUrl, mistakes::Refusal};
use std::fmt;
use url::{Host, Url};

impl PublicUrl {
    /// Parses an origin.
    ///
    /// # Errors
    /// What is expected instead: `https`, or `http` on loopback, and no path, query, fragment or user.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let url = web_url(text)?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || text.contains('@') {
            return Err(
                "an origin only, such as https://app.example.com, without path, query, fragment or user".into(),
            );
        }
        Ok(Self(url))
    }

    /// Scheme, host and port, without a trailing slash, as in the `Origin` header.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The URL of a path of ours, which may have a query and a fragment.
    #[must_use]
    pub fn join(&self, path: &str) -> Url {
        match self.0.join(path) {
            Ok(url) if url.origin() == self.0.origin() => url,
            // Not a path of ours: then it becomes one, rather than another origin.
            _ => {
                let mut url = self.0.clone();
                url.set_path(path);
                url
            }
        }
    }

    /// Whether cookies are `Secure` and have the `__Host-` prefix.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The host; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origin())
    }
}

/// Parses an issuer ([OpenID Connect Discovery 1.0, 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)):
/// no query, no fragment.
pub(super) fn issuer(text: &str) -> Result<Url, Refusal> {
    let url = web_url(text)?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if url.query().is_some() || url.fragment().is_some() || has_user {
        return Err("the issuer URL as the provider shows it, without query, fragment or user".into());
    }
    if url
        .path()
        .trim_end_matches('/')
        .ends_with("/.well-known/openid-configuration")
    {
        return Err("the issuer alone, without /.well-known/openid-configuration at its end".into());
    }
    Ok(url)
}

/// Parses an absolute URL; `https`, or `http` on loopback.
fn web_url(text: &str) -> Result<Url, Refusal> {
    let has_scheme = ["https://", "http://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    // A browser's parser drops control characters and reads a backslash as a slash: what is compared later would differ.
    let is_plain = !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\');
    let url = Url::parse(text).ok().filter(|_| has_scheme && is_plain);
    let url = url.ok_or("an absolute URL that begins with https://")?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err("https:// in front; http:// is for localhost, 127.0.0.1 and [::1] alone".into());
    }
    Ok(url)
}

/// Whether the host is `localhost`, in `127.0.0.0/8`, or `[::1]`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
