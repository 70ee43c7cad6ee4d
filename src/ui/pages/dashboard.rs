//! The first protected page.

use crate::{
    shared::{
        paths,
        viewer::{Person, Viewer},
    },
    ui::parts::{moment::Moment, title::PageTitle},
};
use leptos::prelude::*;

/// Greets whoever is signed in. The guard lets nobody else here.
#[component]
pub fn Dashboard() -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    view! {
        <PageTitle title="Dashboard"/>
        {viewer.person().map(greet)}
    }
}

fn greet(person: &Person) -> impl IntoView + use<> {
    let user = &person.user;
    let roles = if user.roles.is_empty() {
        "None".to_owned()
    } else {
        user.roles.join(", ")
    };
    let groups = user.groups.len();
    view! {
        <div class="stack">
            <header class="page-head">
                <h1>"Welcome, "<span dir="auto">{user.display_name().to_owned()}</span></h1>
                <p>"You are signed in. This page was rendered for you alone, on the server."</p>
            </header>
            <dl class="tiles">
                <div class="tile"><dt>"Signed in with"</dt><dd dir="auto">{person.provider_name.clone()}</dd></div>
                <div class="tile"><dt>"Roles"</dt><dd dir="auto">{roles}</dd></div>
                <div class="tile"><dt>"Groups"</dt><dd>{groups}</dd></div>
                <div class="tile"><dt>"Session ends"</dt><dd><Moment at=person.expires.clone()/></dd></div>
            </dl>
            <nav class="next" aria-labelledby="next">
                <h2 id="next">"Where to go from here"</h2>
                <ul class="links">
                    <li>
                        <a href=paths::ACCOUNT>
                            <strong>"Your account"</strong>
                            <span>"Profile, roles, groups, organisation, and this session."</span>
                        </a>
                    </li>
                    <li>
                        <a href=paths::API_SESSION rel="external">
                            <strong>"Your session as JSON"</strong>
                            <span>"What a script on this site may know about you."</span>
                        </a>
                    </li>
                </ul>
            </nav>
        </div>
    }
}
