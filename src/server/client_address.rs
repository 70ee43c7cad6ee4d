//! Who asks, as far as an address tells: the peer's, or what a trusted proxy says of the peer.
//!
//! `X-Forwarded-For` is believed from the peers of `AUTH_TRUSTED_PROXIES` alone, from the right, where they write: what
//! stands left of the first address that is none of theirs is whatever the client liked to send.

use crate::server::{config::Config, state::AppState};
use axum::{
    extract::{ConnectInfo, Request},
    http::{Extensions, HeaderMap, HeaderName, request::Parts},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The longest chain of proxies that is followed.
const MAX_HOPS: usize = 16;

/// The longest element of the header: an IPv6 address in brackets, with a port.
const MAX_ELEMENT: usize = 64;

/// What proxies add to a request. Who comes straight to us has none of it.
const FORWARDING: [&str; 10] = [
    "cf-connecting-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// The client's address for a request that came from `peer`: the rightmost that no trusted proxy has, else the last one
/// that can be believed.
#[must_use]
pub fn client_address(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut believed = peer.to_canonical();
    let mut elements = headers
        .get_all(X_FORWARDED_FOR)
        .iter()
        .rev()
        .flat_map(|header| header.as_bytes().rsplit(|byte| *byte == b','))
        .take(MAX_HOPS);
    while is_trusted(config, believed) {
        match elements.next().and_then(address) {
            Some(address) => believed = address,
            None => break,
        }
    }
    believed
}

/// The client's address of a request, by its connection.
#[must_use]
pub fn of(state: &AppState, request: &Request) -> IpAddr {
    client_address(state.config(), peer(request), request.headers())
}

/// The same, of a request without its body.
#[must_use]
pub fn of_parts(state: &AppState, parts: &Parts) -> IpAddr {
    client_address(state.config(), peer_of(&parts.extensions), &parts.headers)
}

/// The address of the other end of the connection; the unspecified one where nobody knows it.
#[must_use]
pub fn peer(request: &Request) -> IpAddr {
    peer_of(request.extensions())
}

fn peer_of(extensions: &Extensions) -> IpAddr {
    match extensions.get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) => peer.ip().to_canonical(),
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}

/// Whether what this peer says of its clients is believed.
#[must_use]
pub fn is_trusted(config: &Config, peer: IpAddr) -> bool {
    let peer = peer.to_canonical();
    config.trusted_proxies.iter().any(|network| network.contains(&peer))
}

/// Whether the request came by way of a proxy, whoever that is.
#[must_use]
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDING.iter().any(|name| headers.contains_key(*name))
}

/// The address as far as one customer has it: of IPv6 the first 64 bits, which are anybody's to vary the rest of.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// An element of the header: an address, in brackets or not, with a port or not.
fn address(element: &[u8]) -> Option<IpAddr> {
    if element.len() > MAX_ELEMENT {
        return None;
    }
    let text = std::str::from_utf8(element).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>();
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    Some(address.or_else(|_| with_port()).ok()?.to_canonical())
}
