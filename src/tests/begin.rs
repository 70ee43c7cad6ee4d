//! begin

use super::{app::App, browser::Browser};

#[tokio::test]
async fn a_person_signs_in() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    assert_eq!(browser.session().await, serde_json::Value::Null);
    assert_eq!(browser.sign_in("admin").await, "/dashboard");
    assert_eq!(browser.session().await["user"]["roles"][0], "admin");
}

#[tokio::test]
async fn a_person_signs_in_over_redis() {
    let redis = super::redis::Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    let browser = Browser::at(&app);
    assert_eq!(browser.sign_in("admin").await, "/dashboard");
    assert_eq!(browser.session().await["user"]["roles"][0], "admin");
}
