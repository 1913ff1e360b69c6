//! Goods and stock (物品、库存): what sites offer for points, and the lots it comes from.
//!
//! `quarantine -> accepted -> on_shelf -> exhausted | written_off`. Two persons sign
//! the quality check, write-offs and counts; what expires first is issued first, what expired never.

mod adjustment;
pub mod allocate;
mod domain;
mod dto;
mod error;
mod repository;
mod reservation;
mod reservation_rows;
mod routes;
mod service;
mod stock;
mod stock_routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use error::{ALL as CODES, OUT_OF_STOCK};
pub(crate) use reservation::{count_free, issue, reserve, unreserve};
pub(crate) use service::{get, get_many, get_offered};

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure)
        .configure(stock_routes::configure)
        .configure(adjustment::configure);
}
