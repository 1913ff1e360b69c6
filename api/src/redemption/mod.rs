//! Redemption (兑换): sessions in which a site offers goods, volunteers' redemptions from
//! order to hand-over, and the register of what was handed over.
//!
//! `created -> ready -> fulfilled | cancelled | expired`, and `fulfilled -> returned`. Placing holds the points and
//! reserves the stock; the hand-over spends and issues both, every other end gives both
//! back, and each happens once. While a supervisor has frozen one nothing goes on with it, and
//! the time it was frozen is added to the time it waits to be picked up.
//!
//! | file | for |
//! |---|---|
//! | `service` | placing a redemption, its pick-up code, one's own list |
//! | `counter` | finding, making ready, handing over |
//! | `ending` | giving up: cancelling and expiring; goods that come back |
//! | `delegate` | who may pick up for somebody else |
//! | `freezing` | what a supervisor's freeze does |
//! | `session` | planning, opening, closing, what is offered now |
//! | `register`, `workbook` | the register as a list and as XLSX |
//! | `register_task` | the register of a whole area as a task |
//! | `domain` | the rules (pure) |

mod counter;
mod counter_routes;
mod delegate;
mod domain;
mod dto;
mod ending;
mod error;
mod freezing;
pub(crate) mod jobs;
mod offer_rows;
mod register;
mod register_dto;
mod register_routes;
mod register_rows;
mod register_task;
mod repository;
mod routes;
mod service;
mod session;
mod session_dto;
mod session_routes;
mod workbook;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use delegate::forget_delegates;
pub(crate) use ending::{cancel_open_of, forget_words};
pub(crate) use error::ALL as CODES;
pub(crate) use freezing::{freeze, lock, thaw};
pub(crate) use register_task::RegisterExport;

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(session_routes::configure);
    cfg.configure(routes::configure);
    cfg.configure(counter_routes::configure);
    cfg.configure(register_routes::configure);
    cfg.configure(delegate::configure);
}
