//! A provider that this server reaches another way than browsers do.

use super::{Patient, REDIRECT_URI, wrong};
use crate::{
    server::doctor::{Check, Verdict},
    tests::faulty_provider::{FaultyProvider, answers::Raw},
};
use serde_json::json;

const DOCUMENT: &str = "/.well-known/openid-configuration";
/// Where nobody answers.
const NOWHERE: &str = "http://127.0.0.1:1";

/// Known to the world as `origin`, and reached where it listens.
async fn behind(origin: &str) -> Patient {
    let patient = Patient::of(FaultyProvider::behind(origin).await);
    let address = patient.provider.address.clone();
    patient.set("AUTH_FAULTY_INTERNAL_URL", &address)
}

#[tokio::test]
async fn a_public_address_that_this_server_does_not_reach_is_no_failure() {
    let patient = behind(NOWHERE).await;
    let report = patient.examine().await;
    assert_eq!(
        wrong(&report),
        [
            (Check::PublicDiscovery, Verdict::Warn),
            (Check::RedirectUri, Verdict::Skip)
        ],
        "{report:#?}"
    );
    Patient::assert(
        &report,
        Check::Discovery,
        Verdict::Pass,
        &["http://127.0.0.1:1/realm", &format!("by {}", patient.provider.address)],
    );
    Patient::assert(
        &report,
        Check::PublicDiscovery,
        Verdict::Warn,
        &["from here: no answer", "Browsers must reach", "this server need not"],
    );
    Patient::assert(
        &report,
        Check::RedirectUri,
        Verdict::Skip,
        &["/realm/authorize: no answer"],
    );
    // As a sign-in goes: in the public name.
    for path in [DOCUMENT, "/keys", "/token"] {
        let seen = patient.provider.seen(path);
        assert_eq!(seen.len(), 1, "{path}");
        assert_eq!(seen[0].headers["host"], "127.0.0.1:1", "{path}");
        assert_eq!(seen[0].headers["x-forwarded-proto"], "http", "{path}");
    }
    assert!(patient.provider.seen("/authorize").is_empty(), "that is for browsers");
}

#[tokio::test]
async fn both_ways_to_one_provider() {
    let patient = Patient::healthy().await;
    // The same door, by another name.
    let inside = patient.provider.address.replace("127.0.0.1", "localhost");
    let report = patient.set("AUTH_FAULTY_INTERNAL_URL", &inside).examine().await;
    assert_eq!(wrong(&report), [], "{report:#?}");
    Patient::assert(&report, Check::PublicDiscovery, Verdict::Pass, &["answers in"]);
    Patient::assert(&report, Check::RedirectUri, Verdict::Pass, &[REDIRECT_URI]);
}

#[tokio::test]
async fn an_internal_url_where_nobody_is() {
    let patient = Patient::healthy().await.set("AUTH_FAULTY_INTERNAL_URL", NOWHERE);
    let report = patient.examine().await;
    Patient::assert(
        &report,
        Check::Discovery,
        Verdict::Fail,
        &[
            "by http://127.0.0.1:1/: no answer",
            "AUTH_FAULTY_INTERNAL_URL=http://127.0.0.1:1/",
            "authentik's server container",
            "port 9000",
            "9443",
            "AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS",
        ],
    );
    Patient::assert(&report, Check::PublicDiscovery, Verdict::Pass, &["answers in"]);
    for check in [Check::Issuer, Check::Credentials, Check::RedirectUri] {
        Patient::assert(&report, check, Verdict::Skip, &["not checked"]);
    }
    assert!(
        patient.provider.seen("/token").is_empty(),
        "no secret goes the other way"
    );
}

#[tokio::test]
async fn something_else_at_the_internal_url() {
    let patient = behind(NOWHERE).await;
    for (raw, part) in [
        (Raw::html(200), "Something else answers there"),
        (Raw::json(404, "{}"), "404, not found"),
        (Raw::json(503, "{}"), "out of order"),
    ] {
        patient
            .provider
            .change(|answers| answers.instead = vec![(DOCUMENT, raw)]);
        let report = patient.examine().await;
        Patient::assert(
            &report,
            Check::Discovery,
            Verdict::Fail,
            &[part, "authentik's server container", &patient.provider.address],
        );
    }
}

/// authentik that does not trust this server as a proxy takes its name from the connection.
#[tokio::test]
async fn a_provider_that_does_not_trust_what_is_presented() {
    let inside = FaultyProvider::start().await;
    let patient = Patient::of(FaultyProvider::start().await).set("AUTH_FAULTY_INTERNAL_URL", &inside.address);
    let report = patient.examine().await;
    Patient::assert(
        &report,
        Check::Issuer,
        Verdict::Fail,
        &[
            &inside.issuer,
            "AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS",
            "X-Forwarded-Proto",
        ],
    );
    Patient::assert(
        &report,
        Check::PublicDiscovery,
        Verdict::Warn,
        &[
            &format!("issuer is {} for browsers", patient.provider.issuer),
            &format!("{} for this server", inside.issuer),
        ],
    );
    for path in ["/token", "/authorize"] {
        assert!(inside.seen(path).is_empty() && patient.provider.seen(path).is_empty());
    }
}

#[tokio::test]
async fn another_page_at_the_public_address() {
    let public = FaultyProvider::start().await;
    let patient = behind(&public.address).await;
    for raw in [Raw::html(200), Raw::html(401), Raw::json(200, "[]")] {
        public.change(|answers| answers.instead = vec![(DOCUMENT, raw)]);
        let report = patient.examine().await;
        Patient::assert(&report, Check::PublicDiscovery, Verdict::Warn, &["Browsers must reach"]);
        Patient::assert(&report, Check::Discovery, Verdict::Pass, &[]);
        Patient::assert(&report, Check::Credentials, Verdict::Pass, &[]);
    }
    public.change(|answers| {
        answers.instead = Vec::new();
        answers.discovery = json!({ "authorization_endpoint": "https://elsewhere.example/authorize" });
    });
    let report = patient.examine().await;
    Patient::assert(
        &report,
        Check::PublicDiscovery,
        Verdict::Warn,
        &["authorization_endpoint is https://elsewhere.example/authorize for browsers"],
    );
}
