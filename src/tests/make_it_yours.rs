//! The examples of the README: they compile, they do what the README says, and the README shows this text.

mod api;
mod downstream;

use super::{app::App, browser::Browser};
use crate::shared::viewer::{Person, User};
use std::sync::Arc;

// The README's text begins here.
use crate::shared::viewer::Viewer;
use leptos::prelude::*;

/// Greets whoever is signed in.
#[component]
pub fn Reports() -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    let name = viewer.person().map(|person| person.user.display_name().to_owned());
    view! { <h1>"Reports for " {name}</h1> }
}

/// Deletes the reports: for administrators.
#[server(prefix = "/api", endpoint = "reports/delete")]
pub async fn delete_reports() -> Result<(), ServerFnError> {
    match use_context::<Viewer>().unwrap_or_default().person() {
        Some(person) if person.user.has_role("admin") => Ok(()),
        _ => Err(ServerFnError::new("forbidden")),
    }
}
// The README's text ends here.

#[test]
fn the_readme_shows_this_example() {
    assert_shown(include_str!("make_it_yours.rs"));
}

/// Asserts that the README has the marked text of a file, and that it is short.
fn assert_shown(here: &str) {
    let (_, example) = here.split_once("begins here.\n").unwrap();
    let (example, _) = example.split_once("// The README's text ends").unwrap();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(example), "the README shows another text");
    assert!(example.lines().count() < 20);
}

#[test]
fn the_page_greets_by_name() {
    Owner::new().with(|| {
        provide_context(Viewer::Person(Arc::new(Person {
            user: User {
                id: String::new(),
                provider: String::new(),
                sub: String::new(),
                name: Some("Ada".to_owned()),
                email: None,
                email_verified: None,
                preferred_username: None,
                picture: None,
                groups: Vec::new(),
                roles: Vec::new(),
                organization_id: None,
            },
            provider_name: String::new(),
            signed_in_at: String::new(),
            expires: String::new(),
            is_renewable: true,
        })));
        let html = Reports().to_html();
        assert!(html.contains("Reports for ") && html.contains("Ada"), "{html}");
    });
}

#[tokio::test]
async fn the_server_function_checks_for_itself() {
    let app = App::start().await;
    for (person, allowed) in [(None, false), (Some("user"), false), (Some("admin"), true)] {
        let browser = Browser::at(&app);
        if let Some(person) = person {
            browser.sign_in(person).await;
        }
        let answer = browser.call("/api/reports/delete", &[]).await;
        assert_eq!(answer.status.is_success(), allowed, "{person:?}: {}", answer.text);
    }
}
