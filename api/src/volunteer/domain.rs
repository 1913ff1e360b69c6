//! Rules about volunteers. Pure.

use crate::platform::text::mask::mask_person_name;

/// A name as others may see it: `张*兰`.
#[must_use]
pub(crate) fn masked_name(name: &str) -> String {
    mask_person_name(name)
}
