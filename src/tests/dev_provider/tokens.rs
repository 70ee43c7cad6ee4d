//! What the tokens say and open.

use super::harness::{Bench, CLIENT, SCOPE, claims, payload, read, text};
use serde_json::json;

#[tokio::test]
async fn say_what_authentik_says() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("admin", SCOPE).await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["scope"], SCOPE);
    assert!(
        tokens.get("refresh_token").is_none(),
        "offline_access was not asked for"
    );

    let said = claims(&tokens);
    assert_eq!(said["iss"], bench.idp.issuer().as_str());
    assert_eq!(said["aud"], json!([CLIENT]));
    assert_eq!(said["exp"].as_i64(), said["iat"].as_i64().map(|issued| issued + 600));
    assert_eq!(said["auth_time"], said["iat"]);
    assert_eq!(said["acr"], "goauthentik.io/providers/oauth2/default");
    assert_eq!(said["amr"], json!(["pwd"]));
    assert!(is_hex(text(&said["sub"])) && is_hex(text(&said["sid"])));
    assert_eq!(said["name"], said["given_name"]);
    assert_eq!(said["preferred_username"], said["nickname"]);
    assert_eq!(said["email_verified"], false);
    assert_eq!(said["groups"][0], "vestibule-admins");
    assert_eq!(said["organizationId"], "org_harbour");

    let again = claims(&bench.sign_in("admin", SCOPE).await);
    assert_eq!(said["sub"], again["sub"]);
    assert_ne!(said["sid"], again["sid"], "each authorization is a new session");
}

#[tokio::test]
async fn tell_an_access_token_from_an_id_token() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("admin", SCOPE).await;
    let (id, access) = (claims(&tokens), payload(text(&tokens["access_token"])));
    for same in [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "sid",
        "groups",
        "organizationId",
    ] {
        assert_eq!(id[same], access[same], "{same}");
    }
    assert_eq!((&access["azp"], &access["scope"]), (&json!(CLIENT), &json!(SCOPE)));
    assert!(access.get("nonce").is_none() && access.get("at_hash").is_none());
    for only in ["azp", "jti", "scope"] {
        assert!(id.get(only).is_none(), "{only}");
    }
    let again = payload(text(&bench.sign_in("admin", SCOPE).await["access_token"]));
    assert_ne!(access["jti"], again["jti"]);
}

#[tokio::test]
async fn an_access_token_of_another_signature_opens_nothing() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("admin", SCOPE).await;
    let (head, signature) = text(&tokens["access_token"]).rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    assert_eq!(bench.userinfo(&forged).await.status, 401);
    assert_eq!(
        bench
            .userinfo(text(&payload(text(&tokens["access_token"]))["jti"]))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn say_no_more_than_was_asked() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("admin", "openid unheard-of").await;
    assert_eq!(tokens["scope"], "openid");
    let said = claims(&tokens);
    for claim in ["name", "email", "email_verified", "groups", "organizationId"] {
        assert!(said.get(claim).is_none(), "{claim}");
    }
    let info = bench.userinfo(text(&tokens["access_token"])).await.json();
    assert_eq!(info, json!({ "sub": said["sub"] }));
}

#[tokio::test]
async fn tell_the_people_apart() {
    let bench = Bench::start().await;
    let of = async |person: &str| claims(&bench.sign_in(person, SCOPE).await);
    assert_eq!(of("support").await["groups"][0], "vestibule-support");
    let user = of("user").await;
    assert_eq!(user["groups"], json!([]));
    assert_eq!(user["organizationId"], "org_meadow");
    assert_eq!(of("groups").await["groups"].as_array().unwrap().len(), 500);
    let long = of("long-name").await;
    assert!(text(&long["name"]).chars().count() > 100 && !long["name"].to_string().is_ascii());
    for claim in ["email", "email_verified", "organizationId"] {
        assert!(long.get(claim).is_none(), "{claim}");
    }
}

#[tokio::test]
async fn open_userinfo_until_they_expire() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("admin", SCOPE).await;
    let info = bench.userinfo(text(&tokens["access_token"])).await;
    assert_eq!(info.headers["cache-control"], "no-store");
    assert_eq!(info.json()["sub"], claims(&tokens)["sub"]);
    assert_eq!(info.json()["email"], "adaeze.obi@harbour.example");
    let url = bench.at("/dev/application/o/userinfo/");
    let posted = read(bench.http.post(url.clone()).bearer_auth(text(&tokens["access_token"]))).await;
    assert_eq!(posted.json(), info.json());

    bench.pass(600);
    let expired = bench.userinfo(text(&tokens["access_token"])).await;
    assert_eq!(expired.status, 401);
    assert!(
        expired.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .contains("error=\"invalid_token\"")
    );
    let without = read(bench.http.get(url)).await;
    assert_eq!(without.status, 401);
    assert!(!without.headers["www-authenticate"].to_str().unwrap().contains("error"));
    assert_eq!(
        bench.userinfo(text(&tokens["id_token"])).await.status,
        401,
        "an ID token opens nothing"
    );
}

#[tokio::test]
async fn are_revoked() {
    let bench = Bench::start().await;
    let path = "/dev/application/o/revoke/";
    let tokens = bench.sign_in("user", "openid offline_access").await;
    let (access, refresh) = (text(&tokens["access_token"]), text(&tokens["refresh_token"]));
    assert_eq!(bench.post(path, &[("token", "unknown")]).await.status, 200);
    assert_eq!(
        bench.post(path, &[]).await.refused(),
        (400, "invalid_request".to_owned())
    );

    assert_eq!(
        bench
            .post(path, &[("token", access), ("token_type_hint", "access_token")])
            .await
            .status,
        200
    );
    assert!(!bench.is_good(&tokens).await);
    let renewed = bench.refresh(refresh).await.tokens();
    assert!(
        bench.is_good(&renewed).await,
        "revoking an access token leaves its family"
    );

    bench.post(path, &[("token", text(&renewed["refresh_token"]))]).await;
    assert!(!bench.is_good(&renewed).await, "revoking a refresh token ends it");
}

fn is_hex(value: &str) -> bool {
    value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}
