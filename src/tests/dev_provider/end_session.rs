//! Sign-out at the provider.

use super::harness::{Bench, SCOPE, param, text};
use crate::server::provider::dev::{
    end_session::{self, Outcome},
    fields::Fields,
};
use url::form_urlencoded::Serializer;

fn end(bench: &Bench, pairs: &[(&str, &str)]) -> Outcome {
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    end_session::end(&bench.idp, &Fields::parse(query.as_bytes()).unwrap()).0
}

#[tokio::test]
async fn ends_the_session_and_goes_back() {
    let bench = Bench::start().await;
    let home = bench.at("/auth/signed-out").to_string();
    // The longest token there is must fit; and it may have expired.
    let tokens = bench.sign_in("groups", "openid profile offline_access").await;
    let other = bench.sign_in("groups", "openid profile offline_access").await;
    bench.pass(700);
    let hint = text(&tokens["id_token"]);
    let outcome = end(
        &bench,
        &[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", &home),
            ("state", "a&b"),
        ],
    );
    let Outcome::Redirect(url) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(url.as_str().starts_with(&home));
    assert_eq!(param(&url, "state").as_deref(), Some("a&b"));

    let refused = bench.refresh(text(&tokens["refresh_token"])).await.refused();
    assert_eq!(refused, (400, "invalid_grant".to_owned()));
    bench.refresh(text(&other["refresh_token"])).await.tokens();

    let again = end(&bench, &[("id_token_hint", hint), ("post_logout_redirect_uri", &home)]);
    assert!(
        matches!(again, Outcome::Redirect(url) if url.as_str() == home),
        "a second time is no mistake"
    );
}

#[tokio::test]
async fn redirects_only_where_it_was_registered_and_only_with_a_hint() {
    let bench = Bench::start().await;
    let home = bench.at("/auth/signed-out").to_string();
    let tokens = bench.sign_in("user", SCOPE).await;
    let hint = text(&tokens["id_token"]);
    let longer = format!("{home}?x");
    for pairs in [
        &[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", "https://evil.example/"),
        ][..],
        &[("id_token_hint", hint), ("post_logout_redirect_uri", &longer)],
        &[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", &home),
            ("post_logout_redirect_uri", &home),
        ],
        &[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", &home),
            ("client_id", "other"),
        ],
        &[("post_logout_redirect_uri", &home)],
    ] {
        assert!(matches!(end(&bench, pairs), Outcome::Problem(_)), "{pairs:?}");
    }
    assert!(matches!(end(&bench, &[("id_token_hint", hint)]), Outcome::SignedOut));
    assert!(matches!(end(&bench, &[]), Outcome::SignedOut));
    assert!(!bench.is_good(&tokens).await);
}

#[tokio::test]
async fn believes_only_its_own_tokens() {
    let (bench, stranger) = (Bench::start().await, Bench::start().await);
    let tokens = bench.sign_in("user", SCOPE).await;
    let foreign = stranger.sign_in("user", SCOPE).await;
    let hint = text(&tokens["id_token"]);
    let (body, _) = hint.rsplit_once('.').unwrap();
    let unsigned = format!("{body}.");
    for forged in [
        text(&foreign["id_token"]),
        &unsigned,
        text(&tokens["access_token"]),
        "a.b.c",
    ] {
        assert!(matches!(end(&bench, &[("id_token_hint", forged)]), Outcome::Problem(_)));
    }
    assert!(bench.is_good(&tokens).await);
}
