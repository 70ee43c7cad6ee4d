//! **callback page**: decided before it is rendered, so that Reload and Back are harmless.

use crate::{
    server::{
        state::AppState,
        store::{Kind, StoreError},
    },
    shared::{error::SignInError, paths, safe_path::SafePath, viewer::Viewer},
};
use axum::http::Uri;
use url::form_urlencoded;

/// Where to go instead of the callback page, if that was asked for and is not the place to be.
///
/// Without a code there is nothing to redeem. With one that was redeemed, a signed-in browser goes on to its target;
/// but with a fresh one it signs in again, perhaps as somebody else.
///
/// # Errors
/// When the store fails.
pub async fn decide(state: &AppState, viewer: &Viewer, asked: Uri) -> Result<Option<String>, StoreError> {
    if asked.path() != paths::CALLBACK_PAGE {
        return Ok(None);
    }
    let query = asked.query().unwrap_or_default();
    let parameter = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find_map(|(found, value)| (found == name).then_some(value))
            .filter(|value| !value.is_empty())
    };
    let target = parameter("redirect").and_then(|redirect| SafePath::parse(&redirect).ok());
    let signed_in = viewer.person().is_some();
    match parameter("exchange") {
        None if signed_in => Ok(Some(target.unwrap_or_default().to_string())),
        None => Ok(Some(paths::login(target.as_ref(), Some(SignInError::NoCode)))),
        Some(code) if signed_in && !state.one_time().contains(Kind::Exchange, &code).await? => {
            Ok(Some(target.unwrap_or_default().to_string()))
        }
        Some(_) => Ok(None),
    }
}
