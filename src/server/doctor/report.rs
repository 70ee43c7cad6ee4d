//! What was found: plain data.

use serde::Serialize;

/// The longest evidence and the longest remedy, in characters: some of it is the provider's. An RSA key of 4096 bits fits.
const LONGEST: (usize, usize) = (400, 1500);

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// Not checked, because of something else.
    Skip,
    /// It works, and could be better; or it can't be told.
    Warn,
    /// Sign-in fails, or will.
    Fail,
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// `AUTH_URL`, the cookies, and where the server listens.
    PublicUrl,
    /// Visitors behind a proxy can be told apart.
    TrustedProxies,
    /// The database answers.
    Database,
    /// Redis answers.
    Redis,
    /// The embedded provider.
    Development,
    /// Who may sign in, and by what that is known.
    Admission,
    /// The discovery document can be had by this server.
    Discovery,
    /// Browsers reach the provider too, where this server goes another way.
    PublicDiscovery,
    /// The certificate is good for a while.
    Certificate,
    /// Both clocks agree.
    Clock,
    /// The document is the configured issuer's.
    Issuer,
    /// The document has all that is required, in the right shape.
    Document,
    /// Every endpoint is safe.
    Endpoints,
    /// The authorization code flow is offered.
    ResponseType,
    /// PKCE with S256 is offered.
    Pkce,
    /// ID tokens are signed with a key.
    SigningAlgorithm,
    /// The keys can be had and used.
    Keys,
    /// What is asked for is offered.
    Scopes,
    /// The client id and the client secret, or the key, are right.
    Credentials,
    /// The redirect URI is registered.
    RedirectUri,
    /// Signing out at the provider.
    EndSession,
    /// Revoking tokens.
    Revocation,
    /// Signing out there ends sessions here.
    BackchannelLogout,
    /// RFC 9207.
    IssParameter,
}

impl Check {
    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::PublicUrl => "Public URL",
            Self::TrustedProxies => "Trusted proxies",
            Self::Database => "Database",
            Self::Redis => "Redis",
            Self::Development => "Development provider",
            Self::Admission => "Admission",
            Self::Discovery => "Discovery",
            Self::PublicDiscovery => "Public discovery",
            Self::Certificate => "Certificate",
            Self::Clock => "Clock",
            Self::Issuer => "Issuer",
            Self::Document => "Document",
            Self::Endpoints => "Endpoints",
            Self::ResponseType => "Response type",
            Self::Pkce => "PKCE",
            Self::SigningAlgorithm => "Signing algorithm",
            Self::Keys => "Keys",
            Self::Scopes => "Scopes",
            Self::Credentials => "Client credentials",
            Self::RedirectUri => "Redirect URI",
            Self::EndSession => "Sign-out",
            Self::Revocation => "Revocation",
            Self::BackchannelLogout => "Back-channel logout",
            Self::IssParameter => "Issuer in answers",
        }
    }
}

/// What one check found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was checked.
    pub check: Check,
    /// Its name for people.
    pub title: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen; never a secret.
    pub evidence: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn pass(check: Check, evidence: impl Into<String>) -> Self {
        Self::new(check, Verdict::Pass, &evidence.into(), None)
    }

    /// Not checked.
    pub fn skip(check: Check, reason: &str) -> Self {
        Self::new(check, Verdict::Skip, &format!("not checked: {reason}"), None)
    }

    /// Could be better.
    pub fn warn(check: Check, evidence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, Verdict::Warn, &evidence.into(), Some(remedy.into()))
    }

    /// Must be mended.
    pub fn fail(check: Check, evidence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, Verdict::Fail, &evidence.into(), Some(remedy.into()))
    }

    fn new(check: Check, verdict: Verdict, evidence: &str, remedy: Option<String>) -> Self {
        Self {
            check,
            title: check.title(),
            verdict,
            evidence: plain(evidence, LONGEST.0),
            remedy: remedy.map(|remedy| plain(&remedy, LONGEST.1)),
        }
    }
}

/// All that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The configuration and the stores.
    pub site: Vec<Finding>,
    /// The providers, in the order of their ids.
    pub providers: Vec<ProviderReport>,
}

/// What was found of one provider.
#[derive(Clone, Debug, Serialize)]
pub struct ProviderReport {
    /// Its id.
    pub id: String,
    /// Its label.
    pub name: String,
    /// In the order of the checks.
    pub findings: Vec<Finding>,
}

impl Report {
    /// All findings, those of the site first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let of_providers = self.providers.iter().flat_map(|provider| &provider.findings);
        self.site.iter().chain(of_providers)
    }

    /// The worst of all; [`Verdict::Pass`] where what was not checked is all there is besides.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.findings().map(|finding| finding.verdict);
        match verdicts.max() {
            Some(worst) if worst > Verdict::Skip => worst,
            _ => Verdict::Pass,
        }
    }
}

/// `text` without what moves a terminal's cursor, and shortened: a provider may say anything.
fn plain(text: &str, longest: usize) -> String {
    let is_odd = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut shown: String = text
        .chars()
        .take(longest)
        .map(|c| if is_odd(&c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}
