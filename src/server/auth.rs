//! The sign-in, one leg a file; `lib.rs` has them in the order of the story.
//!
//! Beside them `sign_in`, what is stored between the legs, and `who`, the answers that need no leg. `repeat` answers a
//! callback that comes twice, `cookieless` one that comes without its cookie again and again. `tokens` reads the
//! answer by `token_response`; `claims` makes a person of it by `id_token`, `userinfo` and `person`, and lets her in by
//! `admission`; so does `refresh`, again.

pub mod admission;
pub mod begin;
pub mod callback;
pub mod callback_page;
pub mod claims;
mod cookieless;
pub mod end;
pub mod exchange;
pub mod guard;
pub(crate) mod id_token;
mod person;
pub mod refresh;
mod repeat;
pub mod sign_in;
pub(crate) mod token_response;
pub mod tokens;
mod userinfo;
pub mod who;
