//! Where a sign-in may lead, as far as the one who asks can say.

use super::{attempt_of, state_of};
use crate::tests::{app::App, browser::Browser};

#[tokio::test]
async fn a_target_that_leaves_becomes_the_default() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let too_long = format!("%2F{}", "a".repeat(2048));
    for hostile in [
        "https%3A%2F%2Fevil.example%2F",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "%5C%5Cevil.example",
        "%2F%09%2Fevil.example",
        "%2F%0D%0ASet-Cookie%3A%20a%3Db",
        "%2F%252Fevil.example",
        "%2F%25252Fevil.example",
        "javascript%3Aalert(1)",
        "data%3Atext%2Fhtml%2Cx",
        "dashboard",
        "%2Fauth%2Fcallback%3Fexchange%3Dx",
        "%2Fapi%2Fauth%2Flogout",
        "%FF%FE",
        "",
        &too_long,
    ] {
        let begin = browser.get(&format!("/api/auth/login/dev?redirect={hostile}")).await;
        assert_eq!(attempt_of(&app, &begin).await.target, "/dashboard", "{hostile}");
        let refused = browser.get(&format!("/api/auth/login/nobody?redirect={hostile}")).await;
        let location = refused.location();
        assert_eq!(
            location, "/auth/login?error=unknown_provider&redirect=%2Fdashboard",
            "{hostile}"
        );
    }
}

#[tokio::test]
async fn takes_the_first_of_two_targets_and_ignores_what_else_is_asked() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let query = "redirect=%2Faccount&redirect=%2Fdashboard&state=mine&nonce=mine&redirect_uri=x";
    let begin = browser.get(&format!("/api/auth/login/dev?{query}")).await;
    assert_ne!(state_of(&begin), "mine");
    assert!(!begin.location().contains("mine"));
    assert_eq!(attempt_of(&app, &begin).await.target, "/account");
}
