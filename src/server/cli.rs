//! The command line: serve, ask a running server whether it is ready, or help to set it up.

use crate::server::{
    blueprint,
    clock::Clock,
    config::{Config, LogFormat, Purpose},
    doctor::{self, table},
    serving,
};
use clap::{Parser, Subcommand};
use std::{
    io::{ErrorKind, IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};
use tracing_subscriber::EnvFilter;

/// How long the health check waits for an answer.
const HEALTHCHECK: Duration = Duration::from_secs(5);

/// The sign-in for Leptos: OpenID Connect with every token kept on the server.
#[derive(Parser)]
#[command(version, after_help = include_str!("help.txt"))]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site (the default).
    Serve,
    /// Exit 0 if the running server answers /readyz, else 1: for containers.
    Healthcheck,
    /// Examine the configuration, the stores and the providers; exit 1 if something must be mended.
    Doctor {
        /// One provider's id; else all of them.
        provider: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print a blueprint for authentik: what this configuration expects of it.
    Blueprint {
        /// One provider's id; else all that are declared.
        provider: Option<String>,
        /// The oldest release of authentik that it is for.
        #[arg(long, value_name = "RELEASE", default_value_t)]
        authentik: blueprint::Version,
    },
}

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve);
    let purpose = match command {
        Command::Blueprint { .. } => Purpose::Describe,
        _ => Purpose::Serve,
    };
    let config = match Config::load(purpose) {
        Ok(config) => config,
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return ExitCode::FAILURE;
        }
    };
    start_log(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The runtime can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        match command {
            Command::Serve => serving::run(config).await.map(done),
            Command::Healthcheck => healthcheck(&config).await.map(done),
            Command::Doctor { provider, json } => examine(&config, provider.as_deref(), json).await,
            Command::Blueprint { provider, authentik } => {
                print_blueprint(&config, provider.as_deref(), authentik).map(done)
            }
        }
    });
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

fn start_log(config: &Config) {
    // What these say of a store that is away, and of tables that are there already, is said by what asked them.
    let filter = format!("fred=off,sqlx::postgres::notice=warn,{}", config.log_filter);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn healthcheck(config: &Config) -> Result<(), String> {
    let mut address = config.leptos.site_addr;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    let url = format!("http://{address}{}", crate::shared::paths::READYZ);
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(HEALTHCHECK)
        .build()
        .map_err(|error| format!("No HTTP client: {error}."))?;
    match client.get(&url).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("{url} answers {}.", answer.status())),
        Err(error) => Err(format!("{url} does not answer: {}.", error.without_url())),
    }
}

/// Prints what was found. It ends well unless something must be mended.
async fn examine(config: &Config, provider: Option<&str>, json: bool) -> Result<ExitCode, String> {
    let report = doctor::examine(config, provider, &Clock::system())
        .await
        .map_err(|error| error.to_string())?;
    let text = if json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| format!("No JSON: {error}."))?;
        format!("{text}\n")
    } else {
        let output = std::io::stdout();
        let is_terminal = output.is_terminal();
        let page = table::Page {
            width: table::width(
                terminal_size::terminal_size_of(&output).map(|(width, _)| width.0.into()),
                std::env::var("COLUMNS").ok().as_deref(),
            ),
            is_coloured: is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        table::write(&report, page)
    };
    print(&text)?;
    Ok(match report.verdict() {
        doctor::Verdict::Fail => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

fn print_blueprint(config: &Config, provider: Option<&str>, version: blueprint::Version) -> Result<(), String> {
    let text = blueprint::write(config, provider, version).map_err(|error| error.to_string())?;
    print(&text)
}

/// Prints to the standard output; whoever reads it may have heard enough.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("Can't print: {error}.")),
        _ => Ok(()),
    }
}
