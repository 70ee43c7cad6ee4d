//! An API route of one's own, for pages and for programs.

use crate::{
    server::{auth::guard, session::Id, state::AppState},
    tests::{app::App, browser::Browser},
};
use axum::{
    Router,
    body::Body,
    http::{Request, header},
    middleware::from_fn_with_state,
    response::Response,
    routing::get,
};
use tower::ServiceExt;

// The README's text begins here.
use crate::server::auth::bearer::{Denied, Principal};
use axum::Json;

/// `GET /api/v1/reports`: for administrators, at a page or by a program.
pub async fn list_reports(principal: Principal) -> Result<Json<Vec<String>>, Denied> {
    principal.require("admin")?;
    Ok(Json(vec![format!("For {}", principal.user.display_name())]))
}
// The README's text ends here.

#[test]
fn the_readme_shows_this_example() {
    super::assert_shown(include_str!("api.rs"));
}

/// The route, behind the guard, as in the router.
fn router(state: &AppState) -> Router {
    Router::new()
        .route("/api/v1/reports", get(list_reports))
        .layer(from_fn_with_state(state.clone(), guard::enforce))
        .with_state(state.clone())
}

async fn ask(app: &App, header: Option<(header::HeaderName, String)>) -> Response {
    let mut request = Request::get("/api/v1/reports");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let request = request.body(Body::empty()).unwrap();
    router(&app.state).oneshot(request).await.unwrap()
}

#[tokio::test]
async fn the_route_is_for_administrators_by_cookie_and_by_token() {
    let app = App::start().await;
    let nobody = ask(&app, None).await;
    assert_eq!(nobody.status(), 401);
    assert_eq!(nobody.headers()[header::WWW_AUTHENTICATE], "Bearer realm=\"vestibule\"");
    for (person, status) in [("admin", 200), ("user", 403)] {
        let browser = Browser::at(&app);
        browser.sign_in(person).await;
        let cookie = browser.cookie("vestibule").unwrap();
        let id: Id = cookie.parse().unwrap();
        let tokens = app.state.sessions().find(id).await.unwrap().unwrap().tokens;
        for header in [
            (header::COOKIE, format!("vestibule={cookie}")),
            (
                header::AUTHORIZATION,
                format!("Bearer {}", tokens.access_token.expose()),
            ),
        ] {
            let answer = ask(&app, Some(header)).await;
            assert_eq!(answer.status(), status, "{person}");
            if status == 403 {
                let challenge = answer.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
                assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
            } else {
                let body = axum::body::to_bytes(answer.into_body(), 1000).await.unwrap();
                assert_eq!(body, r#"["For Adaeze Obi"]"#);
            }
        }
        let id_token = format!("Bearer {}", tokens.id_token.expose());
        assert_eq!(ask(&app, Some((header::AUTHORIZATION, id_token))).await.status(), 401);
    }
}
