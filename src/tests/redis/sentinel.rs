//! A master that asks for a password, its replica, and a sentinel that puts one in the other's place.

use super::Redis;
use crate::tests::port::free_port;
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

const PASSWORD: &str = "p@ss word";
const SERVICE: &str = "vestibule";

/// What sentinels know. It ends with the test.
pub struct Sentinel {
    /// `redis-sentinel://…`.
    pub url: String,
    port: u16,
    master: Redis,
    replica: Redis,
    process: Child,
    _folder: TempDir,
}

impl Sentinel {
    /// Starts it, and waits until the sentinel knows both.
    pub async fn start() -> Self {
        let password = ["--requirepass", PASSWORD, "--masterauth", PASSWORD];
        let master = Redis::with(free_port(), &password).await;
        let of = format!("127.0.0.1 {}", master.port);
        let follows = [&password[..], &["--replicaof", &of, "--repl-diskless-sync-delay", "0"]].concat();
        let replica = Redis::with(free_port(), &follows).await;

        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let file = folder.path().join("sentinel.conf");
        let settings = format!(
            "port {port}\nbind 127.0.0.1\n\
             sentinel monitor {SERVICE} 127.0.0.1 {} 1\n\
             sentinel auth-pass {SERVICE} \"{PASSWORD}\"\n\
             sentinel down-after-milliseconds {SERVICE} 500\n\
             sentinel failover-timeout {SERVICE} 3000\n",
            master.port
        );
        std::fs::write(&file, settings).unwrap();
        let process = Command::new("redis-server")
            .arg(&file)
            .arg("--sentinel")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let sentinel = Self {
            url: format!("redis-sentinel://:p%40ss%20word@127.0.0.1:{port}?sentinelServiceName={SERVICE}"),
            port,
            master,
            replica,
            process,
            _folder: folder,
        };
        let is_known = || sentinel.ask("replicas").contains(&sentinel.replica.port.to_string());
        let follows = || sentinel.replica_says("replication").contains("master_link_status:up");
        for _ in 0..600 {
            if is_known() && follows() {
                return sentinel;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the sentinel does not find its way");
    }

    /// Removes all that the master holds.
    pub fn clear(&self) {
        assert!(
            self.master
                .knows(&["-a", PASSWORD, "--no-auth-warning", "flushall"], "OK")
        );
    }

    /// Waits until the replica has all that the master has, kills the master, and waits until the replica is it.
    pub async fn fail_over(&mut self) {
        let wait = ["-a", PASSWORD, "--no-auth-warning", "wait", "1", "5000"];
        assert_eq!(self.master.command(&wait).trim(), "1");
        self.master.kill();
        for _ in 0..800 {
            if self.replica_says("replication").contains("role:master") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nobody took the master's place");
    }

    fn replica_says(&self, section: &str) -> String {
        self.replica
            .command(&["-a", PASSWORD, "--no-auth-warning", "info", section])
    }

    fn ask(&self, what: &str) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string(), "sentinel", what, SERVICE])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
