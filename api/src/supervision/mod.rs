//! Supervision (监督): citizens who watch over what the staff of a site do, and what they can do
//! about it.
//!
//! | part | for |
//! |---|---|
//! | `post` | nomination, vetting, appointment, appraisal, end of the term |
//! | `freeze` | keeping a claim, a redemption or a notice entry from going on for a while |
//! | `sample` | random samples anybody can draw again, findings, error rate |
//! | `record` | the masked view of a site's records; the public list of what was entered by hand |
//! | `report` | a quarter in a supervisor's words and the service's numbers |
//! | `alert` | shares by one hand or device that are worth a look |
//! | `jobs` | terms that begin and end, freezes that lapse |

mod alert;
mod error;
mod freeze;
pub(crate) mod jobs;
mod post;
mod quarter;
mod record;
mod report;
mod sample;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use error::ALL as CODES;
pub(crate) use post::{leave, lose_standing};
pub(crate) use sample::inspect::run as inspect_samples;

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(post::configure).configure(freeze::configure).configure(sample::configure);
    cfg.configure(record::configure).configure(report::configure).configure(alert::configure);
}
