//! The sign-in, one leg a file, in the order of the story.

pub mod begin;
pub mod callback;
pub mod callback_page;
pub mod claims;
pub mod end;
pub mod exchange;
pub mod guard;
pub mod sign_in;
pub mod tokens;
pub mod who;
