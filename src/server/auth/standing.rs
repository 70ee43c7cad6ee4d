//! Whether a session still stands under the configuration as it is now, which may be another than at the sign-in.

use super::{admission, person};
use crate::server::{session::payload::SignedIn, state::AppState};
use url::Url;

/// Gives its person the roles that her groups grant now. Gives out whether the session may go on: its provider is
/// configured, as the same issuer, and would still let her in.
pub(super) fn settle(state: &AppState, signed_in: &mut SignedIn) -> bool {
    let user = &mut signed_in.user;
    let Some(provider) = state.providers().find(&user.provider) else {
        return false;
    };
    if !is_of(&provider.config.issuer, &signed_in.issuer) && !is_embedded(state, &provider.config.issuer) {
        return false;
    }
    let facts = admission::Facts {
        email: user.email.as_deref(),
        email_verified: user.email_verified,
        groups: Some(&user.groups),
    };
    if admission::check(&provider.config.admission, facts).is_err() {
        return false;
    }
    user.roles = person::granted(&user.groups, &state.config().roles);
    true
}

/// Whether they are the same, but for a slash at the end.
fn is_of(configured: &Url, issuer: &str) -> bool {
    let bare = |issuer: &'_ str| issuer.strip_suffix('/').map_or(issuer.len(), str::len);
    let configured = configured.as_str();
    configured[..bare(configured)] == issuer[..bare(issuer)]
}

/// The embedded provider moves with the application.
fn is_embedded(state: &AppState, configured: &Url) -> bool {
    state.dev_idp().is_some_and(|idp| idp.issuer() == *configured)
}
