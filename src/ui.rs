//! Renders pages from what the request's context says; decides nothing.

pub mod app;
pub mod islands;
pub mod pages;
pub mod parts;
