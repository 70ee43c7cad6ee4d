//! Who may sign in, where the configuration alone is wrong about it.

use super::Patient;
use crate::server::doctor::{Check, Report, Verdict};

async fn examine(variables: &[(&str, &str)]) -> Report {
    let mut patient = Patient::healthy().await;
    for (name, value) in variables {
        patient = patient.set(name, value);
    }
    patient.examine().await
}

#[tokio::test]
async fn a_domain_of_an_address_that_need_not_be_verified() {
    let domains = ("AUTH_FAULTY_ALLOWED_DOMAINS", "example.com");
    for policy in [&[][..], &[("AUTH_FAULTY_EMAIL_VERIFIED", "ignore")]] {
        let report = examine(&[&[domains], policy].concat()).await;
        Patient::assert(
            &report,
            Check::Admission,
            Verdict::Warn,
            &["AUTH_FAULTY_ALLOWED_DOMAINS", "set AUTH_FAULTY_EMAIL_VERIFIED=require"],
        );
        assert!(report.site.iter().any(|finding| finding.check == Check::Admission));
    }
    for policy in ["require", "trust"] {
        let report = examine(&[domains, ("AUTH_FAULTY_EMAIL_VERIFIED", policy)]).await;
        Patient::assert(&report, Check::Admission, Verdict::Pass, &["by group or address"]);
    }
    let report = examine(&[("AUTH_FAULTY_ALLOWED_GROUPS", "staff")]).await;
    Patient::assert(&report, Check::Admission, Verdict::Pass, &["by group or address"]);
    let report = examine(&[]).await;
    Patient::assert(&report, Check::Admission, Verdict::Pass, &["everybody", "faulty"]);
}

#[tokio::test]
async fn authentik_verifies_no_address_by_itself() {
    let parts = [
        "email_verified: false from 2025.10 on",
        "Customization > Property Mappings",
        "scope name email",
    ];
    for (id, issuer) in [
        ("AUTHENTIK", "http://127.0.0.1:1/realm"),
        ("COMPANY", "http://127.0.0.1:1/application/o/app/"),
    ] {
        let names = ["ISSUER", "ID", "EMAIL_VERIFIED"].map(|ending| format!("AUTH_{id}_{ending}"));
        let report = examine(&[(&names[0], issuer), (&names[1], "app"), (&names[2], "require")]).await;
        Patient::assert(&report, Check::Admission, Verdict::Warn, &parts);
        let report = examine(&[(&names[0], issuer), (&names[1], "app"), (&names[2], "trust")]).await;
        Patient::assert(&report, Check::Admission, Verdict::Pass, &[]);
    }
    let report = examine(&[("AUTH_FAULTY_EMAIL_VERIFIED", "require")]).await;
    Patient::assert(&report, Check::Admission, Verdict::Pass, &[]);
}
