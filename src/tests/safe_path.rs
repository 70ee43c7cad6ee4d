//! Return targets: the corpora of hostile and of safe ones, and what holds for every string.

mod corpus;
mod properties;

use crate::shared::safe_path::{MAX_LENGTH, SafePath, UnsafePath};
use axum::http::HeaderValue;
use percent_encoding::percent_decode_str;
use url::Url;

const ORIGIN: &str = "https://app.example";

/// Asserts that a browser which follows `target` stays here, and one that gets it decoded up to twice more does too.
#[track_caller]
fn assert_stays(target: &SafePath) {
    let origin = Url::parse(ORIGIN).unwrap();
    let mut followed = target.as_str().to_owned();
    for times in 0..=2 {
        let url = origin.join(&followed);
        let url = url.unwrap_or_else(|error| panic!("{target} decoded {times} times: {error}"));
        assert_eq!(url.origin(), origin.origin(), "{target} decoded {times} times is {url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        followed = percent_decode_str(&followed).decode_utf8_lossy().into_owned();
    }
}

/// Asserts all that holds for whatever is accepted.
#[track_caller]
fn assert_sound(target: &SafePath) {
    let text = target.as_str();
    assert_stays(target);
    assert!(text.is_ascii() && text.len() <= MAX_LENGTH, "{text:?}");
    assert!(
        !text.contains(|c: char| c.is_control() || c == '\\' || c == ' '),
        "{text:?}"
    );
    assert!(HeaderValue::from_str(text).is_ok(), "{text:?}");
    assert_eq!(SafePath::parse(text).as_ref(), Ok(target), "parsed again");
}

#[test]
fn every_hostile_target_is_refused_or_stays_on_the_origin() {
    let payloads = corpus::read(include_str!("corpus/open_redirects.txt"));
    assert!(payloads.len() > 250, "{}", payloads.len());
    let mut refused = 0;
    for payload in &payloads {
        match SafePath::parse(payload) {
            Ok(target) => assert_sound(&target),
            Err(_) => refused += 1,
        }
        assert_sound(&SafePath::parse_or_default(Some(payload)));
    }
    // Most of them are no paths at all: a corpus that is read wrongly would be accepted in bulk.
    assert!(refused * 10 > payloads.len() * 8, "{refused} of {}", payloads.len());
}

#[test]
fn every_safe_target_comes_out_unchanged() {
    let payloads = corpus::read(include_str!("corpus/safe_redirects.txt"));
    assert!(payloads.len() > 15, "{}", payloads.len());
    for payload in payloads {
        let target = SafePath::parse(&payload).unwrap_or_else(|error| panic!("{payload:?} {error}"));
        assert_eq!(target.as_str(), payload);
        assert_sound(&target);
    }
}

#[test]
fn each_rule_has_its_own_refusal() {
    let long = format!("/{}", "a".repeat(MAX_LENGTH));
    let long_once_encoded = format!("/{}", "é".repeat(MAX_LENGTH / 6 + 1));
    let refused = [
        ("", UnsafePath::Empty),
        (long.as_str(), UnsafePath::TooLong),
        (long_once_encoded.as_str(), UnsafePath::TooLong),
        ("/\t/evil.example", UnsafePath::Character),
        ("/\\evil.example", UnsafePath::Character),
        ("/\u{2028}/evil.example", UnsafePath::Character),
        ("/%5cevil.example", UnsafePath::Character),
        ("/%250a/evil.example", UnsafePath::Character),
        ("dashboard", UnsafePath::NotAPath),
        ("https://evil.example", UnsafePath::NotAPath),
        ("//evil.example", UnsafePath::NotAPath),
        ("/%2fevil.example", UnsafePath::NotAPath),
        ("/%252fevil.example", UnsafePath::NotAPath),
        ("/.//evil.example", UnsafePath::NotAPath),
        ("/a/..//evil.example", UnsafePath::NotAPath),
        ("/auth/login", UnsafePath::Reserved),
        ("/api", UnsafePath::Reserved),
        ("/a/../api/auth/login/dev", UnsafePath::Reserved),
        ("/%61uth/login", UnsafePath::Reserved),
        ("/auth%2flogin", UnsafePath::Reserved),
    ];
    for (input, refusal) in refused {
        assert_eq!(SafePath::parse(input), Err(refusal), "{input:?}");
    }
}

#[test]
fn a_target_that_turns_into_another_host_when_it_is_rebuilt_is_refused() {
    // Decoded as they are written these stay here; rebuilt they would be `/%2fevil.example`.
    for input in [
        "/a%2fb/../%2fevil.example",
        "/a%2fb/..%2f%2fevil.example/../../%2fevil.example",
        "/a%252fb/../%252fevil.example",
        "/a%2fb/%2e%2e/%5cevil.example",
        "/a%2fb/../auth%2flogin",
    ] {
        assert!(SafePath::parse(input).is_err(), "{input:?}");
    }
}

#[test]
fn what_cannot_be_used_becomes_the_dashboard() {
    for input in [None, Some(""), Some("//evil.example"), Some("/auth/login"), Some("/\0")] {
        assert_eq!(SafePath::parse_or_default(input).as_str(), "/dashboard");
    }
    assert_eq!(
        SafePath::parse_or_default(Some("/account?x=1#y")).as_str(),
        "/account?x=1#y"
    );
}

#[test]
fn only_paths_of_the_sign_in_itself_are_reserved() {
    for input in [
        "/author",
        "/apis",
        "/authentic/x",
        "/x/auth",
        "/x/api/y",
        "/?next=/auth/login",
        "/#/api",
    ] {
        assert_eq!(
            SafePath::parse(input).map(|target| target.to_string()),
            Ok(input.to_owned())
        );
    }
}
