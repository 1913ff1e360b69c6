//! Quarterly bulletins (季度公开): points statistics and the redemption register of a station or
//! a town, shown to everybody for good.
//!
//! ```text
//! compiling ──compiled──> drafting ──publish──> published ──archive──> archived
//!     ^──────recompile───────┘
//! ```
//!
//! - One bulletin per site and quarter; an institute's has each of its stations and their sum.
//! - The service drafts last quarter's by schedule; a task makes the figures, page by page; a
//!   person publishes.
//! - The sums lead from the opening balance to the closing one, or the database refuses them.
//! - The publication fixes figures and lines with a digest and holds the head of the public
//!   tree. What becomes different afterwards is a correction beside it, never an edit.
//! - Names are not part of it: who a person is in public is asked anew at each drawing.
//!
//! | file | for |
//! |---|---|
//! | `domain` | the life of a bulletin, quarters (pure) |
//! | `figures` | the sums of a site, seals and digest (pure) |
//! | `compile` | the task that makes the figures and the register |
//! | `drafting` | drafting and compiling again |
//! | `publishing` | publishing, archiving, correcting |
//! | `service` | reading as staff, reminders |
//! | `public` | reading without signing in |
//! | `page` | pages in large type, without scripts |
//! | `screen` | what a station's screen shows |
//! | `files` | the same as a sheet (`sheet`), a workbook (`book`), words (`spoken`) |

mod book;
mod compile;
mod compile_rows;
mod domain;
mod drafting;
mod dto;
mod error;
mod figures;
mod file_routes;
mod files;
pub(crate) mod jobs;
mod line_rows;
pub(crate) mod page;
mod page_text;
mod public;
mod public_dto;
mod public_routes;
mod publishing;
mod repository;
mod routes;
mod screen;
mod service;
mod sheet;
mod spoken;

use chrono::{DateTime, Utc};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use compile::Compile;
pub(crate) use error::ALL as CODES;
pub(crate) use figures::Digest;
pub(crate) use public::{find_line, line_of};

/// A quarter's first instant and the first after it.
pub(crate) fn quarter_bounds(row: &entity::bulletin::Model) -> (DateTime<Utc>, DateTime<Utc>) {
    domain::quarter_of(row).span()
}

/// Where everybody reads a bulletin.
fn public_path(number: &str) -> String {
    format!("/public/bulletins/{number}")
}

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure);
    cfg.configure(public_routes::configure);
    cfg.configure(file_routes::configure);
}
