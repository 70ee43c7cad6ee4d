//! A provider that the world knows by a name under which this server does not reach it.

use super::bench::Bench;
use crate::{
    server::{
        http::{HttpClient, Route},
        provider::{
            client::Metadata,
            discovery::{What, document_url},
            fetch,
        },
    },
    tests::faulty_provider::{FaultyProvider, SECRET, Seen},
};
use serde_json::json;
use url::Url;

const DOCUMENT: &str = "/.well-known/openid-configuration";

/// An application that reaches the provider by the internal URL alone.
async fn split(origin: &str) -> Bench {
    let provider = FaultyProvider::behind(origin).await;
    let address = provider.address.clone();
    let variables = [("AUTH_FAULTY_SECRET", SECRET), ("AUTH_FAULTY_INTERNAL_URL", &*address)];
    Bench::of(provider, &variables).await
}

fn header<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    seen.headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_sign_in_goes_by_the_internal_url_and_the_person_by_the_public_one() {
    let bench = split("https://id.example").await;
    let begun = bench.begin().await;
    assert!(
        begun.location().starts_with("https://id.example/realm/authorize?"),
        "{}",
        begun.location()
    );
    let revocation = format!("{}/revoke", bench.provider.issuer);
    let end_session = format!("{}/end-session", bench.provider.issuer);
    bench.provider.change(|answers| {
        answers.discovery = json!({ "revocation_endpoint": revocation, "end_session_endpoint": end_session });
    });
    bench.advance(3600);
    bench.sign_in().await;
    let out = bench.browser.submit("/api/auth/logout", &[]).await;
    assert!(
        out.location().starts_with("https://id.example/realm/end-session?"),
        "{}",
        out.location()
    );
    for path in [DOCUMENT, "/keys", "/token", "/userinfo", "/revoke"] {
        let seen = bench.provider.seen(path);
        assert!(!seen.is_empty(), "{path}");
        for seen in &seen {
            assert_eq!(header(seen, "host"), Some("id.example"), "{path}");
            assert_eq!(header(seen, "x-forwarded-host"), Some("id.example"), "{path}");
            assert_eq!(header(seen, "x-forwarded-proto"), Some("https"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_port_of_the_public_url_is_presented_too() {
    let bench = split("https://id.example:8443").await;
    bench.sign_in().await;
    let token = &bench.provider.seen("/token")[0];
    assert_eq!(header(token, "host"), Some("id.example:8443"));
    assert_eq!(header(token, "x-forwarded-host"), Some("id.example:8443"));
}

/// What the headers are for, and that `iss` is compared as strictly as ever.
#[tokio::test]
async fn without_the_headers_the_provider_would_name_itself_otherwise() {
    let provider = FaultyProvider::behind("https://id.example").await;
    let http = HttpClient::new().unwrap();
    let inside: Url = format!("{}/realm", provider.address).parse().unwrap();
    let answer = fetch::get(What::Document, &document_url(&inside).unwrap(), &http)
        .await
        .unwrap();
    let metadata: Metadata = fetch::read(What::Document, &answer).unwrap().value;
    assert_eq!(metadata.issuer().as_str(), inside.as_str());

    let public: Url = provider.issuer.parse().unwrap();
    let http = http.with_route(Route::new(&public, &inside));
    let answer = fetch::get(What::Document, &document_url(&public).unwrap(), &http)
        .await
        .unwrap();
    assert!(answer.headers().contains_key("date"));
    let metadata: Metadata = fetch::read(What::Document, &answer).unwrap().value;
    assert_eq!(metadata.issuer().as_str(), "https://id.example/realm");

    // One that names itself by what it is called inside is another provider.
    let naive = FaultyProvider::start().await;
    let variables = [
        ("AUTH_FAULTY_ISSUER", "https://id.example/realm"),
        ("AUTH_FAULTY_INTERNAL_URL", &*naive.address.clone()),
    ];
    let bench = Bench::of(naive, &variables).await;
    let page = bench.begin().await;
    bench.assert_refused(&page, "configuration").await;
}

#[tokio::test]
async fn an_endpoint_of_another_origin_is_called_where_it_is() {
    let bench = split("http://localhost:1").await;
    let another = FaultyProvider::start().await;
    let userinfo = format!("{}/userinfo", another.issuer);
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "userinfo_endpoint": userinfo }));
    bench.sign_in().await;
    let seen = another.seen("/userinfo");
    assert_eq!(seen.len(), 1);
    assert_eq!(header(&seen[0], "host"), another.address.strip_prefix("http://"));
    assert_eq!(header(&seen[0], "x-forwarded-host"), None);
    assert_eq!(header(&seen[0], "x-forwarded-proto"), None);
    assert_eq!(
        header(&bench.provider.seen("/token")[0], "x-forwarded-proto"),
        Some("http")
    );
}

#[tokio::test]
async fn an_internal_url_where_nobody_is_makes_the_provider_unavailable() {
    let provider = FaultyProvider::start().await;
    let variables = [("AUTH_FAULTY_INTERNAL_URL", "http://127.0.0.1:1")];
    let bench = Bench::of(provider, &variables).await;
    let page = bench.begin().await;
    bench.assert_refused(&page, "provider_unavailable").await;
    assert!(
        bench.provider.seen(DOCUMENT).is_empty(),
        "the public URL is not tried in its stead"
    );
}
