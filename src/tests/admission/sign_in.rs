//! The decision, as it is met in a sign-in.

use crate::tests::{
    faulty_provider::{FaultyProvider, SECRET, answers::Answers},
    verification::bench::Bench,
};
use serde_json::{Value, json};

async fn bench(file: &str, variables: &[(&str, &str)]) -> Bench {
    let secret = [("AUTH_FAULTY_SECRET", SECRET)];
    let variables: Vec<_> = secret.iter().chain(variables).copied().collect();
    Bench::with_file(file, FaultyProvider::start().await, &variables).await
}

/// Asserts that the sign-in is refused with this code, for this reason.
async fn refused(bench: &Bench, code: &str, reason: &str, change: impl FnOnce(&mut Answers)) {
    bench.provider.change(change);
    let page = bench.call_back().await;
    let logged = bench.assert_refused(&page, code).await;
    assert!(logged.contains(reason), "{logged:?} has no {reason:?}");
}

#[tokio::test]
async fn a_verified_address_is_required() {
    let bench = bench("", &[("AUTH_FAULTY_EMAIL_VERIFIED", "require")]).await;
    assert_eq!(bench.sign_in().await["email_verified"], true);
    bench.sign_out().await;
    for (said, reason) in [
        (json!({ "email_verified": false }), "`email_verified` is false"),
        (json!({ "email_verified": "false" }), "`email_verified` is false"),
        (json!({ "email_verified": null }), "`email_verified` is absent"),
        (json!({ "email": null }), "the claim `email` is absent"),
        (json!({ "email": "" }), "the claim `email` is absent"),
    ] {
        refused(&bench, "email_unverified", reason, |answers| answers.userinfo = said).await;
    }
}

#[tokio::test]
async fn whether_the_address_is_verified_is_asked_of_userinfo_where_the_id_token_is_silent() {
    let bench = bench("", &[("AUTH_FAULTY_EMAIL_VERIFIED", "require")]).await;
    let everything = json!({
        "name": "Ada", "email": "ada@example.com", "preferred_username": "ada", "groups": [], "organizationId": "acme",
    });
    bench.provider.change(|answers| answers.claims = everything.clone());
    assert_eq!(bench.sign_in().await["email_verified"], true);
    assert_eq!(bench.provider.seen("/userinfo").len(), 1);

    bench.sign_out().await;
    let other = json!({ "email": "other@example.com" });
    refused(&bench, "email_unverified", "`email_verified` is absent", |answers| {
        answers.userinfo = other;
    })
    .await;
}

#[tokio::test]
async fn what_the_claim_said_stays_what_it_said_whoever_trusts_or_ignores_it() {
    for policy in ["trust", "ignore"] {
        let bench = bench("", &[("AUTH_FAULTY_EMAIL_VERIFIED", policy)]).await;
        for said in [json!(true), json!(false), json!(null)] {
            bench
                .provider
                .change(|answers| answers.userinfo = json!({ "email_verified": said }));
            assert_eq!(bench.sign_in().await["email_verified"], said, "{policy}");
        }
    }
}

#[tokio::test]
async fn one_of_the_groups_is_required() {
    let bench = bench("", &[("AUTH_FAULTY_ALLOWED_GROUPS", "staff, guests")]).await;
    for groups in [json!(["guests"]), json!(["x", "staff"]), json!("staff")] {
        bench
            .provider
            .change(|answers| answers.userinfo = json!({ "groups": groups }));
        bench.sign_in().await;
    }
    bench.sign_out().await;
    for (groups, reason) in [
        (json!(["Staff", "staff, guests"]), "in none of those that are allowed"),
        (json!([]), "the person is in none"),
        (json!([1, { "name": "staff" }]), "the person is in none"),
        (json!(null), "the claim of the groups is absent"),
        (json!(42), "the claim of the groups is absent or no list"),
        (json!({ "staff": true }), "the claim of the groups is absent or no list"),
    ] {
        refused(&bench, "not_allowed", reason, |answers| {
            answers.userinfo = json!({ "groups": groups });
        })
        .await;
    }
}

