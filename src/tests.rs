//! What the server promises, leg by leg.

mod app;
mod browser;
mod redis;

mod begin;
mod config;
mod dev_provider;
