//! A real `PostgreSQL` on a port of its own.

use super::port::free_port;
use std::{
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// What needs no care in a database that ends with its test.
const CARELESS: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// A running `postgres`. It ends with the test.
pub struct Postgres {
    /// `postgres://vestibule:…@127.0.0.1:<port>/postgres`.
    pub url: String,
    /// Its port.
    pub port: u16,
    is_careful: bool,
    process: Child,
    folder: TempDir,
}

impl Postgres {
    /// Starts one, and waits until it answers.
    pub async fn start() -> Self {
        Self::of(false, "trust").await
    }

    /// One that keeps what it says it keeps, even when it is killed.
    pub async fn careful() -> Self {
        Self::of(true, "trust").await
    }

    /// One that asks for a password, and that nobody has.
    pub async fn locked() -> Self {
        Self::of(false, "scram-sha-256").await
    }

    async fn of(is_careful: bool, method: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(user) = servant() {
            chown(folder.path(), Some(user), Some(user)).unwrap();
        }
        let data = folder.path().join("data");
        lay_out(&data);
        let who = format!("host all all 127.0.0.1/32 {method}\n");
        std::fs::write(data.join("pg_hba.conf"), who).unwrap();
        let port = free_port();
        let mut postgres = Self {
            url: format!("postgres://vestibule:vestibule@127.0.0.1:{port}/postgres"),
            port,
            is_careful,
            process: launch(folder.path(), port, is_careful),
            folder,
        };
        postgres.until_it_answers().await;
        postgres
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        // Its children see that it has gone, and go.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again after [`Postgres::kill`], with what it had.
    pub async fn revive(&mut self) {
        let mut tries = 0;
        // Until the last of its former children has gone, it refuses to start.
        loop {
            self.process = launch(self.folder.path(), self.port, self.is_careful);
            tokio::time::sleep(Duration::from_millis(100)).await;
            if self.process.try_wait().unwrap().is_none() {
                break;
            }
            tries += 1;
            assert!(tries < 100, "{}", self.log());
        }
        self.until_it_answers().await;
    }

    async fn until_it_answers(&mut self) {
        for _ in 0..400 {
            let asked = Command::new(binaries().join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status()
                .unwrap();
            if asked.success() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("postgres does not answer on port {}: {}", self.port, self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // At once and without leaving its shared memory behind, which a mere kill would.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.process.id().to_string()])
            .status();
        let _ = self.process.wait();
    }
}

fn launch(folder: &Path, port: u16, is_careful: bool) -> Child {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    let mut command = as_servant("postgres");
    command
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()]);
    let settings = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "shared_buffers=16MB",
        "autovacuum=off",
        "wal_level=minimal",
        "max_wal_senders=0",
    ];
    for setting in settings.iter().chain(CARELESS.iter().filter(|_| !is_careful)) {
        command.args(["-c", setting]);
    }
    command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// Makes the files of a new database: a copy of the first that was made, which takes a tenth of the time.
fn lay_out(data: &Path) {
    let build = std::env::current_exe().unwrap();
    let first = build.parent().unwrap().with_file_name("postgresql-for-tests");
    if first.exists() {
        return copy(&first, data);
    }
    let made = as_servant("initdb")
        .args([
            "--no-sync",
            "--auth=trust",
            "--username=vestibule",
            "--locale=C",
            "--encoding=UTF8",
            "-D",
        ])
        .arg(data)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "initdb failed");
    let unfinished = first.with_extension(std::process::id().to_string());
    copy(data, &unfinished);
    // Another test may have been faster.
    if std::fs::rename(&unfinished, &first).is_err() {
        std::fs::remove_dir_all(&unfinished).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").args([from, to]).status().unwrap();
    assert!(done.success(), "{} was not copied", from.display());
}

/// Debian keeps them out of `PATH`.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.unwrap().path().join("bin")).collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = versions.into_iter().rev().chain(std::env::split_paths(&path));
    folders
        .find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).exists()))
        .expect("PostgreSQL is needed for the tests: `make test` installs it")
}

/// It refuses to run as root: then the user that its package made runs it.
fn servant() -> Option<u32> {
    let number = |arguments: &[&str]| {
        let told = Command::new("id").args(arguments).output().unwrap().stdout;
        String::from_utf8(told).unwrap().trim().parse::<u32>().unwrap()
    };
    (number(&["-u"]) == 0).then(|| number(&["-u", "postgres"]))
}

fn as_servant(name: &str) -> Command {
    let mut command = Command::new(binaries().join(name));
    command.current_dir("/");
    if let Some(user) = servant() {
        command.uid(user).gid(user);
    }
    command
}
