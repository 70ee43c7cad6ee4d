//! Compiled for the server and for the browser: no secrets, no I/O.

pub mod api;
pub mod error;
pub mod farewell;
pub mod obstacle;
pub mod paths;
pub mod safe_path;
pub mod session_list;
pub mod site;
pub mod viewer;
