//! client address: what a trusted proxy says is believed, and nothing else is.

use crate::server::{
    client_address::{client_address, is_forwarded, is_trusted, network},
    config::Config,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use proptest::{collection::vec, prelude::*};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const NAME: HeaderName = HeaderName::from_static("x-forwarded-for");

fn trusting(proxies: &str) -> Config {
    let variables = [("AUTH_TRUSTED_PROXIES", proxies)];
    let given = variables.into_iter().filter(|(_, value)| !value.is_empty());
    Config::from_sources(None, given.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap()
}

fn headers(values: &[&str]) -> HeaderMap {
    values
        .iter()
        .map(|value| (NAME, HeaderValue::from_bytes(value.as_bytes()).unwrap()))
        .collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn it_is_the_rightmost_that_is_no_proxy_of_ours() {
    let config = trusting("127.0.0.1, 10.0.0.0/8, ::1, fd00::/8");
    for (peer, said, expected) in [
        ("127.0.0.1", &[][..], "127.0.0.1"),
        ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", &["198.51.100.1, 203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        (
            "127.0.0.1",
            &["198.51.100.1", "203.0.113.9", "10.1.2.3,10.3.2.1"],
            "203.0.113.9",
        ),
        // Several headers are one list.
        ("10.9.9.9", &["203.0.113.9", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", &["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        ("::1", &["2001:db8::7"], "2001:db8::7"),
        ("::ffff:127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
        ("127.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
        ("127.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7"),
        // What is no address ends the chain: the last one that can be believed stands.
        ("127.0.0.1", &["203.0.113.9, unknown"], "127.0.0.1"),
        ("127.0.0.1", &["203.0.113.9, evil, 10.1.1.1"], "10.1.1.1"),
        ("127.0.0.1", &[""], "127.0.0.1"),
        ("127.0.0.1", &["203.0.113.9,"], "127.0.0.1"),
        // A stranger's word counts for nothing, though he names a proxy.
        ("198.51.100.7", &["203.0.113.9"], "198.51.100.7"),
        ("198.51.100.7", &["127.0.0.1, 10.1.1.1"], "198.51.100.7"),
        ("127.0.0.2", &["203.0.113.9"], "127.0.0.2"),
    ] {
        let found = client_address(&config, ip(peer), &headers(said));
        assert_eq!(found, ip(expected), "{peer} {said:?}");
    }
}

#[test]
fn without_trusted_proxies_it_is_the_peer() {
    let config = trusting("");
    for peer in ["127.0.0.1", "10.0.0.1", "203.0.113.9", "::1"] {
        assert_eq!(client_address(&config, ip(peer), &headers(&["192.0.2.1"])), ip(peer));
    }
}

#[test]
fn a_bomb_of_a_header_is_followed_no_further_than_sixteen_hops() {
    let config = trusting("10.0.0.0/8");
    let chain = format!("203.0.113.9{}", ", 10.0.0.2".repeat(20_000));
    assert_eq!(
        client_address(&config, ip("10.0.0.1"), &headers(&[&chain])),
        ip("10.0.0.2")
    );
    let lines = vec!["10.0.0.3"; 5000];
    assert_eq!(
        client_address(&config, ip("10.0.0.1"), &headers(&lines)),
        ip("10.0.0.3")
    );
    let endless = "1".repeat(1 << 20);
    assert_eq!(
        client_address(&config, ip("10.0.0.1"), &headers(&[&endless])),
        ip("10.0.0.1")
    );
}

#[test]
fn of_ipv6_sixty_four_bits_are_one_customer() {
    for (one, other, same) in [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("203.0.113.9", "::ffff:203.0.113.9", true),
        ("203.0.113.9", "203.0.113.10", false),
    ] {
        assert_eq!(network(ip(one)) == network(ip(other)), same, "{one} {other}");
    }
}

#[test]
fn every_sign_of_a_proxy_is_seen() {
    assert!(!is_forwarded(&HeaderMap::new()));
    for name in [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Real-IP",
    ] {
        let name: HeaderName = name.parse().unwrap();
        assert!(is_forwarded(&HeaderMap::from_iter([(
            name,
            HeaderValue::from_static("")
        )])));
    }
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)).to_canonical()),
        any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::V4(Ipv4Addr::new(10, a, b, c))),
    ]
}

/// Every byte that a header may hold, and commas often.
fn any_headers() -> impl Strategy<Value = HeaderMap> {
    let byte = prop_oneof![3 => 32_u8..127, 1 => 128_u8..=255, 1 => Just(b','), 1 => Just(b'\t')];
    vec(vec(byte, 0..200), 0..5).prop_map(|values| {
        let value = |value: Vec<u8>| (NAME, HeaderValue::from_bytes(&value).unwrap());
        values.into_iter().map(value).collect()
    })
}

proptest! {
    #[test]
    fn whatever_a_stranger_sends_he_is_himself(peer in any_address(), said in any_headers()) {
        let config = trusting("10.0.0.0/8");
        prop_assume!(!is_trusted(&config, peer));
        prop_assert_eq!(client_address(&config, peer, &said), peer);
    }

    #[test]
    fn whatever_a_client_sends_before_it_the_proxys_word_stands(
        forged in "[ -~]{0,300}",
        client in any_address(),
        hops in 0_usize..10,
    ) {
        let config = trusting("10.0.0.0/8");
        prop_assume!(!is_trusted(&config, client));
        let chain = format!("{forged},{client}{}", ", 10.0.0.7".repeat(hops));
        prop_assert_eq!(client_address(&config, ip("10.0.0.1"), &headers(&[&chain])), client);
        let lines: Vec<_> = chain.split(',').collect();
        prop_assert_eq!(client_address(&config, ip("10.0.0.1"), &headers(&lines)), client);
    }

    #[test]
    fn any_bytes_through_a_proxy_give_an_address(said in any_headers()) {
        let config = trusting("10.0.0.0/8");
        let found = client_address(&config, ip("10.0.0.1"), &said);
        prop_assert_eq!(found, found.to_canonical());
    }
}
