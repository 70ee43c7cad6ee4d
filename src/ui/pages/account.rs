//! Who one is here and at the provider, and the facts of this session.

use crate::{
    shared::{
        paths,
        viewer::{Person, User, Viewer},
    },
    ui::{
        islands::group_filter::{self, GroupFilter},
        parts::{
            facts::{Claim, Fact},
            moment::Moment,
            sign_out::SignOut,
            title::PageTitle,
        },
    },
};
use leptos::prelude::*;

/// The account page. The guard lets nobody here who is not signed in.
#[component]
pub fn Account() -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    view! {
        <PageTitle title="Account"/>
        {viewer.person().cloned().map(describe)}
    }
}

fn describe(person: Person) -> impl IntoView {
    view! {
        <div class="stack">
            <header class="page-head">
                <h1>"Account"</h1>
                <p>"What the provider says about you, and what follows from it here."</p>
            </header>
            <div class="panels">
                {profile(person.user.clone())}
                {access(person.user.clone())}
                {groups(&person.user.groups)}
                {session(person)}
            </div>
        </div>
    }
}

fn profile(user: User) -> AnyView {
    let verified = user
        .email_verified
        .map(|verified| if verified { "Yes" } else { "No" }.to_owned());
    view! {
        <section class="panel" aria-labelledby="profile">
            <h2 id="profile">"Profile"</h2>
            <dl class="facts">
                <Claim term="Name" value=user.name/>
                <Claim term="Username" value=user.preferred_username/>
                <Claim term="E-mail" value=user.email/>
                <Claim term="E-mail verified" value=verified/>
                <Claim term="Picture" value=user.picture/>
                <Fact term="Subject"><code>{user.sub}</code></Fact>
                <Fact term="Identifier here"><code>{user.id}</code></Fact>
            </dl>
        </section>
    }
    .into_any()
}

fn access(user: User) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="access">
            <h2 id="access">"Access"</h2>
            <dl class="facts">
                <Fact term="Roles">{chips(&user.roles, None)}</Fact>
                <Claim term="Organisation" value=user.organization_id absent="None"/>
            </dl>
        </section>
    }
    .into_any()
}

fn groups(groups: &[String]) -> AnyView {
    let list = chips(groups, Some(group_filter::LIST_ID));
    let content = if group_filter::helps(groups.len()) {
        view! {
            <GroupFilter/>
            <div class="scroll" tabindex="0" role="group" aria-label="All groups">{list}</div>
        }
        .into_any()
    } else {
        list.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="groups-heading">
            <div class="panel-head">
                <h2 id="groups-heading">"Groups"</h2>
                <p class="count">{groups.len()}</p>
            </div>
            {content}
        </section>
    }
    .into_any()
}

fn session(person: Person) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="session">
            <h2 id="session">"This session"</h2>
            <dl class="facts">
                <Fact term="Provider">
                    <bdi>{person.provider_name}</bdi>" ("<code>{person.user.provider}</code>")"
                </Fact>
                <Fact term="Signed in"><Moment at=person.signed_in_at/></Fact>
                <Fact term="Ends, if unused"><Moment at=person.expires/></Fact>
            </dl>
            {(!person.is_renewable).then(|| view! {
                <p class="aside">
                    "This provider gave no refresh token: what it says about you is as of the sign-in, until you sign in again."
                </p>
            })}
            <div class="actions">
                <a class="button quiet" href=paths::ACCOUNT_SESSIONS>"All your sessions"</a>
                <SignOut label="End this session"/>
            </div>
        </section>
    }
    .into_any()
}

fn chips(names: &[String], id: Option<&'static str>) -> AnyView {
    if names.is_empty() {
        return view! { <p class="absent">"None"</p> }.into_any();
    }
    let items = names
        .iter()
        .map(|name| view! { <li dir="auto">{name.clone()}</li> })
        .collect_view();
    view! { <ul class="chips" id=id>{items}</ul> }.into_any()
}
