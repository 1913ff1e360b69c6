//! Zeroing and disqualification (清零与取消积分资格): three grounds, each with a numbered
//! document; notice, time to speak, review with a supervisor present, a decision, a second
//! person's confirmation, an appeal to the county.
//!
//! ```text
//! proposed -> notified -> statement_period -> reviewed -> decided -> executed -> ended
//!     └────────┴───────────────┴──────────────┴──────────┴─> dropped   │           │
//!                                                   overturned <─ appealed ─> upheld ┘
//! ```
//!
//! - Never automatic: every step is a person's; only the end of the year comes by itself.
//! - Who proposed a case neither delivers its notice, nor writes down for her what she says to
//!   it, nor reviews, supervises, decides or executes it. Who has a phone speaks for herself.
//! - Before her time to speak is over, review, decision and execution are refused, by the
//!   rules and by the table.
//! - Execution is one transaction: open redemptions are cancelled, then everything
//!   available is taken, and she neither earns nor redeems until 31 December of the year in
//!   which the case was opened. A supervisor loses her post.
//! - Overturning gives back exactly what was taken. Hours of service are never touched.
//!
//! | file | for |
//! |---|---|
//! | `domain` | states, who may take which step and when (pure) |
//! | `words` | the notice in words (pure) |
//! | `opening` | opening a case |
//! | `service` | steps of the staff and of supervisors |
//! | `execution` | what moves points: execution, overturning, the end of the year |
//! | `hers` | what the volunteer does, by phone or on paper |

mod domain;
mod dto;
mod error;
mod execution;
mod hers;
pub(crate) mod jobs;
mod my_routes;
mod opening;
mod repository;
mod routes;
mod service;
mod step_routes;
mod views;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use error::ALL as CODES;
pub(crate) use hers::forget_words;

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure);
    cfg.configure(step_routes::configure);
    cfg.configure(my_routes::configure);
}
