//! Bodies of endings.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::bounded_text;

bounded_text! {
    /// 登记不予通过的原因，请勿写入个人信息
    RejectionReason(2..=200) = "证件并非本人所有";
}

/// 登记不予通过
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RejectVolunteer {
    /// 原因
    pub(super) reason: RejectionReason,
}
