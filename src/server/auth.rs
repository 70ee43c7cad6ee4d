//! The sign-in, one leg a file; `lib.rs` has them in the order of the story.
//!
//! Beside them `sign_in`, what is stored between the legs, `person`, what claims say of somebody, and `who`, the answers
//! that need no leg.

pub mod admission;
pub mod begin;
pub mod callback;
pub mod callback_page;
pub mod claims;
pub mod end;
pub mod exchange;
pub mod guard;
mod id_token;
mod person;
pub mod sign_in;
mod token_response;
pub mod tokens;
mod userinfo;
pub mod who;
