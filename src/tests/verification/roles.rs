//! Roles from groups, by `[auth.roles]`.

use super::bench::accepted;
use serde_json::{Value, json};

async fn roles(groups: Value) -> Value {
    accepted(|answers| answers.claims = json!({ "groups": groups })).await["roles"].clone()
}

#[tokio::test]
async fn groups_grant_roles_and_everybody_has_the_default() {
    for (groups, granted) in [
        (json!([]), json!(["user"])),
        (json!(["vestibule-admins"]), json!(["admin", "user"])),
        (json!(["authentik Admins"]), json!(["admin", "user"])),
        (json!(["authentik Admins", "vestibule-admins"]), json!(["admin", "user"])),
        (json!(["vestibule-support", "vestibule-admins"]), json!(["admin", "support", "user"])),
        (json!("vestibule-support"), json!(["support", "user"])),
    ] {
        assert_eq!(roles(groups.clone()).await, granted, "{groups}");
    }
}

#[tokio::test]
async fn a_group_grants_by_its_exact_name_and_is_no_role_itself() {
    let near = json!(["admin", "Vestibule-Admins", "vestibule-admins ", "vestibule-admin", "authentik admins"]);
    assert_eq!(roles(near).await, json!(["user"]));
}
