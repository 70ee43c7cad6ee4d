//! The sign-in page: a button per provider, the last attempt's error explained, the target kept.

use crate::{
    shared::{
        error::SignInError,
        obstacle::Obstacle,
        paths,
        safe_path::SafePath,
        site::{Contact, ProviderEntry, Site},
        viewer::Viewer,
    },
    ui::parts::{request, threshold::Threshold, title::PageTitle},
};
use leptos::prelude::*;

/// The longest target that is shown; a longer one is cut.
const SHOWN: usize = 48;

/// The sign-in page.
#[component]
pub fn Login() -> impl IntoView {
    let site = use_context::<Site>().unwrap_or_default();
    let viewer = use_context::<Viewer>().unwrap_or_default();
    let redirect = request::query("redirect").and_then(|target| SafePath::parse(&target).ok());
    // What is not of the closed list is not shown at all: anyone can write anything into a link.
    let error = request::query("error").and_then(|code| SignInError::from_code(&code));

    let already = viewer.person().map(|person| {
        let name = person.user.display_name().to_owned();
        let target = redirect.clone().unwrap_or_default().to_string();
        view! {
            <div class="already">
                <p>"You are signed in as "<strong dir="auto">{name}</strong>"."</p>
                <a class="button" href=target>"Continue"</a>
                <p class="or">"or use another account"</p>
            </div>
        }
    });
    let target = redirect.as_ref().map(|target| {
        view! { <p class="aside">"You will return to "<code>{shorten(target)}</code></p> }
    });
    // One way on stands out; several are equal.
    let style = if already.is_none() && site.providers.len() == 1 {
        "button"
    } else {
        "button quiet"
    };
    let buttons = site
        .providers
        .iter()
        .map(|provider| button(provider, redirect.as_ref(), style))
        .collect_view();

    view! {
        <PageTitle title=if error.is_some() { "Error: Sign in" } else { "Sign in" }/>
        <Threshold heading="Sign in">
            {error.map(|error| explain(error, site.contact.clone()))}
            {already}
            <ul class="providers">{buttons}</ul>
            {target}
            <p class="aside">"Your password stays with the provider. This site never sees it."</p>
        </Threshold>
    }
}

fn explain(error: SignInError, contact: Option<Contact>) -> impl IntoView {
    // Nobody but those who run the site can mend these.
    let is_refusal = matches!(error, SignInError::NotAllowed | SignInError::EmailUnverified);
    let contact = contact.filter(|_| is_refusal).map(|Contact { href, text }| {
        view! { <p>"You reach whoever runs this site at "<a href=href rel="external">{text}</a>"."</p> }
    });
    view! {
        <div class="alert" role="alert">
            <p><strong>{error.sentence()}</strong></p>
            <p>{error.next_step()}</p>
            {contact}
            {use_context::<Obstacle>().map(name_obstacle)}
        </div>
    }
}

/// The likely reason, which the server puts into the context of errors that are about cookies.
fn name_obstacle(obstacle: Obstacle) -> impl IntoView {
    match obstacle {
        Obstacle::Http(origin) => view! {
            <p>
                "This page came over http, and the cookie is sent over https alone. Open "
                <a rel="external" href=origin.to_string()>{origin.to_string()}</a>
                " and sign in there. Whoever runs this site should redirect http to https."
            </p>
        }
        .into_any(),
        Obstacle::Host(origin) => view! {
            <p>
                "This page was asked for under another address than "
                <a rel="external" href=origin.to_string()>{origin.to_string()}</a>
                ", which the cookie belongs to. Open that and sign in there. Should it be in the address bar already: "
                "whoever runs this site should correct AUTH_URL, or the Host that the proxy passes on."
            </p>
        }
        .into_any(),
        Obstacle::Refused => view! {
            <p>
                "Your browser returned no cookie with this page either. Allow cookies for this site: a private window, a "
                "browser extension or a setting may block them."
            </p>
        }
        .into_any(),
    }
}

