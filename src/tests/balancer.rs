//! What stands before several instances: it gives each new connection to one that is ready, in turn; while none is, to
//! any, which then speaks for itself.

use super::process::readiness;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};

/// A running balancer. It ends with the test.
pub struct Balancer {
    tasks: Vec<AbortHandle>,
}

impl Balancer {
    /// Takes connections from `listener` to the instances that listen at `addresses`.
    pub fn start(listener: TcpListener, addresses: Vec<String>) -> Self {
        let ready = Arc::new(Mutex::new(addresses.clone()));
        let watch = tokio::spawn(watch(addresses, ready.clone()));
        let pass = tokio::spawn(pass(listener, ready));
        Self {
            tasks: vec![watch.abort_handle(), pass.abort_handle()],
        }
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Asks all of them ten times a second.
async fn watch(addresses: Vec<String>, ready: Arc<Mutex<Vec<String>>>) {
    loop {
        let mut asked = JoinSet::new();
        for address in addresses.clone() {
            asked.spawn(async move {
                let answer = tokio::time::timeout(Duration::from_millis(500), readiness(&address)).await;
                matches!(answer, Ok(Some((200, _)))).then_some(address)
            });
        }
        let found: Vec<String> = asked.join_all().await.into_iter().flatten().collect();
        *ready.lock().unwrap() = if found.is_empty() { addresses.clone() } else { found };
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn pass(listener: TcpListener, ready: Arc<Mutex<Vec<String>>>) {
    let turn = AtomicUsize::new(0);
    let mut open = JoinSet::new();
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut candidates = ready.lock().unwrap().clone();
        let first = turn.fetch_add(1, Ordering::SeqCst) % candidates.len();
        candidates.rotate_left(first);
        open.spawn(async move {
            for address in candidates {
                if let Ok(mut server) = TcpStream::connect(&address).await {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    return;
                }
            }
        });
        while open.try_join_next().is_some() {}
    }
}
