//! What the server promises, leg by leg.

mod config;
mod dev_provider;
