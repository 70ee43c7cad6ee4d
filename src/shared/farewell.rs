//! What the page after a sign-out knows.

use std::sync::Arc;

/// The provider of this name was asked to end its session, too, and has sent the browser back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell(pub Arc<str>);
