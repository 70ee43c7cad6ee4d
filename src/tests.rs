//! What the server promises, leg by leg.

mod app;
mod browser;
mod redis;
mod stores;
mod stub;

mod begin;
mod callback;
mod callback_page;
mod exchange;

mod config;
mod dev_provider;
mod make_it_yours;

mod boundary;
mod error_codes;
mod paths;
mod safe_path;
mod seal;
