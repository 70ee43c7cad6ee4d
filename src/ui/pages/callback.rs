//! Redeems the one-time exchange code: by itself where there is JavaScript, by one button where there is none.

use crate::{
    shared::{paths, safe_path::SafePath},
    ui::{
        islands::submit_at_once::SubmitAtOnce,
        parts::{request, threshold::Threshold, title::PageTitle},
    },
};
use leptos::prelude::*;

/// The callback page. The code appears nowhere but in the form's hidden field.
#[component]
pub fn Callback() -> impl IntoView {
    let redirect = SafePath::parse_or_default(request::query("redirect").as_deref());
    let content = match request::query("exchange").filter(|code| !code.is_empty()) {
        Some(code) => view! {
            <div class="progress" aria-hidden="true"></div>
            <form method="post" action=paths::API_EXCHANGE>
                <input type="hidden" name="code" value=code/>
                <input type="hidden" name="redirect" value=redirect.to_string()/>
                <p>"If nothing happens, press the button."</p>
                <SubmitAtOnce/>
            </form>
        }
        .into_any(),
        None => view! {
            <p>"The sign-in came back without its code."</p>
            <div class="actions">
                <a class="button" href=paths::login(Some(&redirect), None)>"Start again"</a>
            </div>
        }
        .into_any(),
    };
    view! {
        <PageTitle title="Signing in"/>
        <Threshold heading="Signing you in…">{content}</Threshold>
    }
}
