//! What a browser gets back.

use reqwest::{
    Response, StatusCode,
    header::{LOCATION, SET_COOKIE},
};

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Page {
    pub(super) async fn read(response: Response) -> reqwest::Result<Self> {
        Ok(Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers
            .get(LOCATION)
            .unwrap_or_else(|| panic!("no Location: {} {}", self.status, self.text))
            .to_str()
            .unwrap()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The `Set-Cookie` header of that cookie: its value, and its attributes in alphabetical order.
    pub fn set_cookie(&self, name: &str) -> Option<(String, Vec<String>)> {
        self.headers.get_all(SET_COOKIE).iter().find_map(|header| {
            let mut parts = header.to_str().unwrap().split("; ").map(str::to_owned);
            let value = parts.next()?.strip_prefix(&format!("{name}="))?.to_owned();
            let mut attributes: Vec<_> = parts.collect();
            attributes.sort();
            Some((value, attributes))
        })
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text))
    }

    /// Asserts a redirect to the sign-in page with this code.
    pub fn assert_sign_in_error(&self, code: &str) {
        assert!(self.status.is_redirection(), "{} {}", self.status, self.text);
        let location = self.location();
        assert!(location.starts_with("/auth/login?"), "{location}");
        assert!(
            location.contains(&format!("error={code}")),
            "expected {code}: {location}"
        );
    }
}
