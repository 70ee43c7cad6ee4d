//! Reads the whole configuration, in the order of its parts, and decides what depends on several of them.

use super::{
    Config, Mistake, Mistakes, PublicUrl, Purpose, bounded, claims, clock_leeway, contact, environment::Environment,
    file::Section, leptos, log, mistakes::plain, network, providers, reader::Reader, roles, secrets, session, stores,
    text::Shown,
};
use std::{ffi::OsString, io::ErrorKind, net::SocketAddr, path::Path};

/// Read when `VESTIBULE_CONFIG` names no other.
const FILE: &str = "Leptos.toml";

/// The largest file, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;

impl Config {
    /// Reads the file that `VESTIBULE_CONFIG` names, or `./Leptos.toml` if it is there, and the process environment.
    ///
    /// # Errors
    /// Every mistake.
    pub fn load(purpose: Purpose) -> Result<Self, Mistakes> {
        let executable = std::env::current_exe().ok();
        let folder = executable.as_deref().and_then(Path::parent);
        Self::load_from(std::env::vars_os(), folder, purpose)
    }

    /// Reads the same with these variables and for an executable in this folder, beside which Leptos looks for hashes.
    ///
    /// # Errors
    /// Every mistake.
    pub fn load_from(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        executable_folder: Option<&Path>,
        purpose: Purpose,
    ) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let environment = Environment::of_system(environment, &mut mistakes);
        let mut reader = Reader {
            environment,
            mistakes,
            purpose,
        };
        let file = find(&mut reader);
        let file = file.as_ref().map(|(path, text)| (path.as_str(), text.as_str()));
        assemble(reader, file, executable_folder)
    }

    /// Reads the same from given sources, for tests: `file` is the path that messages show, and the text.
    ///
    /// # Errors
    /// Every mistake.
    pub fn from_sources(
        file: Option<(&str, &str)>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Mistakes> {
        let reader = Reader {
            environment: Environment::new(environment),
            mistakes: Mistakes::default(),
            purpose: Purpose::Serve,
        };
        assemble(reader, file, None)
    }
}

/// The path and the text of the file, if there is one.
fn find(reader: &mut Reader) -> Option<(String, String)> {
    let named = reader.variable("VESTIBULE_CONFIG", Shown::Whole);
    let path = named.as_ref().map_or(FILE, |text| &text.value);
    match bounded::read(Path::new(path), FILE_LIMIT) {
        Ok(text) => Some((path.to_owned(), text)),
        Err(bounded::Problem::Io(error)) if named.is_none() && error.kind() == ErrorKind::NotFound => None,
        Err(problem) => {
            let subject = named.as_ref().map_or(FILE, |text| &text.subject);
            // A path that comes out of a file may be the wrong file's content.
            let is_shown = named.as_ref().is_none_or(|text| text.shown == Shown::Whole);
            let path = if is_shown { plain(path) } else { "…".to_owned() };
            let found = format!("\"{path}\", a file that can't be used: {problem}");
            reader.mistakes.add_unread(Mistake::new(
                subject,
                found,
                "the path of a file like the Leptos.toml of the project",
            ));
            None
        }
    }
}

