//! Who may sign in, where the claims stand, how far a clock may be off, and whom to ask.

use super::{assert_mistake, providers::providers, read, with_provider};
use crate::{
    server::config::{AdmissionConfig, ClaimPath, ClaimsConfig, EmailVerified},
    shared::site::Contact,
};
use std::time::Duration;

fn admission(variables: &[(&str, &str)]) -> AdmissionConfig {
    providers(&with_provider(variables))[0].admission.clone()
}

#[test]
fn by_default_everybody_may_sign_in() {
    assert_eq!(admission(&[]), AdmissionConfig::default());
    let empty = [
        ("AUTH_AUTHENTIK_ALLOWED_GROUPS", ""),
        ("AUTH_AUTHENTIK_ALLOWED_DOMAINS", " "),
    ];
    assert_eq!(admission(&empty), AdmissionConfig::default());
    assert_eq!(admission(&[]).email_verified, EmailVerified::Ignore);
}

#[test]
fn the_variables_name_groups_and_domains() {
    let config = admission(&[
        ("AUTH_AUTHENTIK_EMAIL_VERIFIED", "require"),
        ("AUTH_AUTHENTIK_ALLOWED_GROUPS", "staff, The Guests ,x"),
        ("AUTH_AUTHENTIK_ALLOWED_DOMAINS", "Example.COM, bücher.example"),
    ]);
    assert_eq!(config.email_verified, EmailVerified::Require);
    assert_eq!(config.groups, ["staff", "The Guests", "x"]);
    assert_eq!(config.domains, ["example.com", "xn--bcher-kva.example"]);
    for (value, policy) in [("trust", EmailVerified::Trust), ("ignore", EmailVerified::Ignore)] {
        assert_eq!(
            admission(&[("AUTH_AUTHENTIK_EMAIL_VERIFIED", value)]).email_verified,
            policy
        );
    }
}

#[test]
fn the_file_has_lists_too_and_the_variable_goes_before() {
    let file = r#"
        [auth.providers.main]
        issuer = "https://id.example"
        id = "app"
        email-verified = "trust"
        allowed-groups = ["CN=Staff,DC=example", "guests"]
        allowed-domains = "one.example, two.example"
    "#;
    let main = read(file, &[]).unwrap().providers.remove(0).admission;
    assert_eq!(main.email_verified, EmailVerified::Trust);
    assert_eq!(main.groups, ["CN=Staff,DC=example", "guests"]);
    assert_eq!(main.domains, ["one.example", "two.example"]);
    let variables = [
        ("AUTH_MAIN_ALLOWED_GROUPS", "others"),
        ("AUTH_MAIN_ALLOWED_DOMAINS", ""),
    ];
    let main = read(file, &variables).unwrap().providers.remove(0).admission;
    assert_eq!(main.groups, ["others"]);
    assert!(main.domains.is_empty());
}

#[test]
fn what_admits_nobody_by_mistake_or_everybody_is_refused() {
    let domain = "a domain such as example.com: without @, without *, and sub-domains one by one";
    let commas = "names separated by single commas";
    for (ending, value, part) in [
        ("EMAIL_VERIFIED", "", "require, trust or ignore"),
        ("EMAIL_VERIFIED", "true", "require, trust or ignore"),
        ("ALLOWED_GROUPS", "staff,,guests", commas),
        ("ALLOWED_GROUPS", "staff,", commas),
        ("ALLOWED_DOMAINS", "example.com,", commas),
        ("ALLOWED_DOMAINS", "@example.com", domain),
        ("ALLOWED_DOMAINS", "*.example.com", domain),
        ("ALLOWED_DOMAINS", "ada@example.com", domain),
        ("ALLOWED_DOMAINS", "https://example.com", domain),
        ("ALLOWED_DOMAINS", "example.com.", domain),
        ("ALLOWED_DOMAINS", ".example.com", domain),
        ("ALLOWED_DOMAINS", "exam ple.com", domain),
        ("ALLOWED_DOMAINS", "127.0.0.1", domain),
        ("ALLOWED_DOMAINS", "ex%61mple.com", domain),
    ] {
        let name = format!("AUTH_AUTHENTIK_{ending}");
        assert_mistake(
            "",
            &with_provider(&[(&name, value)]),
            &[&format!("{name}: found"), part],
        );
    }
    let lone = read("", &with_provider(&[("AUTH_AUTHENTIK_ALLOWED_GROUPS", ",")])).unwrap_err();
    assert_eq!(lone.list().len(), 2, "both sides of a comma: {lone}");

    let table = "[auth.providers.main]\nissuer = \"https://id.example\"\nid = \"app\"\n";
    for (line, part) in [
        ("allowed-groups = [\"\"]", "found a list; expected a list of texts"),
        ("allowed-groups = [1]", "found a list; expected a list of texts"),
        ("allowed-groups = { a = 1 }", "found a table"),
        ("allowed-domains = [\"*\"]", "a domain such as example.com"),
        ("allowed-group = \"staff\"", "allowed-groups, perhaps"),
        ("email-verified = true", "require, trust or ignore"),
    ] {
        let subject = line.split(' ').next().unwrap();
        let subject = format!("[auth.providers.main] {subject}: found");
        assert_mistake(&format!("{table}{line}"), &[], &[&subject, part]);
    }
}

