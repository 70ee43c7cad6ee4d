//! The sign-in, one leg a file; `lib.rs` has them in the order of the story.
//!
//! Beside them `sign_in`, what is stored between the legs, `person`, what claims say of somebody, and `who`, the answers
//! that need no leg. `repeat` answers a callback that comes twice, `cookieless` one that comes without its cookie again and
//! again.

pub mod begin;
pub mod callback;
pub mod callback_page;
pub mod claims;
mod cookieless;
pub mod end;
pub mod exchange;
pub mod guard;
mod person;
mod repeat;
pub mod sign_in;
pub mod tokens;
pub mod who;
