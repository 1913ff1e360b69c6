//! Publicity (公示公开): a month's certified points are shown to everybody before they count.
//!
//! ```text
//! drafting ──open──> open ──close──> closed ──archive──> archived
//! ```
//!
//! - The service drafts last month's round by schedule and closes one whose days are over; a
//!   person opens it.
//! - The opening fixes what is shown, with a digest that anybody can compute again. Names are
//!   not part of it: who a person is in public is asked anew at each drawing (`projection`).
//! - An objection freezes only its own entry. Whatever becomes different after the opening is a
//!   correction beside the entry, never an edit.
//! - When the round is closed, a task makes its claims effective and books their points, unless
//!   they were booked at certification.
//!
//! | file | for |
//! |---|---|
//! | `projection` | how a person appears in public (pure) |
//! | `domain` | the life of a round, seals and digest, who gets her points (pure) |
//! | `drafting` | drafting and opening |
//! | `closing` | closing, booking, archiving |
//! | `correction` | freezing, releasing, striking one entry; what other slices call |
//! | `drawing` | entries with their people as of now |
//! | `public` | reading without signing in |
//! | `page` | pages in large type, without scripts |
//! | `files` | the same as a sheet (`sheet`), a workbook (`book`), words (`spoken`) |

mod book;
mod closing;
mod correction;
mod domain;
mod drafting;
mod drawing;
mod dto;
mod entry_rows;
mod error;
mod file_routes;
mod files;
pub(crate) mod jobs;
pub(crate) mod page;
mod page_text;
mod projection;
mod public;
mod public_dto;
mod public_routes;
mod repository;
mod routes;
mod screen;
mod service;
mod sheet;
pub(crate) mod spoken;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use closing::Settle;
pub(crate) use correction::lock_entry;
pub use correction::{
    FoundEntry, Keeper, Strike, entry_of, find_entry, freeze_entry, release_entry, strike_entry,
};
pub(crate) use domain::Digest;
pub(crate) use drawing::people;
pub(crate) use error::{ALL as CODES, ENTRY_FROZEN, ENTRY_SETTLED};
pub(crate) use projection::{PublicPerson, plain};
pub(crate) use public_dto::OBJECTING as OBJECTING_NOTICE;
pub(crate) use screen::{OnScreen, on_screen};

/// Where everybody reads a round.
fn public_path(number: &str) -> String {
    format!("/public/notices/{number}")
}

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure);
    cfg.configure(public_routes::configure);
    cfg.configure(file_routes::configure);
}
