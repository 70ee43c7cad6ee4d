//! For the role `admin`: what the providers must know of this site.

use crate::{
    shared::{
        paths,
        site::{ProviderEntry, Site},
    },
    ui::parts::{facts::Fact, title::PageTitle},
};
use leptos::prelude::*;

/// The admin page. The guard lets nobody here without the role.
#[component]
pub fn Admin() -> impl IntoView {
    let site = use_context::<Site>().unwrap_or_default();
    let providers = site.providers.iter().cloned().map(describe).collect_view();
    view! {
        <PageTitle title="Admin"/>
        <div class="stack">
            <header class="page-head">
                <h1>"Admin"</h1>
                <p>
                    "The providers of this site, in the order of their buttons. Register each redirect URI at its
                    provider exactly as it stands here. The same as "
                    <a href=paths::API_PROVIDERS rel="external">"JSON"</a>"."
                </p>
            </header>
            <div class="panels">{providers}</div>
        </div>
    }
}

fn describe(provider: ProviderEntry) -> impl IntoView {
    let begin = paths::begin(&provider.id, None);
    view! {
        <section class="panel">
            <h2 dir="auto">{provider.name}</h2>
            <dl class="facts">
                <Fact term="Id"><code>{provider.id}</code></Fact>
                <Fact term="Redirect URI"><code class="copy">{provider.callback_url}</code></Fact>
                <Fact term="Begins at"><code class="copy">{begin}</code></Fact>
            </dl>
        </section>
    }
}
