//! Roles from groups, by `[auth.roles]`.

use super::bench::Bench;
use crate::tests::faulty_provider::FaultyProvider;
use serde_json::{Value, json};

async fn roles(bench: &Bench, groups: &Value) -> Value {
    bench
        .provider
        .change(|answers| answers.claims = json!({ "groups": groups }));
    bench.sign_in().await["roles"].clone()
}

#[tokio::test]
async fn groups_grant_roles_and_everybody_has_the_default() {
    let bench = Bench::start().await;
    for (groups, granted) in [
        (json!([]), json!(["user"])),
        (json!(["vestibule-admins"]), json!(["admin", "user"])),
        (json!(["authentik Admins"]), json!(["admin", "user"])),
        (
            json!(["authentik Admins", "vestibule-admins"]),
            json!(["admin", "user"]),
        ),
        (
            json!(["vestibule-support", "vestibule-admins"]),
            json!(["admin", "support", "user"]),
        ),
        (json!("vestibule-support"), json!(["support", "user"])),
    ] {
        assert_eq!(roles(&bench, &groups).await, granted, "{groups}");
    }
}

#[tokio::test]
async fn a_group_grants_by_its_exact_name_and_is_no_role_itself() {
    let bench = Bench::start().await;
    let near = json!([
        "admin",
        "Vestibule-Admins",
        "vestibule-admins ",
        "vestibule-admin",
        "authentik admins"
    ]);
    assert_eq!(roles(&bench, &near).await, json!(["user"]));
}

#[tokio::test]
async fn a_table_of_our_own_decides_alone() {
    let file = r#"
        [auth.roles]
        editor = ["writers", "staff"]
        reader = ["staff"]
        default = ["guest", "reader"]
    "#;
    let bench = Bench::with_file(file, FaultyProvider::start().await, &[]).await;
    for (groups, granted) in [
        (json!(["writers"]), json!(["editor", "guest", "reader"])),
        (json!(["staff"]), json!(["editor", "reader", "guest"])),
        (json!(["vestibule-admins"]), json!(["guest", "reader"])),
    ] {
        assert_eq!(roles(&bench, &groups).await, granted, "{groups}");
    }
}