fn button(provider: &ProviderEntry, redirect: Option<&SafePath>, style: &'static str) -> impl IntoView + use<> {
    let href = paths::begin(&provider.id, redirect);
    let name = provider.name.clone();
    view! {
        <li>
            <a class=style rel="external" href=href><span>"Continue with "<bdi>{name}</bdi></span></a>
        </li>
    }
}

/// The path of `target`, cut to what fits a line or two. It is ASCII.
fn shorten(target: &SafePath) -> String {
    let path = target.as_str().split(['?', '#']).next().unwrap_or_default();
    match path.get(..SHOWN) {
        Some(start) if path.len() > SHOWN => format!("{start}…"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Login, shorten};
    use crate::shared::{
        error::SignInError,
        safe_path::SafePath,
        site::{Contact, ProviderEntry, Site},
    };
    use leptos::prelude::*;
    use leptos_meta::provide_meta_context;
    use leptos_router::location::RequestUrl;

    fn render(url: &str) -> String {
        render_with(url, None)
    }

    fn render_with(url: &str, contact: Option<Contact>) -> String {
        let provider = ProviderEntry {
            id: "acme".into(),
            name: "Acme <b>".into(),
            callback_url: "https://app.test/cb".into(),
        };
        Owner::new().with(|| {
            provide_meta_context();
            provide_context(RequestUrl::new(url));
            provide_context(Site {
                providers: [provider].into(),
                dev_idp: false,
                contact,
            });
            view! { <Login/> }.to_html()
        })
    }

    #[test]
    fn explains_every_error_of_the_list() {
        for error in SignInError::ALL {
            let page = render(&format!("/auth/login?error={}", error.code()));
            assert!(page.contains("role=\"alert\""), "{error}");
            assert!(!page.contains(error.code()), "{error}: a code is for machines");
        }
    }

    #[test]
    fn says_whom_to_ask_who_is_not_let_in_and_nobody_else() {
        let contact = Contact {
            href: "mailto:help@app.test".into(),
            text: "help@app.test".into(),
        };
        for error in SignInError::ALL {
            let url = format!("/auth/login?error={}", error.code());
            let is_refusal = matches!(error, SignInError::NotAllowed | SignInError::EmailUnverified);
            let page = render_with(&url, Some(contact.clone()));
            assert_eq!(page.contains("href=\"mailto:help@app.test\""), is_refusal, "{error}");
            let page = render(&url);
            assert!(!page.contains("mailto:"), "{error}");
            assert!(!is_refusal || page.contains("whoever runs this site"), "{error}");
        }
        assert!(!render_with("/auth/login", Some(contact)).contains("mailto:"));
    }

    #[test]
    fn shows_nothing_of_an_unknown_error() {
        let page = render("/auth/login?error=your+account+is+locked%2C+call+0900");
        assert!(!page.contains("alert") && !page.contains("0900"), "{page}");
    }

    #[test]
    fn keeps_a_target_on_this_origin_and_no_other() {
        let page = render("/auth/login?redirect=%2Faccount%3Ftab%3D1");
        assert!(
            page.contains("href=\"/api/auth/login/acme?redirect=%2Faccount%3Ftab%3D1\""),
            "{page}"
        );
        for hostile in [
            "https%3A%2F%2Fevil.test",
            "%2F%2Fevil.test",
            "javascript%3Aalert(1)",
            "%2F%5Cevil.test",
        ] {
            let page = render(&format!("/auth/login?redirect={hostile}"));
            assert!(page.contains("href=\"/api/auth/login/acme\""), "{page}");
            assert!(!page.contains("evil") && !page.contains("javascript"), "{page}");
        }
    }

    #[test]
    fn escapes_what_the_operator_wrote() {
        assert!(render("/auth/login").contains("Acme &lt;b&gt;"));
    }

    #[test]
    fn cuts_a_long_target() {
        let target = |text: &str| SafePath::parse(text).unwrap_or_default();
        assert_eq!(shorten(&target("/account?secret=1#x")), "/account");
        assert_eq!(
            shorten(&target(&format!("/{}", "a".repeat(100)))).chars().count(),
            super::SHOWN + 1
        );
    }
}
