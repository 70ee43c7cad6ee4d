//! Every server function: its signature, and one call into the server.
//!
//! Each is a public endpoint and checks for itself; see `server/auth`. The islands submit native forms to them, so that
//! they work without JavaScript and cost the browser no client code.

use crate::shared::error::SignInError;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// `GET /api/auth/callback/{provider}`, the provider's redirect URI.
///
/// Checks the authorization response, exchanges the code, verifies the ID token and mints the one-time exchange code.
///
/// # Errors
/// None: every outcome is a redirect, to the callback page or to the sign-in page with the reason.
#[server(prefix = "/api/auth", endpoint = "callback", input = GetUrl)]
pub async fn complete_authorization() -> Result<(), SignInError> {
    crate::server::auth::callback::answer().await
}

/// `POST /api/auth/exchange`: redeems the exchange code once, for the same browser, and starts the session.
///
/// # Errors
/// [`SignInError::ExchangeFailed`] with status 401 for a server-function call; a form is redirected to the sign-in page.
#[server(prefix = "/api/auth", endpoint = "exchange")]
pub async fn redeem_exchange(
    /// The one-time exchange code.
    code: String,
    /// Where to go on; validated, else the target that the sign-in began with.
    redirect: String,
) -> Result<(), SignInError> {
    crate::server::auth::exchange::answer(code, redirect).await
}
