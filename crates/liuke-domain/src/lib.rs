//! liuke-domain
