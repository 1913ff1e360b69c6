//! What changed in who a volunteer is, told without telling it. Pure.

use chrono::{Datelike, NaiveDate};
use entity::volunteer::IdType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::volunteer::domain::masked_name;

/// 更正的一项，均已脱敏
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct IdentityChange {
    /// 字段
    #[schema(example = "name")]
    pub(super) member: String,
    /// 更正前
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "张*兰")]
    pub(super) before: Option<String>,
    /// 更正后
    #[schema(example = "章*兰")]
    pub(super) after: String,
}

/// Who a volunteer is, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) gender: i16,
    pub(super) birth_date: NaiveDate,
    pub(super) id_type: IdType,
    pub(super) id_number: DocumentNumber,
    pub(super) phone: Option<Phone>,
}

impl Identity {
    /// Whether another person may be meant: anything but the phone differs.
    pub(super) fn is_another(&self, than: &Self) -> bool {
        let than = Self { phone: self.phone.clone(), ..than.clone() };
        *self != than
    }

    /// What `after` changes.
    pub(super) fn changes(&self, after: &Self) -> Vec<IdentityChange> {
        let pairs = [
            (
                "name",
                Some(masked_name(&self.name)),
                Some(masked_name(&after.name)),
                self.name != after.name,
            ),
            (
                "gender",
                Some(self.gender.to_string()),
                Some(after.gender.to_string()),
                self.gender != after.gender,
            ),
            (
                "birth_date",
                Some(year(self.birth_date)),
                Some(year(after.birth_date)),
                self.birth_date != after.birth_date,
            ),
            (
                "id_type",
                Some(self.id_type.as_str().into()),
                Some(after.id_type.as_str().into()),
                self.id_type != after.id_type,
            ),
            (
                "id_number",
                Some(self.id_number.to_string()),
                Some(after.id_number.to_string()),
                self.id_number != after.id_number,
            ),
            (
                "phone",
                self.phone.as_ref().map(Phone::to_string),
                after.phone.as_ref().map(Phone::to_string),
                self.phone != after.phone,
            ),
        ];
        let changed = pairs.into_iter().filter(|(.., changed)| *changed);
        let told = changed.map(|(member, before, after, _)| IdentityChange {
            member: member.to_owned(),
            before,
            after: after.unwrap_or_default(),
        });
        told.collect()
    }
}

fn year(day: NaiveDate) -> String {
    format!("{}-**-**", day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            name: "张秀兰".into(),
            gender: 2,
            birth_date: NaiveDate::from_ymd_opt(1949, 12, 31).unwrap(),
            id_type: IdType::ResidentId,
            id_number: DocumentNumber::parse("11010519491231002X").unwrap(),
            phone: None,
        }
    }

    #[test]
    fn a_change_is_told_masked_and_a_phone_is_nobody_else() {
        let phone = Identity { phone: Phone::parse("13800138000").ok(), ..identity() };
        assert!(!identity().is_another(&phone) && !phone.is_another(&identity()));
        let told = identity().changes(&phone);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].before.clone(), told[0].after.as_str()), (None, "138****8000"));
        let named = Identity { name: "章秀兰".into(), ..identity() };
        assert!(identity().is_another(&named));
        let told = identity().changes(&named);
        assert_eq!((told[0].member.as_str(), told[0].after.as_str()), ("name", "章*兰"));
        assert!(identity().changes(&identity()).is_empty());
    }
}
