//! A claim as the unit tests of this slice begin with it.

use chrono::DateTime;
use entity::claim::{self, ClaimState, EnteredVia};
use uuid::Uuid;

/// For an attendance, in this state; by whom it was decided its tests say.
pub(super) fn claim(state: ClaimState) -> claim::Model {
    let id = Uuid::from_u128;
    claim::Model {
        id: id(1).into(),
        volunteer_id: id(2).into(),
        attendance_id: Some(id(3).into()),
        award_ref: None,
        rule_item_id: id(4).into(),
        site_id: id(5).into(),
        state,
        points: 5,
        explanation: String::new(),
        entered_by: id(10).into(),
        submitted_at: None,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        frozen_at: None,
        frozen_until: None,
        frozen_reason: None,
        entered_via: EnteredVia::Own,
        entry_reason: None,
        submitted_by: None,
    }
}
