//! Nothing here reaches the browser.
//!
//! | what | where |
//! | --- | --- |
//! | the sign-in, leg by leg | [`auth`] |
//! | the providers it talks to, and the embedded one | [`provider`], [`http`] |
//! | what is kept: sessions, and what is taken once | [`session`], [`store`], sealed by [`seal`] |
//! | how a request passes | [`connections`], [`router`], [`headers`], [`origin`], [`negotiation`], [`statics`], [`render`], [`call`], [`body`] |
//! | who asks, how often, and what stands in the way | [`client_address`], [`rate_limit`], [`obstacle`] |
//! | what the operator decides, and what is made of it | [`config`], [`state`], [`cli`], [`serving`], [`stopping`] |
//! | what helps him to set it up, and to mend it | [`blueprint`], [`doctor`] |

pub mod auth;
pub mod blueprint;
pub mod body;
pub mod call;
pub mod cli;
pub mod client_address;
pub mod clock;
pub mod config;
pub mod connections;
pub mod cookie;
pub mod doctor;
pub mod error;
pub mod headers;
pub mod health;
pub mod http;
pub mod json;
pub mod negotiation;
pub mod obstacle;
pub mod origin;
pub mod private_file;
pub mod provider;
pub mod rate_limit;
pub mod render;
pub mod router;
pub mod seal;
pub mod sealing_secrets;
pub mod secret;
pub mod serving;
pub mod session;
pub mod state;
pub mod statics;
pub mod stopping;
pub mod store;
