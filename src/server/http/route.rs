//! Leads calls for a provider's public origin to its internal one, where the operator says that there is one.
//!
//! A provider behind a proxy may take its own name from the request, as authentik does for `iss` and every endpoint:
//! therefore the public authority is presented all the same, in `Host` and in the headers that a proxy would set.

use axum::http::{HeaderValue, header::HOST};
use reqwest::Request;
use url::Url;

/// From the public origin to the internal one.
#[derive(Clone, Debug)]
pub struct Route {
    /// Any URL of the public origin.
    public: Url,
    internal: Url,
    /// The public host, with its port where it is not the scheme's own.
    authority: HeaderValue,
}

impl Route {
    /// Leads whatever is for the origin of `public` to the origin of `internal`. `None` for a URL without a host.
    #[must_use]
    pub fn new(public: &Url, internal: &Url) -> Option<Self> {
        let host = public.host_str()?;
        let authority = match public.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        internal.host_str()?;
        Some(Self {
            public: public.clone(),
            internal: internal.clone(),
            authority: HeaderValue::try_from(authority).ok()?,
        })
    }

    /// Turns `request` to the internal origin; `false`, and nothing done, if it is for another origin than the public
    /// one: that was never said to be reachable another way.
    pub(super) fn lead(&self, request: &mut Request) -> bool {
        if request.url().origin() != self.public.origin() {
            return false;
        }
        let mut url = self.internal.clone();
        url.set_path(request.url().path());
        url.set_query(request.url().query());
        *request.url_mut() = url;
        let scheme = match self.public.scheme() {
            "https" => "https",
            _ => "http",
        };
        let headers = request.headers_mut();
        headers.insert(HOST, self.authority.clone());
        headers.insert("x-forwarded-host", self.authority.clone());
        headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
        true
    }
}
