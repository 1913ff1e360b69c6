//! Bodies and views of guardians.

use chrono::{DateTime, Utc};
use entity::consent::ConsentChannel;
use entity::guardian;
use entity::ids::{GuardianId, VolunteerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded_text;
use crate::platform::text::bounded::PersonName;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::volunteer::dto::{ConsentTextVersion, Witness};

bounded_text! {
    /// 与未成年人的关系
    GuardianRelation(1..=20) = "母亲";
}

/// 登记监护人及其同意
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddGuardian {
    /// 监护人姓名
    pub(super) name: PersonName,
    /// 与未成年人的关系
    pub(super) relation: GuardianRelation,
    /// 监护人电话
    pub(super) phone: Phone,
    /// 监护人证件号码
    #[serde(default)]
    pub(super) id_number: Option<DocumentNumber>,
    /// 同意的方式：纸质(paper)或工作人员代录(staff)
    pub(super) channel: ConsentChannel,
    /// 在场的见证人
    pub(super) witness: Witness,
    /// 监护人是否同意；只有同意才登记
    #[schema(example = true)]
    pub(super) consented: bool,
    /// 所同意的文本版本
    pub(super) text_version: ConsentTextVersion,
}

/// 监护人
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GuardianView {
    /// 监护人记录编号
    id: GuardianId,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 姓名
    #[schema(example = "李桂芳")]
    name: String,
    /// 与未成年人的关系
    #[schema(example = "母亲")]
    relation: String,
    /// 电话，隐去中间四位
    #[schema(example = "139****9000")]
    phone: String,
    /// 同意的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    consented_at: Option<DateTime<Utc>>,
    /// 同意的方式
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<ConsentChannel>,
    /// 见证人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李支书")]
    witness: Option<String>,
}

impl GuardianView {
    pub(super) fn new(row: guardian::Model, phone: String) -> Self {
        Self {
            id: row.id,
            volunteer_id: row.volunteer_id,
            name: row.name,
            relation: row.relation,
            phone,
            consented_at: row.consented_at,
            channel: row.channel,
            witness: row.witness,
        }
    }
}

/// 一名志愿者的监护人
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GuardianList {
    /// 监护人，先登记的在前
    pub(super) items: Vec<GuardianView>,
}
