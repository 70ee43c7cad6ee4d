//! **loop breaker**: a browser that comes back from the provider without its cookie, again and again, is told why.
//!
//! It sends nothing to know it by, so what counts is its address and what it calls itself, for a minute. Evidence is
//! only what nobody has by being new: a callback to an attempt of ours that came without the cookie. Of those who share
//! an address, one who returns the cookie is never stopped, and one who is new gets it with the refusal, so that her next
//! click goes through.

use crate::server::{
    client_address,
    secret::{self, Secret},
    state::AppState,
    store::{Kind, StoreError},
};
use axum::http::{HeaderMap, header::USER_AGENT};
use std::net::IpAddr;

/// After so many returns without a cookie within [`Kind::seconds`], no further sign-in starts without one.
const RETURNS: u32 = 5;

/// Notes that a browser came back from the provider without its cookie.
pub async fn note(state: &AppState, address: IpAddr, headers: &HeaderMap) {
    let owner = owner(address, headers);
    let noted: Result<Secret, StoreError> = state.one_time().put(Kind::Cookieless, &owner, &()).await;
    if let Err(error) = noted {
        tracing::warn!(step = "callback", reason = %error, "the missing cookie is not counted");
    }
}

/// Whether a browser at `address`, which sent no cookie, has come back without it too often.
///
/// # Errors
/// When the store fails.
pub async fn is_looping(state: &AppState, address: IpAddr, headers: &HeaderMap) -> Result<bool, StoreError> {
    let owner = owner(address, headers);
    Ok(state.one_time().count(Kind::Cookieless, &owner).await? >= RETURNS)
}

fn owner(address: IpAddr, headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .map(|agent| agent.as_bytes())
        .unwrap_or_default();
    let network = client_address::network(address);
    // What a proxy that nobody named says of its clients: no reason to trust one, but enough to tell them apart. Who lies
    // here stops nobody else.
    let forwarded = headers
        .get("x-forwarded-for")
        .map(|forwarded| forwarded.as_bytes())
        .unwrap_or_default();
    secret::digest(&format!(
        "{network}\n{}\n{}",
        String::from_utf8_lossy(forwarded),
        String::from_utf8_lossy(agent)
    ))
}
