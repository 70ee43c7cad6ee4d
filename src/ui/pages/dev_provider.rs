//! The pages of the embedded development provider.

use leptos::prelude::*;

/// Somebody who can be signed in as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevPerson {
    /// The value of her button.
    pub id: String,
    /// Her name.
    pub name: String,
    /// What makes her worth trying.
    pub detail: String,
}

/// Asks who is signing in. Everything is one form: the hidden `fields` go back with the choice.
#[component]
pub fn ChoosePerson(
    /// Who there is to choose from.
    people: Vec<DevPerson>,
    /// The application that asks.
    client_name: String,
    /// Hidden inputs: name and value.
    fields: Vec<(String, String)>,
    /// Where the form goes.
    action: String,
) -> impl IntoView {
    let hidden = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let choices = people
        .into_iter()
        .map(|person| {
            view! {
                <li>
                    <button class="person" name="person" value=person.id>
                        <span class="person-name" dir="auto">{person.name}</span>
                        <span class="person-detail" dir="auto">{person.detail}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="provider-card" aria-labelledby="heading">
            <h1 id="heading">"Who is signing in?"</h1>
            <p class="lead"><strong dir="auto">{client_name}</strong>" asks for your identity. Nobody here needs a password."</p>
            <form method="post" action=action>
                {hidden}
                <ul class="people">{choices}</ul>
                <button class="button quiet deny" name="person" value="deny">"Deny access"</button>
            </form>
        </section>
    }
}

/// Says why an authorization request can't be answered. Where to send the browser is not known then, so it stays here.
#[component]
pub fn ProviderProblem(
    /// What is wrong with the request.
    problem: String,
) -> impl IntoView {
    view! {
        <section class="provider-card" aria-labelledby="heading">
            <h1 id="heading">"This request can't be answered"</h1>
            <p class="alert" role="alert">{problem}</p>
            <p>"Nobody was signed in. Go back to the application and start again there."</p>
        </section>
    }
}

/// Says that the session at the provider has ended, when there is nowhere to go back to.
#[component]
pub fn ProviderSignedOut() -> impl IntoView {
    view! {
        <section class="provider-card" aria-labelledby="heading">
            <h1 id="heading">"You are signed out at the provider"</h1>
            <p>"You can close this page, or go back to the application."</p>
        </section>
    }
}
