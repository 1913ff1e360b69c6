//! Objections, appeals and corrections (异议、申诉与更正): anybody may say that a record is
//! wrong, by phone, on paper, or without giving a name.
//!
//! ```text
//! filed -> accepted -> investigating -> decided -> executed -> closed
//!   │ │        │             │             └─ rejected ───────────┤
//!   │ └─> not_accepted ──────┼────────────────────────────────────┘
//!   └──────────┴─────────────┴─> withdrawn
//! ```
//!
//! - Deadlines are working days, told when they begin and kept as they were told.
//! - Who decided about the record first handles nothing of the objection, nor does who is
//!   close to its holder or filed it. Who decides does not execute. The table refuses it, too.
//! - What was upheld is put right by entries that reverse, never by editing. A decision may say
//!   what was with the attendance the record rests on: its execution corrects attendance, service
//!   record (its next version) and points in one.
//! - Once, its filer may turn to the county: an objection of its own, of the kind `appeal`,
//!   decided by somebody who took no part before.
//! - Of an anonymous filer nothing is kept but a keyed hash of her receipt code, and a phone
//!   number, sealed, if she left one.
//!
//! | file | for |
//! |---|---|
//! | `domain` | states, who may take which step and when (pure) |
//! | `words` | the trail in words (pure) |
//! | `subject` | what an objection is about, and who decided about it |
//! | `filing` | filing by phone, without a name, on paper; appeals |
//! | `service` | steps of the staff up to the decision, and the end |
//! | `execution` | what a decision changes |
//! | `following` | the claims of an attendance that was put right |
//! | `notice` | what an objection does to the notice entry it is about |
//! | `reading` | lists, counts and views |

mod desk_routes;
mod domain;
mod dto;
mod error;
mod execution;
mod filing;
mod filing_dto;
mod following;
mod my_routes;
mod notice;
mod public_routes;
mod reading;
mod receipt_dto;
mod repository;
mod routes;
mod service;
mod subject;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use error::ALL as CODES;
pub(crate) use service::forget_filer;
pub(crate) use subject::exported as exported_subject;

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(public_routes::configure);
    cfg.configure(my_routes::configure);
    cfg.configure(routes::configure);
    cfg.configure(desk_routes::configure);
}
