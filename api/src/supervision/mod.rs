//! Supervision (监督): citizens who watch over what the staff of a site do, and what they can do
//! about it.
//!
//! | part | for |
//! |---|---|
//! | `post` | nomination, vetting, appointment, appraisal, end of the term |
//! | `freeze` | keeping a claim, a redemption or a notice entry from going on for a while |
//! | `sample` | random samples anybody can draw again, findings, error rate |
//! | `jobs` | terms that begin and end, freezes that lapse |

mod error;
mod freeze;
pub(crate) mod jobs;
mod post;
mod quarter;
mod sample;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use error::ALL as CODES;
pub(crate) use sample::inspect::run as inspect_samples;

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(post::configure).configure(freeze::configure).configure(sample::configure);
}
