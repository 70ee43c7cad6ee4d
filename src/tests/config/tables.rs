//! The tables of `Leptos.toml`.

use super::{assert_mistake, read};
use std::time::Duration;

#[test]
fn what_is_not_toml_is_refused_by_its_line_alone() {
    assert_mistake(
        "[auth]\n\nurl = \"hunter2",
        &[],
        &["Leptos.toml: found text that is not TOML in line 3"],
    );
    assert!(
        !read("[auth]\nurl = \"hunter2", &[])
            .unwrap_err()
            .to_string()
            .contains("hunter2")
    );
    // What may stand in the part that could not be read is not called missing.
    assert_mistake("[auth", &[("AUTH_DEV_IDP", "off")], &["not TOML in line 1"]);
}

#[test]
fn unknown_keys_and_tables_are_refused() {
    for (file, subject, meant) in [
        (
            "url = \"x\"",
            "Leptos.toml, url: found a key",
            "[package.metadata.leptos], [auth]",
        ),
        ("[oidc]", "Leptos.toml, oidc: found a table", "[auth]"),
        ("[package]\nname = \"x\"", "[package] name: found a key", "metadata"),
        (
            "[package.metadata.other]",
            "[package.metadata] other: found a table",
            "leptos",
        ),
        (
            "[package.metadata.leptos]\nsite-adr = 1",
            "[package.metadata.leptos] site-adr",
            "site-addr, perhaps",
        ),
        (
            "[package.metadata.leptos]\nstyle-file = 1",
            "[package.metadata.leptos] style-file",
            "one of output-name",
        ),
        (
            "[auth]\nbase-url = \"x\"",
            "[auth] base-url: found a key",
            "one of url, dev-idp",
        ),
        ("[auth.sesion]", "[auth] sesion: found a table", "session, perhaps"),
        (
            "[auth.session]\nmax_age = \"1d\"",
            "[auth.session] max_age",
            "max-age, perhaps",
        ),
        (
            "[auth.providers.a]\nissuer = \"https://id.example\"\nid = \"x\"\nscope = \"openid\"",
            "[auth.providers.a] scope",
            "scopes, perhaps",
        ),
    ] {
        assert_mistake(file, &[], &[subject, meant]);
    }
    assert_mistake(
        "auth = 1",
        &[],
        &["Leptos.toml, auth: found an integer; expected a table, [auth]"],
    );
    assert_mistake("[auth]\nurl = [1]", &[], &["[auth] url: found a list; expected text"]);
}

#[test]
fn secrets_in_the_file_are_refused_with_the_variable() {
    let provider = "[auth.providers.my-idp]\nissuer = \"https://id.example\"\nid = \"x\"\nsecret = \"hunter2\"";
    for (file, variable) in [
        ("secret = \"hunter2\"", "AUTH_SECRET"),
        ("[package.metadata.leptos]\nsecret = \"hunter2\"", "AUTH_SECRET"),
        ("[auth]\nsecret = \"hunter2\"", "AUTH_SECRET"),
        ("[auth.session]\nsecret = \"hunter2\"", "AUTH_SECRET"),
        ("[auth.roles]\nsecret = \"hunter2\"", "AUTH_SECRET"),
        (provider, "AUTH_MY_IDP_SECRET"),
        ("[auth]\nredis-url = \"redis://:hunter2@redis.example\"", "REDIS_URL"),
    ] {
        assert_mistake(
            file,
            &[],
            &[
                "in this file",
                &format!("set the variable {variable}, or {variable}_FILE"),
            ],
        );
        assert!(!read(file, &[]).unwrap_err().to_string().contains("hunter2"));
    }
    // Also where the variable is set already.
    let file = "[auth]\nredis-url = \"redis://:hunter2@redis.example\"";
    assert_mistake(
        file,
        &[("REDIS_URL", "redis://127.0.0.1")],
        &["[auth] redis-url: found"],
    );
}

#[test]
fn sessions_have_their_times() {
    let file = "[auth.session]\nidle = \"10m\"\nmax-age = \"2h\"\nupdate-age = \"90s\"";
    let session = read(file, &[]).unwrap().session;
    assert_eq!(session.idle, Duration::from_secs(600));
    assert_eq!(session.max_age, Duration::from_secs(7200));
    assert_eq!(session.update_age, Duration::from_secs(90));
    assert_eq!(
        read("[auth.session]\nidle = \"30d\"", &[]).unwrap().session.idle,
        Duration::from_secs(30 * 86400)
    );

    let format = "a whole number and its unit";
    for (key, value, part) in [
        ("idle", "\"0s\"", format),
        ("idle", "\"\"", format),
        ("idle", "\"d\"", format),
        ("idle", "\"7 d\"", format),
        ("idle", "\"-7d\"", format),
        ("idle", "\"+7d\"", format),
        ("idle", "\"1.5h\"", format),
        ("idle", "\"7ä\"", format),
        ("idle", "7", format),
        ("max-age", "\"4000d\"", format),
        ("max-age", "\"18446744073709551615d\"", format),
        ("max-age", "\"99999999999999999999s\"", format),
        ("max-age", "[\"7d\"]", "found a list"),
        (
            "idle",
            "\"31d\"",
            "found 2678400 seconds; expected no more than max-age",
        ),
        ("update-age", "\"7d\"", "expected less than idle"),
    ] {
        assert_mistake(
            &format!("[auth.session]\n{key} = {value}"),
            &[],
            &[&format!("[auth.session] {key}: found"), part],
        );
    }
}

#[test]
fn roles_come_from_groups() {
    let roles = read("[auth.roles]\nboss = [\"bosses\", \"The Boss\"]\ndefault = []", &[])
        .unwrap()
        .roles;
    assert_eq!(
        roles.grants.into_iter().collect::<Vec<_>>(),
        [("boss".to_owned(), vec!["bosses".to_owned(), "The Boss".to_owned()])]
    );
    assert!(roles.default.is_empty());

    // A table that is there replaces the built-in roles, but for the default.
    let roles = read("[auth.roles]", &[]).unwrap().roles;
    assert!(roles.grants.is_empty());
    assert_eq!(roles.default, ["user"]);

    for (table, part) in [
        ("admin = \"admins\"", "admin: found a text; expected a list"),
        ("admin = [1]", "admin: found a list; expected a list of texts"),
        ("admin = [\"\"]", "texts that are not empty"),
        ("default = true", "default: found a boolean"),
        ("\" \" = [\"x\"]", "found a key that is not known"),
    ] {
        assert_mistake(
            &format!("[auth.roles]\n{table}"),
            &[],
            &["Leptos.toml, [auth.roles] ", part],
        );
    }
}
