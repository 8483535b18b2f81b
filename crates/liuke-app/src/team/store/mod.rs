//! Every SQL statement of this capability.

pub(super) mod audit;
pub(super) mod branch;
pub(super) mod identity;
pub(super) mod role;
pub(super) mod staff;
pub(super) mod token;
