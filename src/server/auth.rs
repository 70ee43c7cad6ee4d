//! The sign-in, one leg a file; `lib.rs` has them in the order of the story.
//!
//! Beside them `sign_in`, what is stored between the legs, `who`, the answers that need no leg, `sessions`,
//! the list from which a person ends her own, and `events`, which tells open pages of an end. `repeat` answers a
//! callback that comes twice, `cookieless` one that comes without its cookie again and again. `tokens` reads the
//! answer by `token_response`; `claims` makes a person of it by `id_token`, `userinfo` and `person`, and lets her in by
//! `admission`; so does `refresh`, again. `backchannel` (by `logout_token`) and `frontchannel` end what a provider says is over; `farewell` knows the
//! browser again that comes back from there. `bearer` knows programs by their `access_token`. Tokens that are no ID tokens
//! are read by `jwt`. `standing` asks at each request whether the configuration still lets a session go on.

mod access_token;
pub mod admission;
pub mod backchannel;
pub mod bearer;
pub mod begin;
pub mod callback;
pub mod callback_page;
pub mod claims;
mod cookieless;
pub mod end;
pub mod events;
pub mod exchange;
pub mod farewell;
pub mod frontchannel;
pub mod guard;
pub(crate) mod id_token;
mod jwt;
mod logout_token;
mod person;
pub mod refresh;
mod repeat;
pub mod sessions;
pub mod sign_in;
mod standing;
pub(crate) mod token_response;
pub mod tokens;
mod userinfo;
pub mod who;
