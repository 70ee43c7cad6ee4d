//! What the page's own URL says, decoded exactly once.
//!
//! The router's query map decodes twice, which would turn `%2525` into `%` in a return target.

use leptos::prelude::*;
use leptos_router::location::{RequestUrl, Url};
use url::form_urlencoded;

/// The path of this request.
#[must_use]
pub fn path() -> String {
    url().map(|url| url.path().to_owned()).unwrap_or_default()
}

/// The first value of the query parameter `name`.
#[must_use]
pub fn query(name: &str) -> Option<String> {
    form_urlencoded::parse(url()?.search().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn url() -> Option<Url> {
    use_context::<RequestUrl>()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{path, query};
    use leptos::prelude::{Owner, provide_context};
    use leptos_router::location::RequestUrl;

    fn at<T>(url: &str, read: impl FnOnce() -> T) -> T {
        Owner::new().with(|| {
            provide_context(RequestUrl::new(url));
            read()
        })
    }

    #[test]
    fn decodes_once() {
        assert_eq!(
            at("/x?redirect=%2Fa%2525b%3Fc%3Dd", || query("redirect")),
            Some("/a%25b?c=d".into())
        );
        assert_eq!(
            at("/x?redirect=/a&redirect=/b", || query("redirect")),
            Some("/a".into())
        );
        assert_eq!(at("/x?other=1", || query("redirect")), None);
        assert_eq!(at("/x", || query("redirect")), None);
    }

    #[test]
    fn tells_the_path_without_the_query() {
        assert_eq!(at("/auth/login?redirect=%2F", path), "/auth/login");
        assert_eq!(at("http://leptos.dev/account?x", path), "/account");
        assert_eq!(at("/", path), "/");
    }
}
