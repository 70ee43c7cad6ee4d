//! Where sign-out ends. It never signs in by itself.

use crate::{
    shared::paths,
    ui::parts::{threshold::Threshold, title::PageTitle},
};
use leptos::prelude::*;

/// Says that the session is over.
#[component]
pub fn SignedOut() -> impl IntoView {
    view! {
        <PageTitle title="Signed out"/>
        <Threshold heading="You are signed out">
            <p>"Your session here has ended. On a shared computer, close the browser as well."</p>
            <div class="actions">
                <a class="button" href=paths::login(None, None)>"Sign in again"</a>
                <a class="button quiet" href=paths::HOME>"Go to the front page"</a>
            </div>
        </Threshold>
    }
}
