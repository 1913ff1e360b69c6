//! Bodies and views of identities: confirmed, corrected.

use chrono::{DateTime, NaiveDate, Utc};
use entity::identity_correction;
use entity::ids::{AccountId, IdentityCorrectionId};
use entity::volunteer::IdType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::IdentityChange;
use crate::bounded_text;
use crate::platform::text::bounded::PersonName;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::volunteer::dto::VerificationNote;

bounded_text! {
    /// 更正的原因
    CorrectionReason(2..=200) = "登记时姓名写错一字";
}

/// 核验
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyVolunteer {
    /// 按证件原件录入的号码，与登记的号码比对；模拟运行时可不填
    #[serde(default)]
    pub(super) id_number: Option<DocumentNumber>,
    /// 核验说明
    #[serde(default)]
    pub(super) note: Option<VerificationNote>,
}

/// 更正身份信息，只填需要更正的项
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectIdentity {
    /// 姓名，与证件一致
    #[serde(default)]
    pub(super) name: Option<PersonName>,
    /// 性别(GB/T 2261.1):0 未知，1 男，2 女，9 未说明
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9, example = 2)]
    pub(super) gender: Option<i16>,
    /// 出生日期
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    #[schema(example = "1949-12-31")]
    pub(super) birth_date: Option<NaiveDate>,
    /// 证件类型
    #[serde(default)]
    pub(super) id_type: Option<IdType>,
    /// 证件号码
    #[serde(default)]
    pub(super) id_number: Option<DocumentNumber>,
    /// 联系电话，记为未核实
    #[serde(default)]
    pub(super) phone: Option<Phone>,
    /// 更正的原因
    pub(super) reason: CorrectionReason,
}

/// 一次身份信息更正
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdentityCorrectionView {
    /// 更正记录编号
    id: IdentityCorrectionId,
    /// 更正的各项，均已脱敏
    changes: Vec<IdentityChange>,
    /// 原因
    #[schema(example = "登记时姓名写错一字")]
    reason: String,
    /// 更正人的账号
    corrected_by: AccountId,
    /// 更正时间
    created_at: DateTime<Utc>,
}

impl IdentityCorrectionView {
    pub(super) fn new(row: identity_correction::Model, changes: Vec<IdentityChange>) -> Self {
        Self {
            id: row.id,
            changes,
            reason: row.reason,
            corrected_by: row.corrected_by,
            created_at: row.created_at,
        }
    }
}

/// 一名志愿者的身份信息更正
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IdentityCorrectionList {
    /// 更正记录，最近的在前
    pub(super) items: Vec<IdentityCorrectionView>,
}
