//! What the application makes of a provider that errs, or that somebody imitates.
//!
//! Tests that the OpenID Foundation's certification of relying parties has too carry its names, without
//! `oidcc-client-test-`: <https://openid.net/certification/rp_testing/>.

mod algorithms;
mod assertion;
mod availability;
pub mod backchannel_logout;
pub mod bench;
mod cache;
mod claims;
mod client;
mod discovery;
mod documents;
mod form;
mod freshness;
mod frontchannel_logout;
mod id_token;
mod internal_url;
mod issuer;
mod keys;
mod logout_token;
mod mix_up;
mod properties;
mod response;
mod roles;
mod rp_initiated_logout;
mod signature;
mod times;
mod token_endpoint;
mod userinfo;
