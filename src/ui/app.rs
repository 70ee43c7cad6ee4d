//! The document around every page, and the pages' routes.

use crate::{
    shared::{
        paths::{self, Access},
        session_list::ThisSession,
        viewer::Viewer,
    },
    ui::{
        islands::session_watch::SessionWatch,
        pages::{
            account::Account, admin::Admin, callback::Callback, dashboard::Dashboard, error::NotFound, home::Home,
            login::Login, sessions::Sessions, signed_out::SignedOut,
        },
        parts::{
            dev_banner::DevBanner, footer::Footer, head::Head, header::Header, provider_header::ProviderHeader,
            request, title::PageTitle,
        },
    },
};
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

/// The document of the router's pages.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let viewer = use_context::<Viewer>().unwrap_or_default();
    let path = request::path();
    let watch = use_context::<ThisSession>()
        .filter(|_| is_private(&path, &viewer))
        .map(watch);
    let scripts = has_islands(&path, &viewer).then(|| {
        let options = options.clone();
        view! { <HydrationScripts options islands=true/> }
    });
    let head = view! {
        <MetaTags/>
        {scripts}
    };
    let page = view! {
        <App/>
        {watch}
    };
    in_app(options, head, page)
}

/// The same document around one page outside the router: the error pages. No scripts.
pub fn document(options: LeptosOptions, title: &'static str, page: impl IntoView) -> impl IntoView {
    in_app(options, view! { <title>{format!("{title} · Vestibule")}</title> }, page)
}

/// The document of the embedded development provider's pages: recognisably another place. No scripts.
pub fn provider_document(options: LeptosOptions, title: &'static str, page: impl IntoView) -> impl IntoView {
    write_plain_html();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <Head options/>
                <title>{format!("{title} · Development provider")}</title>
            </head>
            <body class="provider-place">
                <a class="skip" href="#main">"Skip to content"</a>
                <DevBanner/>
                <ProviderHeader/>
                <main id="main" tabindex="-1">{page.into_view()}</main>
            </body>
        </html>
    }
}

/// The pages, one a route.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| view! { <PageTitle title="Not found"/> <NotFound/> }>
                <Route path=path!("/") view=Home/>
                <Route path=path!("/auth/login") view=Login/>
                <Route path=path!("/auth/callback") view=Callback/>
                <Route path=path!("/auth/signed-out") view=SignedOut/>
                <Route path=path!("/dashboard") view=Dashboard/>
                <Route path=path!("/account") view=Account/>
                <Route path=path!("/account/sessions") view=Sessions/>
                <Route path=path!("/admin") view=Admin/>
            </Routes>
        </Router>
    }
}

fn in_app(options: LeptosOptions, head: impl IntoView, page: impl IntoView) -> impl IntoView {
    write_plain_html();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <Head options/>
                {head.into_view()}
            </head>
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                <DevBanner/>
                <Header/>
                <main id="main" tabindex="-1">{page.into_view()}</main>
                <Footer/>
            </body>
        </html>
    }
}

/// Whether the page at `path` has an interactive part, so that no other page loads the WASM.
fn has_islands(path: &str, viewer: &Viewer) -> bool {
    path == paths::CALLBACK_PAGE || is_private(path, viewer)
}

/// Whether the page is for one person, and so is not to stay on a screen when her session ends.
fn is_private(path: &str, viewer: &Viewer) -> bool {
    paths::access(path) != Access::Public && viewer.person().is_some()
}

/// The island around which the page says which session it is for.
fn watch(ThisSession(session): ThisSession) -> impl IntoView {
    view! { <div hidden class="watch" data-session=session.to_string()><SessionWatch/></div> }
}

/// Outside the islands nothing is hydrated, so the HTML needs none of the marks that hydration reads.
fn write_plain_html() {
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
}

#[cfg(test)]
mod tests {
    use super::{App, has_islands};
    use crate::shared::{paths, viewer::Viewer};
    use leptos::prelude::{Owner, provide_context};
    use leptos_router::{RouteList, location::RequestUrl};

    #[test]
    fn the_routes_are_the_pages_of_the_contract() {
        let routes = Owner::new().with(|| {
            provide_context(RequestUrl::new(""));
            RouteList::generate(App).unwrap_or_default().into_inner()
        });
        let found: Vec<_> = routes
            .iter()
            .map(|route| format!("/{}", segments(route.path())))
            .collect();
        let contract = [
            paths::HOME,
            paths::LOGIN,
            paths::CALLBACK_PAGE,
            paths::SIGNED_OUT,
            paths::DASHBOARD,
            paths::ACCOUNT,
            paths::ACCOUNT_SESSIONS,
            paths::ADMIN,
        ];
        assert!(
            contract.iter().all(|path| found.iter().any(|route| route == path)),
            "{found:?}"
        );
    }

    #[test]
    fn pages_without_islands_load_no_wasm() {
        assert!(has_islands(paths::CALLBACK_PAGE, &Viewer::Anonymous));
        for path in [
            paths::HOME,
            paths::LOGIN,
            paths::SIGNED_OUT,
            paths::DASHBOARD,
            paths::ACCOUNT,
            paths::ACCOUNT_SESSIONS,
            paths::ADMIN,
        ] {
            assert!(!has_islands(path, &Viewer::Anonymous), "{path}");
        }
    }

    fn segments(path: &[leptos_router::PathSegment]) -> String {
        let names = path.iter().map(|segment| segment.as_raw_str().trim_matches('/'));
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join("/")
    }
}
