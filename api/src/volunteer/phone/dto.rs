//! Body and view of binding a phone number.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded_text;

bounded_text! {
    /// 手机号按钮得到的凭证
    PhoneButtonCode(1..=256) = "demo-phone:zhang-xiulan";
}

/// 绑定手机号
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BindPhone {
    /// 手机号按钮返回的 code(不是 wx.login 的 code)，五分钟内有效，只能用一次
    pub(super) code: PhoneButtonCode,
}

/// 已绑定的手机号
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoundPhone {
    /// 手机号，隐去中间四位
    #[schema(example = "138****8000")]
    pub(super) phone: String,
    /// 是否经微信核实
    #[schema(example = true)]
    pub(super) phone_verified: bool,
}
