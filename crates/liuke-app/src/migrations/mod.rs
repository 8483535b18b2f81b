//! One numbered list of migrations for both engines. Applied migrations never change.

mod m0001_ground;
mod m0002_contact_window;
mod m0003_reveal_task;
mod m0004_pyramid_shares;
mod m0005_slip_raised_by;
mod m0006_key_packed;
mod m0007_customer_filters;

#[cfg(test)]
mod tests;

use liuke_platform::migrate::Migration;

/// All migrations, oldest first.
pub const MIGRATIONS: &[Migration] = &[
    m0001_ground::MIGRATION,
    m0002_contact_window::MIGRATION,
    m0003_reveal_task::MIGRATION,
    m0004_pyramid_shares::MIGRATION,
    m0005_slip_raised_by::MIGRATION,
    m0006_key_packed::MIGRATION,
    m0007_customer_filters::MIGRATION,
];
