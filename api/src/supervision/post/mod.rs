//! Posts of supervisors (监督员聘任): nominated by the site, vetted by the town's general office,
//! appointed by the town for a term, appraised yearly.
//!
//! ```text
//! nominated ──vet──> vetted ──appoint──> appointed ──(dismiss | end of term)──> ended
//!     │  └──refuse──> refused  │
//!     └────────withdraw────────┴──> withdrawn
//! ```
//!
//! - Who nominates neither vets nor appoints, and nobody decides about herself or her kin.
//! - A supervisor is no staff of the site, above it or below it, and no declared relative of
//!   its staff or committee; asked at the nomination and again at the appointment.
//! - No more are appointed at a site than the setting allows, counted under the site's lock.
//! - The role comes from the appointment: it begins and ends with the term. On the first day it
//!   is asked once more whether she may have it; who is zeroed loses her post.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;
mod step_routes;
mod steps;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use domain::PostRefusal;
pub(super) use steps::turn_terms;
pub(crate) use steps::{leave, lose_standing};

/// Registers the operations.
pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure).configure(step_routes::configure);
}
