//! Where one is signed in, and the way to end it there.
//!
//! One plain form around all: each button says by its value what it ends.

use crate::{
    shared::{
        paths,
        session_list::{SessionEntry, SessionList},
    },
    ui::parts::{
        facts::Fact,
        moment::{Moment, readable},
        sign_out::SignOut,
        title::PageTitle,
    },
};
use leptos::prelude::*;

/// The page of sessions. The guard lets nobody here who is not signed in.
#[component]
pub fn Sessions() -> impl IntoView {
    let SessionList {
        this,
        others,
        is_cut,
        ended,
    } = use_context::<SessionList>().unwrap_or_default();
    let title = if ended.is_some() { "Done: Sessions" } else { "Sessions" };
    let said = ended.map(|ended| view! { <p class="notice" role="status" dir="auto">{ended.sentence()}</p> });
    view! {
        <PageTitle title/>
        <div class="stack">
            <header class="page-head">
                <h1>"Sessions"</h1>
                <p>"Where you are signed in. What you end here ends at once, in every tab that is open there."</p>
            </header>
            {said}
            <div class="panels">
                {this.map(describe_this)}
                {describe_others(others, is_cut)}
            </div>
        </div>
    }
}

fn describe_this(session: SessionEntry) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="this">
            <div class="panel-head">
                <h2 id="this" dir="auto">{session.browser.clone()}</h2>
                <p class="badge">"This session"</p>
            </div>
            {facts(session)}
            <div class="actions">
                <SignOut label="End this session"/>
            </div>
        </section>
    }
}

fn describe_others(sessions: Vec<SessionEntry>, is_cut: bool) -> AnyView {
    let count = sessions.len();
    if count == 0 {
        return view! {
            <section class="panel" aria-labelledby="others">
                <h2 id="others">"Other sessions"</h2>
                <p>"There are none: you are signed in nowhere else."</p>
            </section>
        }
        .into_any();
    }
    let counted = if is_cut {
        format!("The {count} used last")
    } else {
        count.to_string()
    };
    let items = sessions.into_iter().map(describe_other).collect_view();
    view! {
        <section class="panel" aria-labelledby="others">
            <div class="panel-head">
                <h2 id="others">"Other sessions"</h2>
                <p class="count">{counted}</p>
            </div>
            <form class="sessions" method="post" action=paths::API_SESSIONS_END>
                <div class="actions">
                    <button class="button quiet" name="end" value="others">"End all other sessions"</button>
                    <button class="button quiet" name="end" value="all">"End all, this one too"</button>
                </div>
                <ul>{items}</ul>
            </form>
        </section>
    }
    .into_any()
}

fn describe_other(session: SessionEntry) -> impl IntoView {
    // Several may be of the same browser: a screen reader hears which one a button ends.
    let label = format!(
        "End {}, from {}, signed in {}",
        session.browser,
        session.address,
        readable(&session.signed_in_at)
    );
    view! {
        <li>
            <div class="panel-head">
                <h3 dir="auto">{session.browser.clone()}</h3>
                <button class="button quiet" name="end" value=session.key.clone() aria-label=label>"End"</button>
            </div>
            {facts(session)}
        </li>
    }
}

fn facts(session: SessionEntry) -> impl IntoView {
    let ends = if session.is_limited { "Ends" } else { "Ends, if unused" };
    view! {
        <dl class="facts">
            <Fact term="Last seen"><Moment at=session.seen_at/></Fact>
            <Fact term="Signed in"><Moment at=session.signed_in_at/></Fact>
            <Fact term="Provider"><bdi>{session.provider_name}</bdi></Fact>
            <Fact term="Address"><code>{session.address}</code></Fact>
            <Fact term=ends><Moment at=session.expires/></Fact>
        </dl>
    }
}
