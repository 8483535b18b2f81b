//! liuke-platform
