//! The embedded development provider: held to the same specifications as any other.

mod authorize;
mod backchannel;
mod client;
mod code;
mod discovery;
mod end_session;
mod harness;
mod refresh;
mod tokens;
