//! How many cases a property of hostile input is tried with.

use proptest::prelude::*;

/// 50,000; without files of past failures.
pub fn many() -> ProptestConfig {
    ProptestConfig {
        cases: 50_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A right text of which a piece was replaced by any bytes.
pub fn spoilt(right: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..8),
        "[\"{}\\[\\]:,0-9a-z\\\\]{0,8}".prop_map(String::into_bytes)
    ];
    (any::<prop::sample::Index>(), 0..8usize, piece).prop_map(move |(at, length, piece)| {
        let mut bytes = right.clone();
        let start = at.index(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, piece);
        bytes
    })
}
