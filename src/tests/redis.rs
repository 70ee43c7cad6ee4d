//! A real Redis on a port of its own.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A running `redis-server`. It ends with the test.
pub struct Redis {
    /// `redis://127.0.0.1:<port>`.
    pub url: String,
    /// Its port.
    pub port: u16,
    process: Child,
    _folder: TempDir,
}

impl Redis {
    /// Starts one, and waits until it answers.
    pub async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()).await
    }

    /// Starts one on that port, which is free.
    pub async fn on(port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is needed for the tests: `make test` installs it");
        let redis = Self { url: format!("redis://127.0.0.1:{port}"), port, process, _folder: folder };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return redis;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("redis-server does not answer on port {port}");
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
