//! What is left of a volunteer who is gone. Pure.

use chrono::NaiveDate;
use entity::string_list::StringList;
use entity::volunteer::{self, VolunteerState};

/// The name of everybody who is gone.
pub(in crate::volunteer) const NAME: &str = "已注销";

/// The birth date of everybody who is gone.
fn no_birth_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default()
}

/// The row without anything that says who she was. Her account, her document and her
/// number are free again; what she earned stays with the row's id.
pub(super) fn nobody(row: &volunteer::Model, reason: Option<String>) -> volunteer::Model {
    volunteer::Model {
        account_id: None,
        state: VolunteerState::Closed,
        name: NAME.to_owned(),
        gender: 0,
        birth_date: no_birth_date(),
        id_number_sealed: None,
        id_number_index: None,
        phone_sealed: None,
        phone_index: None,
        phone_verified: false,
        external_volunteer_no: None,
        groups: StringList::default(),
        skills: StringList::default(),
        service_types: StringList::default(),
        assisted_reason: None,
        assisted_witness: None,
        state_reason: reason,
        ..row.clone()
    }
}
