//! Where sign-out ends. It never signs in by itself.

use crate::{
    shared::{farewell::Farewell, paths, viewer::Viewer},
    ui::parts::{sign_out::SignOut, threshold::Threshold, title::PageTitle},
};
use leptos::prelude::*;

/// Says what holds: nobody reads that she is signed out who is not.
#[component]
pub fn SignedOut() -> impl IntoView {
    match use_context::<Viewer>().unwrap_or_default().person() {
        Some(_) => view! { <StillSignedIn/> }.into_any(),
        None => view! { <Ended/> }.into_any(),
    }
}

/// To an address that somebody kept, or after another sign-in.
#[component]
fn StillSignedIn() -> impl IntoView {
    view! {
        <PageTitle title="Signed in"/>
        <Threshold heading="You are signed in">
            <p>"You have signed in since, or you never signed out."</p>
            <div class="actions">
                <a class="button" href=paths::DASHBOARD>"Go to your dashboard"</a>
                <SignOut/>
            </div>
        </Threshold>
    }
}

/// Says that the session is over; and that the one at the provider may not be, unless the browser comes from there.
#[component]
fn Ended() -> impl IntoView {
    let at_the_provider = match use_context::<Farewell>() {
        Some(Farewell(name)) => format!("Your session here has ended, and {name} was asked to end its own."),
        None => {
            "Your session here has ended. You may still be signed in at the provider that you came by, and could come \
                 back from there without a password: to end that too, sign out there."
                .to_owned()
        }
    };
    view! {
        <PageTitle title="Signed out"/>
        <Threshold heading="You are signed out">
            <p>{at_the_provider}</p>
            <p>"On a shared computer, close the browser as well."</p>
            <div class="actions">
                <a class="button" href=paths::login(None, None)>"Sign in again"</a>
                <a class="button quiet" href=paths::HOME>"Go to the front page"</a>
            </div>
        </Threshold>
    }
}
