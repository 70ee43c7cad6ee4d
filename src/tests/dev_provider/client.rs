//! Client authentication at the token and revocation endpoints.

use super::harness::{Bench, CLIENT, Reply, SCOPE, SECRET, VERIFIER, read};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded::byte_serialize;

fn encoded(value: &str) -> String {
    byte_serialize(value.as_bytes()).collect()
}

async fn with(bench: &Bench, authorization: Option<String>, extra: &[(&str, &str)]) -> Reply {
    let (code, redirect_uri) = (bench.code("user", SCOPE), bench.redirect_uri());
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", &*redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    form.extend(extra);
    let mut request = bench.http.post(bench.at("/dev/application/o/token/")).form(&form);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    read(request).await
}

fn basic(pair: &str) -> Option<String> {
    Some(format!("Basic {}", STANDARD.encode(pair)))
}

#[tokio::test]
async fn is_accepted_in_the_form_and_in_the_header() {
    let bench = Bench::start().await;
    with(&bench, None, &[("client_id", CLIENT), ("client_secret", SECRET)])
        .await
        .tokens();
    let pair = format!("{}:{}", encoded(CLIENT), encoded(SECRET));
    with(&bench, basic(&pair), &[]).await.tokens();
    with(&bench, basic(&pair), &[("client_id", CLIENT)]).await.tokens();
}

#[tokio::test]
async fn is_refused_when_wrong() {
    let bench = Bench::start().await;
    let invalid = (401, "invalid_client".to_owned());
    for (authorization, extra) in [
        (None, &[][..]),
        (None, &[("client_id", CLIENT)]),
        (None, &[("client_secret", SECRET)]),
        (None, &[("client_id", CLIENT), ("client_secret", "wrong")]),
        (None, &[("client_id", "other"), ("client_secret", SECRET)]),
        (basic(&format!("{CLIENT}:wrong")), &[]),
        (basic(CLIENT), &[]),
        (Some("Basic %%%".to_owned()), &[]),
        (Some("Bearer x".to_owned()), &[]),
    ] {
        let reply = with(&bench, authorization, extra).await;
        assert_eq!(reply.refused(), invalid, "{extra:?}");
        assert!(
            reply.headers["www-authenticate"]
                .to_str()
                .unwrap()
                .starts_with("Basic ")
        );
    }
}

#[tokio::test]
async fn is_refused_both_ways_at_once() {
    let bench = Bench::start().await;
    let invalid = (400, "invalid_request".to_owned());
    let pair = format!("{CLIENT}:{}", encoded(SECRET));
    let both = with(
        &bench,
        basic(&pair),
        &[("client_id", CLIENT), ("client_secret", SECRET)],
    )
    .await;
    assert_eq!(both.refused(), invalid);
    let two_names = with(&bench, basic(&pair), &[("client_id", "other")]).await;
    assert_eq!(two_names.refused(), invalid);
}

#[tokio::test]
async fn reads_only_proper_forms() {
    let bench = Bench::start().await;
    let invalid = (400, "invalid_request".to_owned());
    let credentials = [("client_id", CLIENT), ("client_secret", SECRET)];
    let repeated = with(&bench, None, &[credentials[0], credentials[1], ("code", "again")]).await;
    assert_eq!(repeated.refused(), invalid);
    let url = bench.at("/dev/application/o/token/");
    let json = read(
        bench
            .http
            .post(url.clone())
            .header("content-type", "application/json")
            .body("{}"),
    )
    .await;
    assert_eq!(json.refused(), invalid);
    let huge = read(bench.http.post(url).form(&[("x", "x".repeat(100_000))])).await;
    assert_eq!(huge.status, 413);
}

#[tokio::test]
async fn is_needed_to_revoke() {
    let bench = Bench::start().await;
    let url = bench.at("/dev/application/o/revoke/");
    let reply = read(bench.http.post(url).form(&[("token", "x"), ("client_id", CLIENT)])).await;
    assert_eq!(reply.refused(), (401, "invalid_client".to_owned()));
}
