//! The server as a process of its own, as it runs in earnest: it can be told to stop, and be killed.

use std::{
    path::PathBuf,
    process::{Child, Command, ExitStatus},
    sync::OnceLock,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A running `vestibule serve`. It ends with the test.
pub struct Process {
    /// Where it listens: `127.0.0.1:<port>`.
    pub address: String,
    variables: Vec<(String, String)>,
    process: Child,
    folder: TempDir,
}

impl Process {
    /// Starts one on that port, which is free, with these variables, and waits until it is ready.
    pub async fn start(port: u16, variables: &[(&str, &str)]) -> Self {
        let started = Self::launch(port, variables);
        started.until_ready().await;
        started
    }

    /// Starts one, and waits for nothing.
    pub fn launch(port: u16, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{port}");
        let own = [
            ("LEPTOS_SITE_ADDR", &*address),
            ("LEPTOS_HASH_FILES", "false"),
            ("LOG_FORMAT", "json"),
        ];
        let all = own.iter().chain(variables);
        let variables: Vec<_> = all
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self {
            process: serve(&folder, &variables),
            address,
            variables,
            folder,
        }
    }

    /// Starts it again on the same port, after it has ended.
    pub async fn revive(&mut self) {
        self.process = serve(&self.folder, &self.variables);
        self.until_ready().await;
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(asked.success());
    }

    /// Waits until it has ended: gives out how, and how long that took.
    pub async fn ended(&mut self) -> (ExitStatus, Duration) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (status, start.elapsed());
            }
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "it does not end: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What it answers to `/readyz`; nothing while it is not there.
    pub async fn readiness(&self) -> Option<(u16, String)> {
        readiness(&self.address).await
    }

    /// Waits until it is ready.
    pub async fn until_ready(&self) {
        for _ in 0..400 {
            if self.readiness().await.is_some_and(|(status, _)| status == 200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} is not ready: {}", self.address, self.log());
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What whoever listens at `address` answers to `/readyz`; nothing while nobody does.
pub async fn readiness(address: &str) -> Option<(u16, String)> {
    let builder = reqwest::Client::builder().tls_built_in_root_certs(false).no_proxy();
    let client = builder.timeout(Duration::from_secs(10)).build().unwrap();
    let answer = client.get(format!("http://{address}/readyz")).send().await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

fn serve(folder: &TempDir, variables: &[(String, String)]) -> Child {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.path().join("log"))
        .unwrap();
    Command::new(executable())
        .arg("serve")
        .env_clear()
        .envs(variables.iter().cloned())
        .current_dir(folder.path())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// The executable of the code under test: cargo builds none for tests inside a library, and an old one would lie.
fn executable() -> &'static PathBuf {
    static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();
    EXECUTABLE.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let folder = test.ancestors().nth(2).unwrap();
        let profile = match folder.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let mut cargo = Command::new(env!("CARGO"));
        // What cargo tells a test of its package would make it build dependencies anew that look at it.
        for (name, _) in std::env::vars_os() {
            let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "NEXTEST"];
            if name
                .to_str()
                .is_some_and(|name| told.iter().any(|start| name.starts_with(start)))
            {
                cargo.env_remove(name);
            }
        }
        let built = cargo
            .env_remove("LD_LIBRARY_PATH")
            .args(["build", "--quiet", "--locked", "--offline", "--bin", "vestibule"])
            .args([
                "--no-default-features",
                "--features",
                "ssr",
                "--profile",
                profile,
                "--target-dir",
            ])
            .arg(folder.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(built.success(), "the executable was not built");
        folder.join("vestibule")
    })
}
