//! The public front page: what this is, and the way in.

use crate::{
    shared::{paths, viewer::Viewer},
    ui::parts::archway::Archway,
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// What holds here, each in a heading and a sentence or two.
const PROMISES: [(&str, &str); 3] = [
    (
        "Tokens stay on the server",
        "What the provider issues is checked, sealed and kept there. The browser gets one cookie that names a session \
         and holds nothing.",
    ),
    (
        "Complete without JavaScript",
        "Every page and every step of the sign-in is plain HTML. A small script makes some of them pleasanter.",
    ),
    (
        "Closed by default",
        "Who is asking is settled before a page is rendered. A page that nobody declared public is private.",
    ),
];

/// The front page.
#[component]
pub fn Home() -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    let (to, way) = if viewer.person().is_some() {
        (paths::DASHBOARD.to_owned(), "Go to your dashboard")
    } else {
        (paths::login(None, None), "Sign in")
    };
    let promises = PROMISES
        .map(|(heading, text)| view! { <li><h2>{heading}</h2><p>{text}</p></li> })
        .into_iter()
        .collect_view();
    view! {
        <Title text="Vestibule"/>
        <Meta name="description" content="Sign-in through any OpenID Connect provider, with every token kept on the server."/>
        <div class="stack">
            <section class="hero" aria-labelledby="heading">
                <div class="hero-words">
                    <h1 id="heading">"A calm way in."</h1>
                    <p class="lead">
                        "Vestibule signs people in through Authentik, or any OpenID Connect provider, and keeps every
                        token on the server."
                    </p>
                    <a class="button large" href=to>{way}</a>
                </div>
                <Archway/>
            </section>
            <ul class="promises">{promises}</ul>
        </div>
    }
}
