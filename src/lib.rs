//! **Vestibule**: sign-in for Leptos through any OpenID Connect provider, with every token kept on the server.
//!
//! The story of a sign-in, in order. Each step is a file of that name under `server/auth`.
//!
//! | step | who | what holds afterwards |
//! | --- | --- | --- |
//! | begin | `GET /api/auth/login/{provider}` | an attempt (state, nonce, PKCE verifier, target) is stored; the browser holds the binding cookie |
//! | callback | `GET /api/auth/callback/{provider}` | the answer is checked, the code exchanged, the ID token verified; a one-time exchange code is stored |
//! | callback page | `GET /auth/callback` | the page posts the exchange code, by itself or by its button |
//! | exchange | `POST /api/auth/exchange` | the code is spent, once, by the same browser; a fresh session stands |
//! | guard | every request | the [`shared::viewer::Viewer`] is known before anything is rendered |
//! | refresh | `POST /api/auth/refresh`, and whoever needs an access token | the provider's tokens are renewed once for all who ask, and what is known of the person with them |
//! | end | `POST /api/auth/logout` | the session is gone here, then at the provider |
//! | end, from afar | `backchannel`, `frontchannel` | what the provider says is over is gone here |
//! | sessions | `/account/sessions` | a person sees where she is signed in, and ends it there |
//! | events | `GET /api/auth/events` | every open page of a session that ended has left the screen |
//!
//! Programs have no part in it: each request of theirs shows an access token (`bearer`).
//!
//! Three roots: `shared` is compiled for both sides, `server` never reaches the browser, `ui` renders and decides nothing.

pub mod shared;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

/// Wakes the islands of the page.
#[cfg(feature = "islands")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
