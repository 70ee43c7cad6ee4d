//! A call of a server function, as its body sees it.

use crate::{
    server::{negotiation, state::AppState},
    shared::{error::SignInError, viewer::Viewer},
};
use axum::http::{HeaderValue, StatusCode, header::LOCATION, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// A call of a server function: what it may read, and how it answers.
pub struct Call {
    /// The application.
    pub state: AppState,
    /// The request, without its body.
    pub parts: Parts,
    /// The answer's status and headers.
    pub response: ResponseOptions,
}

impl Call {
    /// The call that is going on.
    ///
    /// # Errors
    /// [`SignInError::ServerError`] outside one.
    pub fn current() -> Result<Self, SignInError> {
        let call = || {
            Some(Self {
                state: use_context()?,
                parts: use_context()?,
                response: use_context()?,
            })
        };
        call().ok_or(SignInError::ServerError)
    }

    /// Whether a form in a browser made it, rather than a program.
    #[must_use]
    pub fn is_form(&self) -> bool {
        negotiation::is_navigation(&self.parts.headers)
    }

    /// Who calls, as the guard knows it.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        self.parts.extensions.get().cloned().unwrap_or_default()
    }

    /// Answers with a redirect, whoever called. `location` is one of ours, in ASCII.
    pub fn see_other(&self, location: &str) {
        if let Ok(location) = HeaderValue::from_str(location) {
            self.response.set_status(StatusCode::SEE_OTHER);
            self.response.insert_header(LOCATION, location);
        }
    }
}
