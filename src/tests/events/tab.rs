//! An open page, as far as the event stream goes.

use super::PATH;
use crate::{
    server::session::{Id, sealed},
    tests::browser::Browser,
};
use reqwest::{
    Client, Method, Response, StatusCode,
    header::{ACCEPT, COOKIE, HeaderMap},
};
use std::time::Duration;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream that is read as it comes.
pub struct Tab {
    pub status: StatusCode,
    /// All that was read.
    pub read: String,
    headers: HeaderMap,
    response: Response,
}

impl Tab {
    /// Asks without saying for which session.
    pub async fn open(browser: &Browser) -> Self {
        Self::at(browser, PATH).await
    }

    /// Asks as the island does.
    pub async fn of(browser: &Browser) -> Self {
        let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
        Self::at(browser, &format!("{PATH}?of={}", sealed::handle(&id))).await
    }

    pub async fn at(browser: &Browser, path: &str) -> Self {
        let asked = browser.request(Method::GET, path).build().unwrap();
        let mut request = Client::builder().no_proxy().build().unwrap().get(asked.url().clone());
        if let Some(cookie) = browser.cookie("vestibule") {
            request = request.header(COOKIE, format!("vestibule={cookie}"));
        }
        let response = request.header(ACCEPT, "text/event-stream").send().await.unwrap();
        Self {
            status: response.status(),
            read: String::new(),
            headers: response.headers().clone(),
            response,
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// Reads until that has come; gives out all that was read.
    pub async fn until(&mut self, wanted: &str) -> &str {
        while !self.read.contains(wanted) {
            assert!(self.more().await, "it ended without {wanted:?}: {}", self.read);
        }
        &self.read
    }

    /// Reads until the server ends it.
    pub async fn read_to_end(&mut self) -> &str {
        while self.more().await {}
        &self.read
    }

    async fn more(&mut self) -> bool {
        let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
        let chunk = chunk
            .unwrap_or_else(|_| panic!("nothing comes after {:?}", self.read))
            .unwrap();
        if let Some(chunk) = &chunk {
            self.read += std::str::from_utf8(chunk).unwrap();
        }
        chunk.is_some()
    }
}