#[test]
fn claims_have_their_paths() {
    assert_eq!(read("", &[]).unwrap().claims, ClaimsConfig::default());
    let default = ClaimsConfig::default();
    assert_eq!(
        (default.groups.to_string(), default.organization.to_string()),
        ("groups".into(), "organizationId".into())
    );
    let file = "[auth.claims]\ngroups = 'realm_access.\"my roles\"'\norganization = \"resource.app[0]\"";
    let claims = read(file, &[]).unwrap().claims;
    assert_eq!(claims.groups, ClaimPath::parse("realm_access.\"my roles\"").unwrap());
    assert_eq!(claims.organization, ClaimPath::parse("resource.app[0]").unwrap());

    let shape = "the path of a claim, such as groups, realm_access.roles or resource.app[0]";
    for (line, part) in [
        ("groups = \"\"", shape),
        ("groups = \"a..b\"", shape),
        ("groups = \"a b\"", shape),
        (
            "groups = \"https://example.com/groups\"",
            "in quotation marks of its own",
        ),
        ("groups = '\"open'", "a second quotation mark"),
        ("organization = \"a[x]\"", "a place in a list as a whole number"),
        ("organization = [\"a\"]", "found a list"),
        ("organisation = \"a\"", "organization, perhaps"),
        ("roles = \"a\"", "one of groups, organization"),
        ("secret = \"hunter2\"", "no secret in this file"),
    ] {
        assert_mistake(&format!("[auth.claims]\n{line}"), &[], &["[auth.claims] ", part]);
    }
}

#[test]
fn a_clock_may_be_off_by_a_minute_or_as_said() {
    assert_eq!(read("", &[]).unwrap().clock_leeway, Duration::from_secs(60));
    for (value, seconds) in [("0s", 0), ("90s", 90), ("2m", 120), ("10m", 600), ("600s", 600)] {
        let leeway = |file: &str, variables: &[(&str, &str)]| read(file, variables).unwrap().clock_leeway;
        assert_eq!(
            leeway("", &[("AUTH_CLOCK_LEEWAY", value)]),
            Duration::from_secs(seconds)
        );
        let file = format!("[auth]\nclock-leeway = \"{value}\"");
        assert_eq!(leeway(&file, &[]), Duration::from_secs(seconds));
        assert_eq!(leeway(&file, &[("AUTH_CLOCK_LEEWAY", "1s")]), Duration::from_secs(1));
    }
    for value in [
        "",
        "60",
        "601s",
        "11m",
        "1h",
        "-1s",
        "1.5m",
        "99999999999999999999s",
        "s",
    ] {
        assert_mistake(
            "",
            &[("AUTH_CLOCK_LEEWAY", value)],
            &["AUTH_CLOCK_LEEWAY: found", "from 0s to 10m"],
        );
    }
    assert_mistake(
        "[auth]\nclock-leeway = 60",
        &[],
        &["[auth] clock-leeway: found \"60\"", "from 0s to 10m"],
    );
}

#[test]
fn somebody_can_be_asked() {
    assert_eq!(read("", &[]).unwrap().contact, None);
    for (value, href) in [
        ("help@example.com", "mailto:help@example.com"),
        ("it.help+app@sub.example.com", "mailto:it.help+app@sub.example.com"),
        ("https://example.com/help?topic=1", "https://example.com/help?topic=1"),
    ] {
        let contact = Some(Contact {
            href: href.to_owned(),
            text: value.to_owned(),
        });
        assert_eq!(read("", &[("AUTH_CONTACT", value)]).unwrap().contact, contact);
        assert_eq!(
            read(&format!("[auth]\ncontact = \"{value}\""), &[]).unwrap().contact,
            contact
        );
    }
    let expected = "an e-mail address or an https URL";
    for (value, part) in [
        ("", expected),
        ("the help desk", expected),
        ("http://example.com", expected),
        ("javascript:alert(1)", expected),
        ("a@b@example.com", expected),
        ("@example.com", expected),
        ("help@", expected),
        ("help?subject=x@example.com", expected),
        ("mailto:help@example.com", expected),
        ("https://user:hunter2@example.com", "without a user or a password"),
    ] {
        assert_mistake("", &[("AUTH_CONTACT", value)], &["AUTH_CONTACT: found", part]);
        assert!(
            !read("", &[("AUTH_CONTACT", value)])
                .unwrap_err()
                .to_string()
                .contains("hunter2")
        );
    }
    assert_mistake(
        "",
        &[("AUTH_CONTACT", &format!("https://example.com/{}", "x".repeat(200)))],
        &[expected],
    );
}
