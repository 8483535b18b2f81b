//! liuke-app
