//! A Redis Cluster of three.

use super::Redis;
use crate::tests::port::free_port;
use std::{
    process::{Command, Stdio},
    time::Duration,
};

/// A running cluster, in which each node has a third of all slots. It ends with the test.
pub struct Cluster {
    /// `redis-cluster://…`, which names one node: the others are found by it.
    pub url: String,
    nodes: Vec<Redis>,
}

impl Cluster {
    /// Starts one, and waits until every node knows all slots.
    pub async fn start() -> Self {
        let mut nodes = Vec::new();
        for _ in 0..3 {
            // Else the nodes would talk on a port ten thousand higher, which may not exist.
            let bus = free_port().to_string();
            let arguments = ["--cluster-enabled", "yes", "--cluster-port", &bus];
            nodes.push(Redis::with(free_port(), &arguments).await);
        }
        let addresses = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port));
        let made = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(addresses)
            .arg("--cluster-yes")
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "no cluster was made");
        let cluster = Self {
            url: nodes[0].url.replace("redis:", "redis-cluster:"),
            nodes,
        };
        for _ in 0..400 {
            if cluster
                .nodes
                .iter()
                .all(|node| node.knows(&["cluster", "info"], "cluster_state:ok"))
            {
                return cluster;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the cluster does not come together");
    }

    /// Removes all that it holds.
    pub fn clear(&self) {
        assert!(self.nodes.iter().all(|node| node.knows(&["flushall"], "OK")));
    }

    /// How many keys each node holds.
    pub fn shares(&self) -> Vec<u64> {
        let share = |node: &Redis| node.command(&["dbsize"]).trim().parse().unwrap();
        self.nodes.iter().map(share).collect()
    }
}

impl Redis {
    /// What `redis-cli` prints.
    pub fn command(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let output = Command::new("redis-cli")
            .args(["-p", &port])
            .args(words)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Whether what `redis-cli` prints has that in it.
    pub fn knows(&self, words: &[&str], what: &str) -> bool {
        self.command(words).contains(what)
    }
}
