//! `AUTH_TRUSTED_PROXIES` and `AUTH_RATE_LIMIT`: who stands before the server, and how much one client may ask.

use super::{RateLimit, file::Section, mistakes::Refusal, reader::Reader};
use ipnet::IpNet;
use std::{net::IpAddr, num::NonZeroU32};

/// More a minute is no limit.
const MOST: u32 = 1_000_000;

/// Reads the networks of the proxies. Nobody is trusted when there are none.
pub(super) fn trusted_proxies(reader: &mut Reader, auth: &mut Section) -> Vec<IpNet> {
    reader
        .value("AUTH_TRUSTED_PROXIES", auth, "trusted-proxies", networks)
        .unwrap_or_default()
}

/// Reads the limit.
pub(super) fn rate_limit(reader: &mut Reader, auth: &mut Section) -> RateLimit {
    reader
        .value("AUTH_RATE_LIMIT", auth, "rate-limit", limit)
        .unwrap_or(RateLimit::BuiltIn)
}

fn networks(text: &str) -> Result<Vec<IpNet>, Refusal> {
    text.split(',')
        .enumerate()
        .map(|(at, item)| network(at + 1, item.trim()))
        .collect()
}

fn network(number: usize, text: &str) -> Result<IpNet, Refusal> {
    let refuse = |reason: &str| {
        Err(Refusal(format!(
            "addresses or networks of proxies, separated by commas, such as 127.0.0.1,10.0.0.0/8,fd00::/8; number \
             {number} {reason}"
        )))
    };
    let network = match (text.parse::<IpAddr>(), text.parse::<IpNet>()) {
        (Ok(address), _) => IpNet::from(address),
        (Err(_), Ok(network)) => network,
        (Err(_), Err(_)) => return refuse("is neither"),
    };
    if network.prefix_len() == 0 {
        return refuse("is everybody, and so anybody could name any address");
    }
    if network.addr() != network.network() {
        return refuse(&format!("is an address within {}", network.trunc()));
    }
    match network.addr() {
        // A request's address is compared in its plain form, which a mapped one never meets.
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => refuse("is IPv4 within IPv6; write it as IPv4"),
        _ => Ok(network),
    }
}

fn limit(text: &str) -> Result<RateLimit, Refusal> {
    if matches!(text, "off" | "0") {
        return Ok(RateLimit::Off);
    }
    let number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten();
    number
        .filter(|number| *number <= MOST)
        .and_then(NonZeroU32::new)
        .map(RateLimit::PerMinute)
        .ok_or_else(|| Refusal(format!("requests a minute of one address, from 1 to {MOST}, or off")))
}
