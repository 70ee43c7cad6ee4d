//! `AUTH_<P>_INTERNAL_URL`.

use super::{assert_mistake, providers::providers, read, with_provider};

#[test]
fn the_internal_url_is_any_origin() {
    for (given, found) in [
        ("http://authentik-server:9000", "http://authentik-server:9000/"),
        ("http://authentik-server:9000/", "http://authentik-server:9000/"),
        ("https://id.internal", "https://id.internal/"),
        ("http://10.0.0.7", "http://10.0.0.7/"),
        ("http://[fd00::7]:9000", "http://[fd00::7]:9000/"),
    ] {
        let provider = &providers(&with_provider(&[("AUTH_AUTHENTIK_INTERNAL_URL", given)]))[0];
        assert_eq!(provider.internal_url.as_ref().unwrap().as_str(), found);
    }
    assert!(providers(&with_provider(&[]))[0].internal_url.is_none());
    let file = "[auth.providers.authentik]\ninternal-url = \"http://authentik-server:9000\"";
    assert!(
        read(file, &with_provider(&[])).unwrap().providers[0]
            .internal_url
            .is_some()
    );
}

#[test]
fn whatever_is_no_origin_is_refused() {
    for url in [
        "",
        "authentik-server:9000",
        "http:authentik-server",
        "ftp://authentik-server",
        "http://",
        "http://authentik-server/application/o/app/",
        "http://authentik-server/?",
        "http://authentik-server/#",
        "http://user:hunter2@authentik-server",
        "http://authentik\\server",
        "http://authentik\tserver",
    ] {
        let variables = with_provider(&[("AUTH_AUTHENTIK_INTERNAL_URL", url)]);
        let parts = [
            "AUTH_AUTHENTIK_INTERNAL_URL: found",
            "an origin only, such as http://authentik-server:9000",
        ];
        assert_mistake("", &variables, &parts);
        assert!(!read("", &variables).unwrap_err().to_string().contains("hunter2"));
    }
    let file = "[auth.providers.authentik]\ninternal-url = \"authentik-server\"";
    assert_mistake(
        file,
        &with_provider(&[]),
        &["[auth.providers.authentik] internal-url: found"],
    );
}
