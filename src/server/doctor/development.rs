//! The embedded development provider, which lives in the server that may not be running.

use super::{
    ask::Asker,
    report::{Check, Finding},
};
use crate::{server::config::Config, shared::paths};

/// Whether the server is there, and so the provider in it.
pub async fn examine(config: &Config, asker: &Asker) -> Finding {
    let url = config.public_url.join(paths::HEALTHZ);
    match asker.get(&url, "*/*").await {
        Ok(answer) if answer.status == 200 => Finding::pass(
            Check::Development,
            format!(
                "on, in the server at {}; it makes its secret at each start, and is for this machine only",
                config.public_url
            ),
        ),
        _ => Finding::skip(
            Check::Development,
            &format!(
                "it is on, and lives in the server at {}: start the server first",
                config.public_url
            ),
        ),
    }
}
