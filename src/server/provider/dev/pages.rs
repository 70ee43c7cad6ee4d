//! The two endpoints that people see: reads what the browser sent, shows or redirects as decided elsewhere.

use super::{
    AUTHORIZE, DevIdp,
    authorize::{self, Answer, PERSON},
    backchannel,
    declaration::ID,
    end_session::{self, Outcome},
    fields::{Fault, Fields, MAX_TOTAL},
    refused::NO_STORE,
};
use crate::{
    server::{render, state::AppState},
    ui::{
        app::provider_document,
        pages::dev_provider::{ChoosePerson, DevPerson, ProviderProblem, ProviderSignedOut},
    },
};
use axum::{
    Extension,
    body::{self, Body},
    extract::{FromRef, Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{config::LeptosOptions, prelude::*};
use url::Url;

/// The name that the application goes by.
const CLIENT_NAME: &str = "Vestibule";

/// The authorization endpoint: a request by GET or POST, and the choice of a person by POST.
pub async fn authorize(State(state): State<AppState>, Extension(idp): Extension<DevIdp>, request: Request) -> Response {
    let (request, fields) = read(request).await;
    let answer = match fields {
        Ok(fields) => authorize::answer(&idp, &fields),
        Err(fault) => Answer::Problem(fault.describe()),
    };
    match answer {
        Answer::Redirect(url) => redirect(&url),
        Answer::Choose { fields, nobody } => choose(&state, &idp, request, fields, nobody).await,
        Answer::Problem(problem) => explain(&state, request, problem).await,
    }
}

/// The end-session endpoint, by GET or POST.
pub async fn end_session(
    State(state): State<AppState>,
    Extension(idp): Extension<DevIdp>,
    request: Request,
) -> Response {
    let (request, fields) = read(request).await;
    let (outcome, ended) = match fields {
        Ok(fields) => end_session::end(&idp, &fields),
        Err(fault) => (Outcome::Problem(fault.describe()), None),
    };
    if let (Some(ended), Some(client)) = (&ended, state.providers().find(ID)) {
        backchannel::tell(&idp, client.http().clone(), ended);
    }
    match outcome {
        Outcome::Redirect(url) => redirect(&url),
        Outcome::Problem(problem) => explain(&state, request, problem).await,
        Outcome::SignedOut => {
            let options = LeptosOptions::from_ref(&state);
            let view = move || provider_document(options.clone(), "Signed out", view! { <ProviderSignedOut/> });
            render::page(&state, request, StatusCode::OK, view).await
        }
    }
}

async fn choose(
    state: &AppState,
    idp: &DevIdp,
    request: Request,
    fields: Vec<(String, String)>,
    nobody: bool,
) -> Response {
    let people: Vec<_> = idp
        .0
        .people
        .iter()
        .map(|person| DevPerson {
            id: person.id.to_owned(),
            name: person.name.to_owned(),
            detail: person.detail.to_owned(),
        })
        .collect();
    let options = LeptosOptions::from_ref(state);
    let view = move || {
        let (people, fields) = (people.clone(), fields.clone());
        let page = view! {
            <ChoosePerson people fields client_name=CLIENT_NAME.to_owned() action=AUTHORIZE.to_owned()/>
        };
        provider_document(options.clone(), "Choose a person", page)
    };
    let status = if nobody {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    render::page(state, request, status, view).await
}

async fn explain(state: &AppState, request: Request, problem: &'static str) -> Response {
    let options = LeptosOptions::from_ref(state);
    let view = move || {
        let page = view! { <ProviderProblem problem=problem.to_owned()/> };
        provider_document(options.clone(), "This request can't be answered", page)
    };
    render::page(state, request, StatusCode::BAD_REQUEST, view).await
}

fn redirect(url: &Url) -> Response {
    (NO_STORE, Redirect::to(url.as_str())).into_response()
}

/// The parameters, from the query of a GET or the form of a POST; and the request without its body, for the page.
async fn read(request: Request) -> (Request, Result<Fields, Fault>) {
    let (parts, body) = request.into_parts();
    let fields = if parts.method == Method::POST {
        match body::to_bytes(body, MAX_TOTAL).await {
            Ok(form) => Fields::parse(&form),
            Err(_) => Err(Fault::TooMuch),
        }
    } else {
        // Choosing a person is signing in, and a link must not do that.
        Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(|fields| fields.without(PERSON))
    };
    (Request::from_parts(parts, Body::empty()), fields)
}
