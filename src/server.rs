//! Nothing here reaches the browser.

pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cookie;
pub mod error;
pub mod headers;
pub mod health;
pub mod http;
pub mod origin;
pub mod private_file;
pub mod provider;
pub mod render;
pub mod router;
pub mod seal;
pub mod sealing_secrets;
pub mod secret;
pub mod session;
pub mod state;
pub mod statics;
pub mod store;
