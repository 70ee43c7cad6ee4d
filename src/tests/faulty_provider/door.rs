//! A listener that can hang up on everybody and keeps its port meanwhile.

use axum::serve::Listener;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::net::{TcpListener, TcpStream};

pub struct Door {
    listener: TcpListener,
    is_open: Arc<AtomicBool>,
}

impl Door {
    pub fn new(listener: TcpListener, is_open: Arc<AtomicBool>) -> Self {
        Self { listener, is_open }
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let accepted = self.listener.accept().await.unwrap();
            if self.is_open.load(Ordering::SeqCst) {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
