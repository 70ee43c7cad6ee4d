//! The top of every page: the name, the way to the other pages, and the way in or out.

use crate::{
    shared::{
        paths::{self, ADMIN_ROLE},
        viewer::Viewer,
    },
    ui::parts::{mark::Mark, request, sign_out::SignOut},
};
use leptos::prelude::*;

/// The header of the application's pages.
#[component]
pub fn Header() -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    let path = request::path();
    let ways = match viewer.person() {
        Some(person) => {
            let admin = person
                .user
                .has_role(ADMIN_ROLE)
                .then(|| view! { <li><Way to=paths::ADMIN name="Admin" here=&path/></li> });
            view! {
                <nav aria-label="Pages">
                    <ul class="ways">
                        <li><Way to=paths::DASHBOARD name="Dashboard" here=&path/></li>
                        <li><Way to=paths::ACCOUNT name="Account" here=&path/></li>
                        {admin}
                    </ul>
                </nav>
                <SignOut/>
            }
            .into_any()
        }
        None if viewer == Viewer::Unknown => ().into_any(),
        // Whoever is on the way in needs no second way in.
        None if path == paths::LOGIN || path == paths::CALLBACK_PAGE => ().into_any(),
        None => view! { <a class="button quiet" href=paths::login(None, None)>"Sign in"</a> }.into_any(),
    };
    view! {
        <header class="site-header">
            <a class="brand" href=paths::HOME aria-current=(path == paths::HOME).then_some("page")>
                <Mark/>
                <span>"Vestibule"</span>
            </a>
            {ways}
        </header>
    }
}

#[component]
fn Way<'a>(to: &'static str, name: &'static str, here: &'a str) -> impl IntoView + use<> {
    let current = match here {
        here if here == to => Some("page"),
        here if paths::is_under(here, to) => Some("true"),
        _ => None,
    };
    view! { <a class="way" href=to aria-current=current>{name}</a> }
}
