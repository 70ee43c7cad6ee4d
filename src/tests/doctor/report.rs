//! The report as a table and as JSON.

use super::Patient;
use crate::server::doctor::{
    Check, Finding, ProviderReport, Report, Verdict,
    table::{self, Page},
};
use serde_json::{Value, json};

fn report() -> Report {
    let url = format!("https://id.example/{}", "x".repeat(120));
    Report {
        site: vec![Finding::pass(Check::Database, "written and read in 2 ms")],
        providers: vec![ProviderReport {
            id: "authentik".to_owned(),
            name: "Authentik".to_owned(),
            findings: vec![
                Finding::pass(Check::Discovery, "in order"),
                Finding::fail(
                    Check::SigningAlgorithm,
                    "announces HS256 only",
                    format!("Select a key. See {url} for more."),
                ),
                Finding::warn(Check::Pkce, "the provider does not say", "Ask it."),
                Finding::skip(Check::Keys, "jwks_uri is missing"),
            ],
        }],
    }
}

#[test]
fn the_table_is_aligned() {
    let page = Page {
        width: 1000,
        is_coloured: false,
    };
    let shown = table::write(&report(), page);
    let url = format!("https://id.example/{}", "x".repeat(120));
    let expected = format!(
        "This site\n\
        \x20 pass  Database           written and read in 2 ms\n\
        \n\
        Authentik (authentik)\n\
        \x20 pass  Discovery          in order\n\
        \x20 FAIL  Signing algorithm  announces HS256 only\n\
        \x20                          > Select a key. See {url} for more.\n\
        \x20 warn  PKCE               the provider does not say\n\
        \x20                          > Ask it.\n\
        \x20 skip  Keys               not checked: jwks_uri is missing\n\
        \n\
        1 to mend, 1 to look at, 1 not checked, 2 in order.\n"
    );
    assert_eq!(shown, expected);
}

#[test]
fn it_folds_between_words_and_leaves_urls_whole() {
    for width in [0, 60, 72, 80, 200] {
        let page = Page {
            width,
            is_coloured: false,
        };
        let mut report = report();
        report
            .site
            .push(Finding::pass(Check::Redis, "several words ".repeat(20)));
        let shown = table::write(&report, page);
        for line in shown.lines() {
            let is_one_word = line.split_whitespace().filter(|word| *word != ">").count() == 1;
            assert!(
                line.chars().count() <= width.max(60) || is_one_word,
                "{width}: {line:?}"
            );
        }
        assert!(shown.contains(&"x".repeat(120)), "{shown}");
    }
}

#[test]
fn what_was_not_checked_for_one_reason_is_one_line() {
    let page = Page {
        width: 80,
        is_coloured: false,
    };
    let mut report = report();
    let reason = "the discovery document could not be read";
    report.providers[0].findings = vec![
        Finding::fail(Check::Discovery, "404", "Check the slug."),
        Finding::skip(Check::Issuer, reason),
        Finding::skip(Check::Document, reason),
        Finding::skip(Check::Keys, "jwks_uri is missing"),
        Finding::skip(Check::Pkce, reason),
        Finding::pass(Check::Clock, "not checked: the discovery document could not be read"),
    ];
    let shown = table::write(&report, page);
    let expected = "\n\
        Authentik (authentik)\n\
        \x20 FAIL  Discovery  404\n\
        \x20                  > Check the slug.\n\
        \x20 skip  3 checks   not checked: the discovery document could not be read\n\
        \x20                  (Issuer, Document, PKCE)\n\
        \x20 skip  Keys       not checked: jwks_uri is missing\n\
        \x20 pass  Clock      not checked: the discovery document could not be read\n\
        \n\
        1 to mend, 4 not checked, 2 in order.\n";
    assert!(shown.ends_with(expected), "{shown}");
}

#[test]
fn the_width_is_the_terminals_or_what_columns_says_or_usual() {
    assert_eq!(table::width(Some(72), Some("120")), 72);
    assert_eq!(table::width(None, Some("120")), 120);
    for columns in [None, Some(""), Some("0"), Some("-1"), Some("wide")] {
        assert_eq!(table::width(None, columns), 100, "{columns:?}");
    }
}

#[test]
fn colours_are_for_terminals() {
    let coloured = table::write(
        &report(),
        Page {
            width: 1000,
            is_coloured: true,
        },
    );
    assert!(coloured.contains("\u{1b}[31mFAIL\u{1b}[0m"), "{coloured}");
    let plain = table::write(
        &report(),
        Page {
            width: 1000,
            is_coloured: false,
        },
    );
    assert!(!plain.contains('\u{1b}'));
}

#[test]
fn the_worst_decides() {
    let mut report = report();
    assert_eq!(report.verdict(), Verdict::Fail);
    report.providers[0].findings.remove(1);
    assert_eq!(report.verdict(), Verdict::Warn);
    report.providers[0].findings.remove(1);
    assert_eq!(
        report.verdict(),
        Verdict::Pass,
        "what was not checked alone fails nothing"
    );
}

#[tokio::test]
async fn json_has_the_shape_that_the_readme_shows() {
    let patient = Patient::healthy().await.set("AUTH_FAULTY_NAME", "A \"name\"");
    let report: Value = serde_json::to_value(patient.examine().await).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&report), ["providers", "site"]);
    let provider = &report["providers"][0];
    assert_eq!(names(provider), ["findings", "id", "name"]);
    assert_eq!(
        (&provider["id"], &provider["name"]),
        (&json!("faulty"), &json!("A \"name\""))
    );
    let all = [&report["site"], &provider["findings"]]
        .into_iter()
        .flat_map(|list| list.as_array().unwrap());
    for finding in all {
        assert_eq!(names(finding), ["check", "evidence", "remedy", "title", "verdict"]);
        assert_eq!(
            (&finding["verdict"], &finding["remedy"]),
            (&json!("pass"), &Value::Null)
        );
    }
    assert_eq!(provider["findings"][0]["check"], "discovery");
    assert!(
        include_str!("../../../README.md")
            .contains(r#"{"check":"issuer","title":"Issuer","verdict":"warn","evidence":"#)
    );
}
