//! What to say when a page can't be shown. The status is the server's to set.

use crate::{
    shared::{paths, viewer::Viewer},
    ui::parts::{sign_out::SignOut, threshold::Threshold},
};
use leptos::prelude::*;

/// 403: signed in, but without the role that the page asks for. Signing in again would not help, and it does not say so.
#[component]
pub fn Forbidden(
    /// The role that is missing.
    role: &'static str,
) -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    let who = viewer.person().map(|person| {
        let name = person.user.display_name().to_owned();
        view! { <p>"You are signed in as "<strong dir="auto">{name}</strong>"."</p> }
    });
    view! {
        <Threshold heading="This page is not open to you">
            {who}
            <p>
                "It asks for the role "<code>{role}</code>", which your groups do not grant. Whoever runs this site can
                change that."
            </p>
            <div class="actions">
                <a class="button" href=paths::DASHBOARD>"Go to your dashboard"</a>
                <SignOut label="Sign out and use another account"/>
            </div>
        </Threshold>
    }
}

/// 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Threshold heading="There is no page here">
            <p>"The address may be mistyped, or the page has moved."</p>
            <HomeLink/>
        </Threshold>
    }
}

/// 500.
#[component]
pub fn ServerError() -> impl IntoView {
    view! {
        <Threshold heading="This request could not be completed">
            <p>"Something went wrong on our side. The reason is in the log of this site; trying again may help."</p>
            <HomeLink/>
        </Threshold>
    }
}

/// 503: what holds the sessions can't be reached, so nobody can be recognised at the moment.
#[component]
pub fn Unavailable(
    /// Whether the page was asked for, and can be asked for again; else something was sent, from a page before it.
    is_visit: bool,
) -> impl IntoView {
    let again = if is_visit {
        view! {
            <div class="actions">
                <a class="button" href="">"Try again"</a>
            </div>
        }
        .into_any()
    } else {
        view! { <p>"What you sent was not done: go back, and send it again."</p> }.into_any()
    };
    view! {
        <Threshold heading="Please try again in a moment">
            <p>"A part of this site does not answer just now. You have not been signed out."</p>
            {again}
        </Threshold>
    }
}

/// 403: a request that changes something, sent from another site.
#[component]
pub fn CrossOrigin() -> impl IntoView {
    view! {
        <Threshold heading="This request came from another site">
            <p>"It was refused, and nothing was changed. If you meant to do this, go to the page here and do it again."</p>
            <HomeLink/>
        </Threshold>
    }
}

#[component]
fn HomeLink() -> impl IntoView {
    view! {
        <div class="actions">
            <a class="button" href=paths::HOME>"Go to the front page"</a>
        </div>
    }
}
