//! `AUTH_TRUSTED_PROXIES` and `AUTH_RATE_LIMIT`.

use super::{assert_mistake, read};
use crate::server::config::RateLimit;

#[test]
fn trusted_proxies_are_addresses_and_networks() {
    assert!(read("", &[]).unwrap().trusted_proxies.is_empty());
    for (given, expected) in [
        ("127.0.0.1", &["127.0.0.1/32"][..]),
        (
            " 127.0.0.1 , 10.0.0.0/8,fd00::/8, ::1 ",
            &["127.0.0.1/32", "10.0.0.0/8", "fd00::/8", "::1/128"],
        ),
    ] {
        let of_variable = read("", &[("AUTH_TRUSTED_PROXIES", given)]).unwrap().trusted_proxies;
        let of_file = read(&format!("[auth]\ntrusted-proxies = \"{given}\""), &[])
            .unwrap()
            .trusted_proxies;
        assert_eq!(of_variable, of_file);
        assert_eq!(
            of_variable.iter().map(ToString::to_string).collect::<Vec<_>>(),
            expected
        );
    }
    for (given, part) in [
        ("", "found an empty value"),
        ("proxy.example", "number 1 is neither"),
        ("127.0.0.1,", "number 2 is neither"),
        ("127.0.0.1;10.0.0.1", "number 1 is neither"),
        ("127.0.0.1 10.0.0.1", "number 1 is neither"),
        ("127.0.0.1:80", "number 1 is neither"),
        ("10.0.0.0/33", "number 1 is neither"),
        ("010.0.0.1", "number 1 is neither"),
        ("*", "number 1 is neither"),
        ("10.0.0.1/8", "number 1 is an address within 10.0.0.0/8"),
        ("::1,0.0.0.0/0", "number 2 is everybody"),
        ("::/0", "number 1 is everybody"),
        ("::ffff:10.0.0.1", "number 1 is IPv4 within IPv6"),
        ("::ffff:10.0.0.0/104", "number 1 is IPv4 within IPv6"),
    ] {
        assert_mistake(
            "",
            &[("AUTH_TRUSTED_PROXIES", given)],
            &["AUTH_TRUSTED_PROXIES: ", part],
        );
    }
    assert_mistake(
        "[auth]\ntrusted-proxies = [\"127.0.0.1\"]",
        &[],
        &["Leptos.toml, [auth] trusted-proxies: found a list"],
    );
}

#[test]
fn the_rate_limit_is_a_number_or_off() {
    let limit = |given| read("", &[("AUTH_RATE_LIMIT", given)]).unwrap().rate_limit;
    assert_eq!(read("", &[]).unwrap().rate_limit, RateLimit::BuiltIn);
    assert_eq!(limit("60"), RateLimit::PerMinute(60.try_into().unwrap()));
    assert_eq!(limit("1000000"), RateLimit::PerMinute(1_000_000.try_into().unwrap()));
    assert_eq!((limit("off"), limit("0")), (RateLimit::Off, RateLimit::Off));
    let file = "[auth]\nrate-limit = 30";
    assert_eq!(
        read(file, &[]).unwrap().rate_limit,
        RateLimit::PerMinute(30.try_into().unwrap())
    );
    assert_eq!(
        read(file, &[("AUTH_RATE_LIMIT", "off")]).unwrap().rate_limit,
        RateLimit::Off
    );
    for given in ["", "-1", "+1", "1.5", "60/m", "on", "1000001", "99999999999", "OFF"] {
        assert_mistake(
            "",
            &[("AUTH_RATE_LIMIT", given)],
            &["AUTH_RATE_LIMIT: found ", "from 1 to 1000000, or off"],
        );
    }
    assert_mistake(
        "[auth]\nrate-limit = true",
        &[],
        &["[auth] rate-limit: found \"true\"", "or off"],
    );
    assert_mistake("", &[("AUTH_RATE_LIMT", "1")], &["AUTH_RATE_LIMIT, perhaps"]);
    assert_mistake(
        "",
        &[("AUTH_TRUSTED_PROXIS", "::1")],
        &["AUTH_TRUSTED_PROXIES, perhaps"],
    );
}
