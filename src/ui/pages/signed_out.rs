//! Where sign-out ends. It never signs in by itself.

use crate::{
    shared::{farewell::Farewell, paths},
    ui::parts::{threshold::Threshold, title::PageTitle},
};
use leptos::prelude::*;

/// Says that the session is over; and that the one at the provider may not be, unless the browser comes from there.
#[component]
pub fn SignedOut() -> impl IntoView {
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
