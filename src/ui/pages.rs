//! The pages, one a file.

pub mod account;
pub mod admin;
pub mod callback;
pub mod dashboard;
pub mod dev_provider;
pub mod error;
pub mod home;
pub mod leaving;
pub mod login;
pub mod sessions;
pub mod signed_out;
