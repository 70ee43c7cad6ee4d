//! The doctor: all in order at a healthy provider, and each misconfiguration found and named.

mod admission;
mod answers;
mod broken;
mod certificate;
mod copied;
mod credentials;
mod endpoints;
mod internal;
mod issuer;
mod report;
mod scopes;
mod signing;
mod site;

use crate::{
    server::{
        clock::Clock,
        config::Config,
        doctor::{self, Check, ExamineError, Finding, Report, Verdict},
    },
    tests::faulty_provider::{CLIENT, FaultyProvider, SECRET, answers::Answers},
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Where the provider sends its answers.
const REDIRECT_URI: &str = "http://127.0.0.1:3000/api/auth/callback/faulty";

/// A patient: a provider, and a configuration for it.
struct Patient {
    provider: FaultyProvider,
    variables: Vec<(String, String)>,
    folder: TempDir,
}

impl Patient {
    /// All in order.
    async fn healthy() -> Self {
        Self::of(FaultyProvider::start().await)
    }

    fn of(provider: FaultyProvider) -> Self {
        let discovery = healthy_discovery(&provider.issuer);
        provider.change(|answers| {
            answers.discovery = discovery;
            answers.registered = Some(vec![REDIRECT_URI.to_owned()]);
        });
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("vestibule.db").display());
        let variables = [
            ("DATABASE_URL", &*database),
            ("AUTH_FAULTY_ISSUER", &*provider.issuer),
            ("AUTH_FAULTY_ID", CLIENT),
            ("AUTH_FAULTY_SECRET", SECRET),
        ];
        let variables = variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        Self {
            provider,
            variables,
            folder,
        }
    }

    /// With what a test changes at the provider.
    async fn with(change: impl FnOnce(&mut Answers)) -> Self {
        let patient = Self::healthy().await;
        patient.provider.change(change);
        patient
    }

    /// With members of the discovery document changed.
    async fn announcing(change: Value) -> Self {
        Self::with(|answers| {
            let members = answers.discovery.as_object_mut().unwrap();
            members.extend(change.as_object().unwrap().clone());
        })
        .await
    }

    /// With this variable.
    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(given, _)| given != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn config(&self) -> Config {
        Config::from_sources(None, self.variables.clone()).unwrap()
    }

    async fn examine(&self) -> Report {
        self.examine_by(&Clock::system()).await
    }

    async fn examine_by(&self, clock: &Clock) -> Report {
        let report = doctor::examine(&self.config(), None, clock).await.unwrap();
        let shown = serde_json::to_string(&report).unwrap();
        copied::assert_bare(&report);
        for secret in [SECRET, "s:ecret", "evil words", "PRIVATE KEY"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        report
    }

    /// What a check found of the provider.
    async fn find(&self, check: Check) -> Finding {
        find(&self.examine().await, check)
    }

    /// What a check found, which must have this verdict, and say this in evidence or remedy.
    #[track_caller]
    fn assert(report: &Report, check: Check, verdict: Verdict, parts: &[&str]) {
        let finding = find(report, check);
        assert_eq!(finding.verdict, verdict, "{finding:#?}");
        assert_eq!(finding.remedy.is_some(), verdict > Verdict::Skip, "{finding:#?}");
        let said = format!("{} {}", finding.evidence, finding.remedy.unwrap_or_default());
        for part in parts {
            assert!(said.contains(part), "{said:?} has no {part:?}");
        }
    }
}

fn find(report: &Report, check: Check) -> Finding {
    let mut found = report.findings().filter(|finding| finding.check == check);
    let finding = found
        .next()
        .unwrap_or_else(|| panic!("{check:?} was not checked: {report:#?}"));
    assert!(found.next().is_none(), "{check:?} twice");
    finding.clone()
}

/// What is not as it should be.
fn wrong(report: &Report) -> Vec<(Check, Verdict)> {
    let findings = report.findings().map(|finding| (finding.check, finding.verdict));
    findings.filter(|(_, verdict)| *verdict != Verdict::Pass).collect()
}

/// What a provider that is right in everything announces besides.
fn healthy_discovery(issuer: &str) -> Value {
    let at = |path: &str| format!("{}/{path}", issuer.trim_end_matches('/'));
    json!({
        "end_session_endpoint": at("end-session"),
        "revocation_endpoint": at("revoke"),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "backchannel_logout_supported": true,
    })
}

#[tokio::test]
async fn a_healthy_provider_passes_every_check() {
    let patient = Patient::healthy().await;
    let report = patient.examine().await;
    assert_eq!(wrong(&report), [], "{report:#?}");
    assert_eq!(report.verdict(), Verdict::Pass);
    assert_eq!(report.providers.len(), 1);
    let count = report.providers[0].findings.len();
    assert_eq!(count, 16, "all but the certificate, for this one has none: {report:#?}");
    Patient::assert(
        &report,
        Check::RedirectUri,
        Verdict::Pass,
        &[REDIRECT_URI, "is registered"],
    );
    Patient::assert(
        &report,
        Check::Credentials,
        Verdict::Pass,
        &["accepted by client_secret_post"],
    );
    let address = "http://127.0.0.1:3000/api/auth/backchannel-logout/faulty";
    Patient::assert(
        &report,
        Check::BackchannelLogout,
        Verdict::Pass,
        &["announced", address],
    );
    let asked = patient.provider.seen("/authorize")[0].query.clone().unwrap();
    let asked: Vec<_> = url::form_urlencoded::parse(asked.as_bytes()).collect();
    assert!(asked.contains(&("prompt".into(), "none".into())), "{asked:?}");
    let scope = ("scope".into(), "openid profile email offline_access".into());
    assert!(asked.contains(&scope), "what a sign-in asks for: {asked:?}");
    // Nobody was signed in for it, and nothing asked twice.
    for path in ["/.well-known/openid-configuration", "/keys", "/token", "/authorize"] {
        assert_eq!(patient.provider.seen(path).len(), 1, "{path}");
    }
}

#[tokio::test]
async fn one_that_is_down_does_not_hide_the_other() {
    let patient = Patient::healthy().await;
    let patient = patient
        .set("AUTH_DOWN_ISSUER", "http://127.0.0.1:1/")
        .set("AUTH_DOWN_ID", "app");
    let report = patient.examine().await;
    let [down, faulty] = &report.providers[..] else {
        panic!("{report:#?}")
    };
    assert_eq!((&*down.id, &*faulty.id), ("down", "faulty"));
    assert_eq!(down.findings[0].verdict, Verdict::Fail);
    assert!(faulty.findings.iter().all(|finding| finding.verdict == Verdict::Pass));
    assert_eq!(report.verdict(), Verdict::Fail);

    let only = doctor::examine(&patient.config(), Some("faulty"), &Clock::system())
        .await
        .unwrap();
    assert_eq!((only.providers.len(), only.verdict()), (1, Verdict::Pass));
}

#[tokio::test]
async fn an_unknown_provider_is_refused_with_those_that_there_are() {
    let patient = Patient::healthy().await.set("AUTH_DEV_IDP", "on");
    let error = doctor::examine(&patient.config(), Some("fualty"), &Clock::system())
        .await
        .unwrap_err();
    assert!(matches!(error, ExamineError::Unknown(_)));
    assert_eq!(
        error.to_string(),
        "There is no provider \"fualty\" in the configuration; it has faulty, dev."
    );
}
