//! A port for a process that is started in a moment.

use std::{net::TcpListener, ops::Range};

/// Below the ports that systems give to connections that go out: none of those can take one of these before it is used.
const PORTS: Range<u16> = 20_000..32_000;

/// A port of 127.0.0.1 that nobody has.
pub fn free_port() -> u16 {
    loop {
        let random = getrandom::u32().unwrap() % u32::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(random).unwrap();
        // A statement of its own: the listener must not live on, or it would be taken for who is to have the port.
        let is_free = TcpListener::bind(("127.0.0.1", port)).is_ok();
        if is_free {
            return port;
        }
    }
}
