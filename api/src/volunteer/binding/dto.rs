//! Bodies and views of binding codes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded_text;
use crate::platform::text::document_number::DocumentNumber;

bounded_text! {
    /// 绑定码，大小写与连字符不限
    BindingCode(8..=40) = "BD-7K3Q-X0Z1-M94T-8";
}

/// 用绑定码绑定志愿者资料
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BindVolunteer {
    /// 站点当面给出的绑定码
    pub(super) code: BindingCode,
    /// 本人证件上的完整号码，与登记的号码比对
    pub(super) id_number: DocumentNumber,
}

/// 刚给出的绑定码
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuedBindingCode {
    /// 绑定码，只在此时显示一次
    #[schema(example = "BD-7K3Q-X0Z1-M94T-8")]
    pub(super) code: String,
    /// 失效时间
    pub(super) expires_at: DateTime<Utc>,
}
