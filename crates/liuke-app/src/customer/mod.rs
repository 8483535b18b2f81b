//! 客户档案: customers, their assets, orders, service history, one timeline, search.
//!
//! Every way to a customer passes [`scope_filter`]; personal data leave masked; search keys and the repeated columns of the row are
//! written in the transaction that changes a fact ([`bulk`] does both for many rows).

pub mod bulk;
pub mod words;

mod archive;
mod assets;
mod batch;
mod brief;
mod card;
mod contact;
mod days;
mod duplicates;
mod edit;
mod entry;
mod export;
mod figures;
mod filter;
mod keys;
mod list;
mod log;
mod lookup;
mod numbers;
mod orders;
mod phones;
mod record;
mod reveal;
mod scope;
mod search;
mod service_input;
mod services;
mod timeline;
mod views;

#[cfg(test)]
mod tests;

use liuke_platform::jobs::Jobs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use assets::{asset_view, assets_of};
pub use brief::{CustomerBrief, brief, briefs};
pub use card::{YearFigures, consents_of, phone_consent, year_figures};
pub use contact::{mark_phone_unusable, set_ask_at_reception, touch_contact, withdraw_consent};
pub use export::export_all;
pub use figures::asset_line;
pub use keys::{Query, push_query};
pub use lookup::{MatchBy, match_by, match_key, phone_key};
pub use numbers::take_numbers;
pub use phones::phone_views;
pub use record::CustomerRecord;
pub use scope::{find_scoped, push_scope, require, scope_filter};
pub use search::{SearchHit, find as search};
pub use services::{SERVICE_CLOSED, ServiceView, service_view};
pub use timeline::{Loading, SOURCES, TimelineAsk, TimelineEntry, TimelineSource, timeline};
pub use views::{AssetView, Consent, CustomerRow, PhoneView, Scores};

use crate::App;

/// Routes of this capability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_customers, edit::create_customer))
        .routes(routes!(list::count_customers))
        .routes(routes!(export::export_customers))
        .routes(routes!(duplicates::find_duplicates))
        .routes(routes!(
            card::get_customer,
            edit::update_customer,
            archive::delete_customer
        ))
        .routes(routes!(archive::restore_customer))
        .routes(routes!(reveal::reveal))
        .routes(routes!(timeline::customer_timeline))
        .routes(routes!(timeline::add_note))
        .routes(routes!(assets::create_asset))
        .routes(routes!(assets::update_asset, assets::delete_asset))
        .routes(routes!(services::list_services, services::create_service))
        .routes(routes!(services::get_service, services::update_service))
        .routes(routes!(orders::list_orders, orders::create_order))
        .routes(routes!(orders::update_order))
        .routes(routes!(search::search))
        .routes(routes!(list::list_tags))
}

/// Adds the background work of this capability.
pub fn jobs(all: Jobs<App>) -> Jobs<App> {
    all
}
