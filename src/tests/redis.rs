//! A real Redis on a port of its own; a cluster of them; some that sentinels watch.

pub mod cluster;
pub mod sentinel;

use super::port::free_port;
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
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
    arguments: Vec<String>,
    process: Child,
    folder: TempDir,
}

impl Redis {
    /// Starts one, and waits until it answers.
    pub async fn start() -> Self {
        Self::on(free_port()).await
    }

    /// Starts one on that port, which is free.
    pub async fn on(port: u16) -> Self {
        Self::with(port, &["--appendonly", "no"]).await
    }

    /// One that has all on its disk before it says so.
    pub async fn persistent() -> Self {
        Self::with(free_port(), &["--appendonly", "yes", "--appendfsync", "always"]).await
    }

    /// Starts one on that port with these arguments.
    pub async fn with(port: u16, arguments: &[&str]) -> Self {
        let port_text = port.to_string();
        let own = [
            "--port",
            &*port_text,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--rdbcompression",
            "no",
        ];
        let arguments: Vec<String> = own.iter().chain(arguments).map(|&word| word.to_owned()).collect();
        let folder = tempfile::tempdir().unwrap();
        let redis = Self {
            url: format!("redis://127.0.0.1:{port}"),
            port,
            process: launch(folder.path(), &arguments),
            arguments,
            folder,
        };
        redis.until_it_answers().await;
        redis
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again after [`Redis::kill`], with what its disk has.
    pub async fn revive(&mut self) {
        self.process = launch(self.folder.path(), &self.arguments);
        self.until_it_answers().await;
    }

    async fn until_it_answers(&self) {
        for _ in 0..200 {
            if self.answers() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("redis-server does not answer on port {}", self.port);
    }

    /// Whether it is Redis that answers.
    fn answers(&self) -> bool {
        // One that asks for a password is there as well.
        self.tell(b"PING\r\n")
            .is_ok_and(|answer| matches!(&answer, b"+PONG" | b"-NOAU"))
    }

    /// Sends a command; gives out the first bytes of the answer.
    fn tell(&self, command: &[u8]) -> std::io::Result<[u8; 5]> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(Duration::from_secs(5)))?;
        connection.write_all(command)?;
        let mut answer = [0; 5];
        connection.read_exact(&mut answer)?;
        Ok(answer)
    }

    /// Does as an administrator says.
    pub fn order(&self, command: &str) {
        let command = format!("{command}\r\n");
        assert_eq!(&self.tell(command.as_bytes()).unwrap(), b"+OK\r\n");
    }

    /// Publishes a message; gives out how many heard it, up to nine.
    pub fn publish(&self, channel: &str, message: &str) -> u8 {
        let (channel_length, length) = (channel.len(), message.len());
        let command = format!("*3\r\n$7\r\nPUBLISH\r\n${channel_length}\r\n{channel}\r\n${length}\r\n{message}\r\n");
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        connection.write_all(command.as_bytes()).unwrap();
        let mut answer = [0; 4];
        connection.read_exact(&mut answer).unwrap();
        assert_eq!((answer[0], &answer[2..]), (b':', &b"\r\n"[..]));
        answer[1] - b'0'
    }

    /// All that it holds, as it would lie on a disk.
    pub fn dump(&self) -> Vec<u8> {
        assert_eq!(&self.tell(b"SAVE\r\n").unwrap(), b"+OK\r\n");
        std::fs::read(self.folder.path().join("dump.rdb")).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(folder: &Path, arguments: &[String]) -> Child {
    Command::new("redis-server")
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is needed for the tests: `make test` installs it")
}
