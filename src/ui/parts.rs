//! What several pages have in common.

pub mod archway;
pub mod dev_banner;
pub mod facts;
pub mod footer;
pub mod head;
pub mod header;
pub mod mark;
pub mod moment;
pub mod provider_header;
pub mod request;
pub mod sign_out;
pub mod threshold;
pub mod title;
