//! The security headers of every response, errors and static files included.

use crate::server::state::AppState;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::nonce::Nonce;
use std::collections::BTreeSet;
use url::Url;

/// Makes the request's nonce, and sets the headers when the response comes back.
pub async fn set(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    // `GET dashboard` and the like: no browser sends that, and what is behind here takes a path for granted.
    let mut response = if request.uri().path().starts_with('/') {
        next.run(request).await
    } else {
        StatusCode::BAD_REQUEST.into_response()
    };
    let framed_by = response.extensions_mut().remove::<FramedBy>();
    let headers = response.headers_mut();
    let mut policy = state.policy().with_nonce(&nonce);
    set_constant(headers, state.config().public_url.is_https());
    if let Some(FramedBy(origins)) = framed_by {
        let origins: String = origins.iter().map(|origin| format!(" {origin}")).collect();
        policy = policy.replacen(NO_FRAME, &format!("frame-ancestors{origins}"), 1);
        // It knows no origins: what it forbids it forbids to all.
        headers.remove(header::X_FRAME_OPTIONS);
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// In the extensions of a response: pages of these origins may show it in a frame. Without it nobody's may.
#[derive(Clone, Debug)]
pub struct FramedBy(pub BTreeSet<String>);

const NO_FRAME: &str = "frame-ancestors 'none'";

fn set_constant(headers: &mut HeaderMap, https: bool) {
    let mut set = |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
    // Not `no-referrer`: under it a browser's own forms send `Origin: null`, which we refuse.
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// The content security policy, less the nonce.
#[derive(Clone, Debug)]
pub struct Policy {
    form_targets: BTreeSet<String>,
    before: String,
    after: String,
}

impl Policy {
    /// Forms may be answered by a redirect to one of `form_targets`: browsers apply `form-action` to that too, and
    /// sign-out ends at the provider.
    #[must_use]
    pub fn new(form_targets: BTreeSet<String>, live_reload: Option<u32>) -> Self {
        let targets: String = form_targets.iter().map(|origin| format!(" {origin}")).collect();
        // cargo-leptos's live reload listens beside the server, in development only.
        let reload = live_reload
            .map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"))
            .unwrap_or_default();
        Self {
            form_targets,
            before: format!("default-src 'none'; base-uri 'none'; {NO_FRAME}; script-src 'nonce-"),
            after: format!(
                "' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                 manifest-src 'self'; connect-src 'self'{reload}; form-action 'self'{targets}"
            ),
        }
    }

    /// Whether a form may be answered by a redirect to `url`.
    #[must_use]
    pub fn allows_form_to(&self, url: &Url) -> bool {
        self.form_targets.contains(&url.origin().ascii_serialization())
    }

    fn with_nonce(&self, nonce: &str) -> String {
        [&self.before, nonce, &self.after].concat()
    }
}
