//! Delegates (代领人): who may pick goods up for a volunteer. Each is registered beforehand, by the
//! holder herself or, where she has no phone, at the counter of her station against her card.
//!
//! A holder has five places. Nobody registers herself or for her kin, and the clerk who
//! registered a delegate does not hand goods over to her. A name is a third person's: it is shown
//! in full only to the holder and, when it is to be compared with the identity paper, to the
//! counter, which leaves a line in the audit trail; it goes with the holder's account.
//!
//! | file | for |
//! |---|---|
//! | `service` | the holder's own list |
//! | `counter` | registering for a card, whom goods may be handed to |
//! | `domain` | the rules (pure) |

mod counter;
mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use counter::authorise;
pub(super) use domain::{Authorised, DelegateRefusal, MOST};
pub(super) use routes::configure;
pub(crate) use service::forget_delegates;
