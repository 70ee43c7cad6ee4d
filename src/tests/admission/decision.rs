//! The decision, which needs nothing but the configuration and the claims.

use crate::server::{
    auth::admission::{Facts, Refusal, check},
    config::{AdmissionConfig, EmailVerified},
};
use proptest::prelude::*;

fn demanding(email_verified: EmailVerified, groups: &[&str], domains: &[&str]) -> AdmissionConfig {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    AdmissionConfig {
        email_verified,
        groups: owned(groups),
        domains: owned(domains),
    }
}

const NOBODY: Facts<'_> = Facts {
    email: None,
    email_verified: None,
    groups: None,
};

#[test]
fn without_demands_everybody_is_admitted() {
    assert_eq!(check(&AdmissionConfig::default(), NOBODY), Ok(()));
}

#[test]
fn whether_an_address_is_verified_has_three_answers_and_one_admits() {
    for (email, email_verified, decision) in [
        (Some("a@b.example"), Some(true), Ok(())),
        (Some("a@b.example"), Some(false), Err(Refusal::EmailNotVerified)),
        (Some("a@b.example"), None, Err(Refusal::EmailVerifiedAbsent)),
        (None, Some(true), Err(Refusal::NoEmail)),
        (None, Some(false), Err(Refusal::NoEmail)),
        (None, None, Err(Refusal::NoEmail)),
    ] {
        let facts = Facts {
            email,
            email_verified,
            groups: None,
        };
        assert_eq!(
            check(&demanding(EmailVerified::Require, &[], &[]), facts),
            decision,
            "{facts:?}"
        );
        for indifferent in [EmailVerified::Trust, EmailVerified::Ignore] {
            assert_eq!(check(&demanding(indifferent, &[], &[]), facts), Ok(()), "{facts:?}");
        }
    }
}

#[test]
fn a_group_counts_by_its_exact_name() {
    let config = demanding(EmailVerified::Ignore, &["staff", "Guests, invited"], &[]);
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for (groups, decision) in [
        (Some(&["staff"] as &[&str]), Ok(())),
        (Some(&["others", "Guests, invited"]), Ok(())),
        (
            Some(&["Staff", "staff ", "staf", "staff\0", "guests, invited"]),
            Err(Refusal::OtherGroups),
        ),
        (Some(&[""]), Err(Refusal::OtherGroups)),
        (Some(&[]), Err(Refusal::NoGroups)),
        (None, Err(Refusal::GroupsAbsent)),
    ] {
        let groups = groups.map(owned);
        let facts = Facts {
            groups: groups.as_deref(),
            ..NOBODY
        };
        assert_eq!(check(&config, facts), decision, "{groups:?}");
    }
}

#[test]
fn a_domain_is_exactly_what_follows_the_only_at() {
    let config = demanding(EmailVerified::Ignore, &[], &["example.com", "xn--bcher-kva.example"]);
    for (email, decision) in [
        (Some("ada@example.com"), Ok(())),
        (Some("ada@EXAMPLE.com"), Ok(())),
        (Some("ada@bücher.example"), Ok(())),
        (Some("ada@BÜCHER.example"), Ok(())),
        (Some("ada@xn--bcher-kva.example"), Ok(())),
        (Some("ada@sub.example.com"), Err(Refusal::OtherDomain)),
        (Some("ada@notexample.com"), Err(Refusal::OtherDomain)),
        (Some("ada@example.com.evil.example"), Err(Refusal::OtherDomain)),
        (Some("ada@example.co"), Err(Refusal::OtherDomain)),
        (Some("ada@com"), Err(Refusal::OtherDomain)),
        (Some("evil@evil.example@example.com"), Err(Refusal::OddAddress)),
        (Some("ada@example.com@evil.example"), Err(Refusal::OddAddress)),
        (Some("\"ada@example.com\"@evil.example"), Err(Refusal::OddAddress)),
        (Some("ada@@example.com"), Err(Refusal::OddAddress)),
        (Some("@example.com"), Err(Refusal::OddAddress)),
        (Some("ada@"), Err(Refusal::OddAddress)),
        (Some("ada"), Err(Refusal::OddAddress)),
        (Some("example.com"), Err(Refusal::OddAddress)),
        (Some("ada@example.com."), Err(Refusal::OddAddress)),
        (Some("ada@.example.com"), Err(Refusal::OddAddress)),
        (Some("ada@example.com "), Err(Refusal::OddAddress)),
        (Some("ada@example.com\r\n"), Err(Refusal::OddAddress)),
        (Some("ada@example.com\0.evil.example"), Err(Refusal::OddAddress)),
        (Some("ada@ex%61mple.com"), Err(Refusal::OddAddress)),
        (Some("ada@evil.example#example.com"), Err(Refusal::OddAddress)),
        (Some("ada@[127.0.0.1]"), Err(Refusal::OddAddress)),
        (Some("ada@127.0.0.1"), Err(Refusal::OddAddress)),
        (Some("ada\n@example.com"), Err(Refusal::OddAddress)),
        (Some("ada lovelace@example.com"), Err(Refusal::OddAddress)),
        // What merely looks alike, and would become the same.
        (Some("ada@\u{ff45}xample.com"), Err(Refusal::OddAddress)),
        (Some("ada@example.\u{ff43}om"), Err(Refusal::OddAddress)),
        (Some("ada\u{ff20}evil.example"), Err(Refusal::OddAddress)),
        // A soft hyphen or a joiner is no letter.
        (Some("ada@exam\u{ad}ple.com"), Err(Refusal::OddAddress)),
        (Some("ada@exam\u{200d}ple.com"), Err(Refusal::OddAddress)),
        (Some("ada@ехample.com"), Err(Refusal::OtherDomain)),
        (Some(""), Err(Refusal::OddAddress)),
        (None, Err(Refusal::NoAddress)),
    ] {
        assert_eq!(check(&config, Facts { email, ..NOBODY }), decision, "{email:?}");
    }
}

#[test]
fn every_demand_must_be_met() {
    let config = demanding(EmailVerified::Require, &["staff"], &["example.com"]);
    let staff = ["staff".to_owned()];
    let good = Facts {
        email: Some("ada@example.com"),
        email_verified: Some(true),
        groups: Some(&staff),
    };
    assert_eq!(check(&config, good), Ok(()));
    for worse in [
        Facts {
            email: Some("ada@other.example"),
            ..good
        },
        Facts {
            email_verified: None,
            ..good
        },
        Facts {
            groups: Some(&[]),
            ..good
        },
    ] {
        assert!(check(&config, worse).is_err(), "{worse:?}");
    }
}

proptest! {
    #[test]
    fn whoever_is_admitted_by_domain_has_it_after_the_only_at(email in prop_oneof![
        any::<String>(),
        "[a-z@.]{0,6}(@|%40|@@)?(sub\\.)?(example|EXAMPLE|ｅxample)(\\.|。)com(\\.|@| |/)?[a-z]{0,3}",
    ]) {
        let config = demanding(EmailVerified::Ignore, &[], &["example.com"]);
        if check(&config, Facts { email: Some(&email), ..NOBODY }).is_ok() {
            prop_assert_eq!(email.matches('@').count(), 1);
            let (name, domain) = email.split_once('@').unwrap();
            prop_assert!(!name.is_empty());
            prop_assert_eq!(url::Host::parse(domain).unwrap().to_string(), "example.com");
            prop_assert!(!domain.contains('%'));
        }
    }
}