fn assemble(mut reader: Reader, file: Option<(&str, &str)>, folder: Option<&Path>) -> Result<Config, Mistakes> {
    let mistakes = &mut reader.mistakes;
    let mut root = Section::root(file, mistakes);
    let mut package = root.section("package", mistakes);
    let mut metadata = package.section("metadata", mistakes);
    let leptos_table = metadata.section("leptos", mistakes);
    let mut auth = root.section("auth", mistakes);
    root.finish(&["[package.metadata.leptos]", "[auth]"], "AUTH_SECRET", mistakes);
    package.finish(&["metadata"], "AUTH_SECRET", mistakes);
    metadata.finish(&["leptos"], "AUTH_SECRET", mistakes);
    let session = session::read(auth.section("session", mistakes), mistakes);
    let roles = roles::read(auth.section("roles", mistakes), mistakes);
    let claims = claims::read(auth.section("claims", mistakes), mistakes);
    let provider_tables = auth.section("providers", mistakes);

    let leptos = leptos::read(&mut reader, leptos_table, folder);
    let public_url = public_url(&mut reader, &mut auth, leptos.site_addr);
    let is_loopback = public_url.as_ref().map(PublicUrl::is_loopback);
    let secrets = secrets(&mut reader, is_loopback);
    let (providers, is_declared) = providers::read(&mut reader, provider_tables);
    let dev_idp = dev_idp(&mut reader, &mut auth, is_loopback, is_declared);
    let trusted_proxies = network::trusted_proxies(&mut reader, &mut auth);
    let rate_limit = network::rate_limit(&mut reader, &mut auth);
    let database = stores::database(&mut reader, &mut auth);
    let redis_url = stores::redis(&mut reader, &mut auth);
    let clock_leeway = clock_leeway::read(&mut reader, &mut auth);
    let contact = contact::read(&mut reader, &mut auth);
    let log_filter = log::filter(&mut reader);
    let log_format = log::format(&mut reader);
    let known = [
        "url",
        "dev-idp",
        "trusted-proxies",
        "rate-limit",
        "database-url",
        "redis-url",
        "clock-leeway",
        "contact",
        "session",
        "roles",
        "claims",
        "providers",
    ];
    auth.finish(&known, "AUTH_SECRET", &mut reader.mistakes);
    reader.environment.refuse_unknown(&mut reader.mistakes);

    match public_url {
        Some(public_url) if reader.mistakes.is_empty() => Ok(Config {
            public_url,
            secrets,
            providers,
            dev_idp,
            trusted_proxies,
            rate_limit,
            database,
            redis_url,
            session,
            roles,
            claims,
            clock_leeway,
            contact,
            leptos,
            log_filter,
            log_format,
        }),
        _ => Err(reader.mistakes),
    }
}

/// `AUTH_URL`, by default the address that the server listens on.
fn public_url(reader: &mut Reader, auth: &mut Section, site_addr: SocketAddr) -> Option<PublicUrl> {
    let text = reader.text("AUTH_URL", auth, "url");
    if let Some(text) = text {
        return reader.parse(&text, PublicUrl::parse);
    }
    let url = PublicUrl::parse(&format!("http://{site_addr}")).ok();
    if url.is_none() {
        let expected = format!(
            "the public origin, such as https://app.example.com: LEPTOS_SITE_ADDR is {site_addr}, which says where to \
             listen, but not how a browser gets there"
        );
        // Without it there is no configuration, whatever else could not be read.
        reader.mistakes.add(Mistake::new("AUTH_URL", "nothing", expected));
    }
    url
}

/// `AUTH_SECRET`: on loopback it may be absent, and is then made and kept beside the database.
fn secrets(reader: &mut Reader, is_loopback: Option<bool>) -> Vec<crate::server::secret::Secret> {
    let text = reader.variable("AUTH_SECRET", Shown::Nothing);
    if text.is_none() && is_loopback == Some(false) && reader.purpose == Purpose::Serve {
        let expected = "a secret of at least 32 characters, such as `openssl rand -base64 33` makes, because AUTH_URL is not \
                        loopback; several servers of one site share it";
        reader.mistakes.add_missing("AUTH_SECRET", expected);
    }
    text.and_then(|text| reader.parse(&text, secrets::seals))
        .unwrap_or_default()
}

/// `AUTH_DEV_IDP`: everybody may be anybody there, therefore on loopback only.
fn dev_idp(reader: &mut Reader, auth: &mut Section, is_loopback: Option<bool>, is_declared: bool) -> bool {
    let text = reader.text("AUTH_DEV_IDP", auth, "dev-idp");
    let is_asked_for = text.as_ref().map(|text| {
        reader.parse(text, |value| match value {
            "on" if is_loopback == Some(false) => Err(
                "off: the development provider lets everybody in as anybody, so it is for a loopback AUTH_URL alone"
                    .into(),
            ),
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err("on or off".into()),
        })
    });
    let is_on = match is_asked_for {
        None => !is_declared && is_loopback == Some(true),
        Some(asked) => asked == Some(true),
    };
    // Only where it is certain: a mistake above may be about the very provider that is missing.
    let is_certain = matches!(is_asked_for, None | Some(Some(_))) && is_loopback.is_some();
    if is_certain && !is_on && !is_declared && reader.purpose == Purpose::Serve {
        let expected = "a provider to sign in with: its issuer URL here, and AUTH_<P>_ID and AUTH_<P>_SECRET, where <P> is its \
                        name, such as AUTHENTIK; or, on loopback, AUTH_DEV_IDP=on";
        reader.mistakes.add_missing("AUTH_<P>_ISSUER", expected);
    }
    is_on
}