#[tokio::test]
async fn an_address_of_one_of_the_domains_is_required() {
    let bench = bench("", &[("AUTH_FAULTY_ALLOWED_DOMAINS", "Example.COM,bücher.example")]).await;
    for email in ["ada@example.com", "ada@EXAMPLE.com", "ada@xn--bcher-kva.example"] {
        bench
            .provider
            .change(|answers| answers.userinfo = json!({ "email": email }));
        bench.sign_in().await;
    }
    bench.sign_out().await;
    for (email, reason) in [
        (json!("ada@sub.example.com"), "not an allowed one"),
        (json!("ada@evil.example@example.com"), "one @"),
        (json!("ada@evil.example"), "not an allowed one"),
        (json!(null), "the claim `email` is absent"),
    ] {
        refused(&bench, "not_allowed", reason, |answers| {
            answers.userinfo = json!({ "email": email });
        })
        .await;
    }
}

#[tokio::test]
async fn groups_and_organisation_are_read_where_the_configuration_says() {
    let file = r#"
        [auth.claims]
        groups = "realm_access.roles"
        organization = "resource.app[0]"
        [auth.providers.faulty]
        allowed-groups = ["Staff, London", "support"]
    "#;
    let bench = bench(file, &[]).await;
    bench.provider.change(|answers| {
        answers.userinfo = json!({
            "groups": ["not-these"],
            "organizationId": "not-this",
            "realm_access": { "roles": ["Staff, London"] },
            "resource": { "app": [42, "x"] },
        });
    });
    let user = bench.sign_in().await;
    assert_eq!(user["groups"], json!(["Staff, London"]));
    assert_eq!(user["organization_id"], "42");
    // The ID token goes before userinfo.
    bench
        .provider
        .change(|answers| answers.claims = json!({ "realm_access": { "roles": ["support"] } }));
    let user = bench.sign_in().await;
    assert_eq!(
        (&user["groups"], &user["roles"]),
        (&json!(["support"]), &json!(["user"]))
    );

    bench.sign_out().await;
    refused(&bench, "not_allowed", "the claim of the groups is absent", |answers| {
        answers.claims = Value::Null;
        answers.userinfo = json!({ "groups": ["support"], "realm_access": {} });
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_openid_connect_names_itself_can_be_the_one() {
    let file = "[auth.claims]\ngroups = \"address.region\"\norganization = \"zoneinfo\"";
    let bench = bench(file, &[]).await;
    bench.provider.change(|answers| {
        answers.userinfo = json!({ "address": { "region": "north" }, "zoneinfo": "Europe/London" });
    });
    let user = bench.sign_in().await;
    assert_eq!(
        (&user["groups"], &user["organization_id"]),
        (&json!(["north"]), &json!("Europe/London"))
    );
}

#[tokio::test]
async fn nobody_is_in_more_than_ten_thousand_groups() {
    let bench = bench("", &[]).await;
    let groups = |count: usize| (0..count).map(|number| format!("g{number}")).collect::<Vec<_>>();
    refused(&bench, "token_invalid", "in 10001 groups", |answers| {
        answers.userinfo = json!({ "groups": groups(10_001) });
    })
    .await;
    bench
        .provider
        .change(|answers| answers.userinfo = json!({ "groups": groups(10_000) }));
    assert_eq!(bench.sign_in().await["groups"].as_array().unwrap().len(), 10_000);
}

#[tokio::test]
async fn who_is_not_let_in_reads_whom_to_ask() {
    for (contact, href) in [
        ("help@app.example", Some("href=\"mailto:help@app.example\"")),
        ("https://app.example/help", Some("href=\"https://app.example/help\"")),
        ("", None),
    ] {
        let mut variables = vec![("AUTH_FAULTY_ALLOWED_GROUPS", "staff")];
        variables.extend((!contact.is_empty()).then_some(("AUTH_CONTACT", contact)));
        let bench = bench("", &variables).await;
        let page = bench.call_back().await;
        bench.assert_refused(&page, "not_allowed").await;
        let shown = bench.browser.get(page.location()).await.text;
        assert!(shown.contains("Ask whoever runs this site to admit you"), "{shown}");
        assert!(href.is_none_or(|href| shown.contains(href)), "{shown}");
    }
}
