//! What is hers: the home screen in one call, her copy of everything kept of her, and leaving.
//! Composed of other slices.

mod closure;
mod dto;
mod export;
mod routes;
mod service;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use closure::CODES;

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure).configure(export::configure).configure(closure::configure);
}
