//! Records under supervision: what a supervisor sees of her site, with masked people, and the
//! public list of what was entered by hand.
//!
//! Points and hours that were not born of a witnessed check-in stand in that list: late entries,
//! roll-calls, honours, paper books taken over, corrections of the stock. Everybody sees how many
//! there were and, by the projection of notices, whose they are.

mod dto;
mod hand_view;
mod records_view;
mod routes;
mod service;

pub(super) use hand_view::{Scope, count as count_hand_entries};
pub(super) use routes::configure;
