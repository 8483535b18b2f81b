//! The doorways of this capability: permission, one action, one view.

pub mod audit;
pub mod org;
pub mod role;
pub mod session;
pub mod setting;
pub mod staff;
pub mod token;
