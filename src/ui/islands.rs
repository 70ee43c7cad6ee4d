//! The parts that wake up in the browser. Each page is complete without them.

pub mod group_filter;
pub mod session_watch;
pub mod submit_at_once;
