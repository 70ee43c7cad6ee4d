//! `INTERNAL_URL` of a provider: where this server reaches it.

use super::mistakes::Refusal;
use url::Url;

/// Parses an origin. `http` will do for any host: what is behind it is the operator's own network.
pub(super) fn parse(text: &str) -> Result<Url, Refusal> {
    let is_plain = !text.contains(|c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '@'));
    let url = Url::parse(text).ok().filter(|url| {
        is_plain
            && matches!(url.scheme(), "http" | "https")
            && text
                .get(url.scheme().len()..)
                .is_some_and(|rest| rest.starts_with("://"))
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    });
    url.ok_or_else(|| {
        "an origin only, such as http://authentik-server:9000, without path, query, fragment or user: paths are taken \
         from discovery"
            .into()
    })
}
