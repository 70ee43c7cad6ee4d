//! What the server promises, leg by leg.

mod app;
mod browser;
mod captured;
mod many;
mod redis;
mod registry;
mod stores;
mod stub;

mod admission;
mod arbitrary;
mod begin;
mod callback;
mod callback_page;
mod claim_path;
mod client_address;
mod contract;
mod cookieless;
mod end;
mod exchange;
mod guard;
mod hardening;
mod headers;
mod health;
mod json;
mod log;
mod obstacle;
mod origin;
mod rate_limit;
mod refresh;
mod session;
mod statics;
mod who;

mod blueprint;
mod config;
mod dev_provider;
mod doctor;
mod make_it_yours;

mod boundary;
mod error_codes;
mod faulty_provider;
mod one_time;
mod paths;
mod safe_path;
mod seal;
mod session_store;
mod verification;
