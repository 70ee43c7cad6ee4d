//! The `vestibule` command.

#[cfg(feature = "ssr")]
fn main() -> std::process::ExitCode {
    vestibule::server::cli::run()
}

/// The browser's side has no command: it starts in `lib.rs`.
#[cfg(not(feature = "ssr"))]
fn main() {}
