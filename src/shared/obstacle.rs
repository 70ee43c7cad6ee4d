//! What most likely keeps a browser's cookie from coming back, as far as the server can see.

use std::sync::Arc;

/// Why the cookie did not come back, for the sign-in page to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The page was asked for over http, and the cookies of this `https://` origin are sent over https alone.
    Http(Arc<str>),
    /// The page was asked for under another name than this origin's, whose cookies they are.
    Host(Arc<str>),
    /// Nothing that the server sees: then the browser refuses them.
    Refused,
}
