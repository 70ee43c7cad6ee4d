//! What is stored sealed opens with a key of ours, in its place, whole and unchanged; else not at all.

use crate::server::{
    seal::{SealError, Sealer},
    secret::Secret,
};
use proptest::prelude::*;

const PLAIN: &[u8] = b"a session that nobody else may read";

fn sealer(secrets: &[&str]) -> Sealer {
    let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
    Sealer::new(&secrets).unwrap()
}

#[test]
fn what_was_sealed_opens() {
    let sealer = sealer(&["one"]);
    for plain in [b"".as_slice(), b"x", PLAIN, &[0; 100_000]] {
        let sealed = sealer.seal("session:1", plain).unwrap();
        assert_eq!(sealer.open("session:1", &sealed).unwrap(), plain);
    }
}

#[test]
fn the_same_value_is_sealed_differently_each_time_and_nothing_of_it_is_readable() {
    let sealer = sealer(&["one"]);
    let (first, second) = (sealer.seal("c", PLAIN).unwrap(), sealer.seal("c", PLAIN).unwrap());
    assert_ne!(first, second);
    // Version and key id are the same, nonce and all that follows are not.
    assert_eq!(first[..5], second[..5]);
    assert_ne!(first[5..29], second[5..29]);
    assert!(
        !first
            .windows(8)
            .any(|window| PLAIN.windows(8).any(|plain| plain == window))
    );
}

#[test]
fn nothing_opens_in_another_place() {
    let sealer = sealer(&["one"]);
    let sealed = sealer.seal("session:1", PLAIN).unwrap();
    for context in ["session:2", "session:", "", "session:1 ", "exchange:1"] {
        assert_eq!(sealer.open(context, &sealed), None, "{context:?}");
    }
}

#[test]
fn nothing_opens_with_another_key() {
    let sealed = sealer(&["one"]).seal("c", PLAIN).unwrap();
    assert_eq!(sealer(&["two"]).open("c", &sealed), None);
    // Nor when it claims to be of that key.
    let other = sealer(&["two"]).seal("c", b"").unwrap();
    let forged = [&other[..5], &sealed[5..]].concat();
    assert_eq!(sealer(&["two"]).open("c", &forged), None);
}

#[test]
fn a_new_secret_seals_and_the_old_one_still_opens() {
    let before = sealer(&["old"]).seal("c", PLAIN).unwrap();
    let rotated = sealer(&["new", "old"]);
    assert_eq!(rotated.open("c", &before).unwrap(), PLAIN);

    let after = rotated.seal("c", PLAIN).unwrap();
    assert_eq!(sealer(&["new"]).open("c", &after).unwrap(), PLAIN);
    assert_eq!(sealer(&["old"]).open("c", &after), None);
    assert_eq!(sealer(&["new"]).open("c", &before), None);
}

#[test]
fn nothing_opens_that_was_cut_off() {
    let sealer = sealer(&["one"]);
    let sealed = sealer.seal("c", PLAIN).unwrap();
    for length in 0..sealed.len() {
        assert_eq!(sealer.open("c", &sealed[..length]), None, "{length} bytes");
        assert_eq!(
            sealer.open("c", &sealed[sealed.len() - length..]),
            None,
            "the last {length} bytes"
        );
    }
    assert_eq!(sealer.open("c", &[&sealed[..], b"x"].concat()), None);
}

#[test]
fn nothing_opens_with_one_bit_turned() {
    let sealer = sealer(&["one"]);
    let sealed = sealer.seal("c", PLAIN).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut turned = sealed.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(sealer.open("c", &turned), None, "bit {bit}");
    }
}

#[test]
fn nothing_opens_of_a_version_that_is_not_known() {
    let sealer = sealer(&["one"]);
    let mut sealed = sealer.seal("c", PLAIN).unwrap();
    let known = sealed[0];
    for version in (0..=u8::MAX).filter(|version| *version != known) {
        sealed[0] = version;
        assert_eq!(sealer.open("c", &sealed), None, "version {version}");
    }
}

#[test]
fn without_a_secret_nothing_is_sealed() {
    assert!(matches!(Sealer::new(&[]), Err(SealError::NoKey)));
}

#[test]
fn a_sealer_prints_without_its_keys() {
    assert_eq!(format!("{:?}", sealer(&["hunter2", "hunter3"])), "Sealer(2 keys)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_it_is_and_wherever_it_is_kept_it_opens(context in ".*", plain in prop::collection::vec(any::<u8>(), 0..500)) {
        let sealer = sealer(&["one"]);
        let sealed = sealer.seal(&context, &plain).unwrap();
        prop_assert_eq!(sealer.open(&context, &sealed), Some(plain));
    }

    #[test]
    fn arbitrary_bytes_open_as_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(sealer(&["one", "two"]).open("c", &bytes), None);
    }

    #[test]
    fn arbitrary_bytes_after_a_true_header_open_as_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let sealer = sealer(&["one"]);
        let header = sealer.seal("c", PLAIN).unwrap();
        for kept in [1, 5, 29] {
            prop_assert_eq!(sealer.open("c", &[&header[..kept], &bytes[..]].concat()), None);
        }
    }
}
