//! Volunteers (志愿者): registration, verification, consents, guardians, and who is close
//! to whom.
//!
//! `pending_verification -> active -> suspended -> active`, or
//! `pending_verification -> closed`; whoever leaves closes her account. The station verifies who a
//! volunteer is, with the document in hand, and where she lives; only active volunteers earn.
//! Whoever typed an identity in does not confirm it. Who was verified once is not refused any more:
//! she waits again after a correction, and leaves by closing her account, which a suspension keeps
//! her from. One volunteer per identity document in the county, one per account. A child needs her
//! guardian's consent before she is verified. Document numbers and phones are stored sealed, found
//! again by keyed hashes, and shown masked.
//!
//! | part | for |
//! |---|---|
//! | `binding` | an account for who was registered on paper |
//! | `closing` | registrations that are not accepted, and who leaves |
//! | `consent` | separate consents, given and withdrawn one by one |
//! | `guardian` | guardians of minors |
//! | `identity` | who she is: verified, corrected |
//! | `kin` | relatives, for recusal, and proxies |
//! | `phone` | the phone number that WeChat vouches for |

mod binding;
mod closing;
mod consent;
mod domain;
mod dto;
mod error;
mod guardian;
mod identity;
mod kin;
mod offer;
mod personal;
mod phone;
mod publication;
mod reading;
mod registration;
mod repository;
mod routes;
mod search;
mod service;
mod standing;
mod tries;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use closing::close;
pub(crate) use consent::lacks_guardian;
pub(crate) use domain::masked_name;
pub(crate) use dto::VolunteerView;
pub(crate) use error::{
    ALL as CODES, GUARDIAN_CONSENT_MISSING, HAS_ACCOUNT, VOLUNTEER_NOT_ACTIVE, not_active,
    standing_words,
};
pub(crate) use kin::{acts_for, is_kin_of_any, is_related, related_among, represented_by};
pub(crate) use personal::{
    id_number, id_number_index, phone, phone_index, seal_guardian_phone, seal_id_number, seal_phone,
};
pub(crate) use publication::{PublicFacts, Standing, keep_standings, masked_names, public_facts};
pub(crate) use reading::{Names, Reading, ReadingReason, admit, open_names};
pub(crate) use service::{get, lock, share, view_of};
pub(crate) use standing::{disqualify, readmit, require_disqualifiable};

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure)
        .configure(phone::configure)
        .configure(consent::configure)
        .configure(guardian::configure)
        .configure(kin::configure)
        .configure(identity::configure)
        .configure(closing::configure)
        .configure(binding::configure);
}
