//! Bodies and queries of claims filed at the station.

use entity::ids::{AttendanceId, VolunteerId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::dto::Ids;
use super::service::Whom;
use crate::bounded_text;
use crate::platform::failure::{Failure, FieldError, Refusal, code};
use crate::platform::text::bounded::Line;

bounded_text! {
    /// 申请人的积分卡号
    ClaimantCardNumber(1..=30) = "C7K2-9QXM-4";
}

/// 代为申请积分：卡号与志愿者编号填一个
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileClaims {
    /// 出示的积分卡号
    card_number: Option<ClaimantCardNumber>,
    /// 志愿者编号
    volunteer_id: Option<VolunteerId>,
    /// 签到记录编号
    #[schema(value_type = Vec<AttendanceId>, min_items = 1, max_items = 50)]
    attendance_ids: Ids<AttendanceId, 50>,
    /// 代为申请的原因，本人可以看到
    reason: Line,
}

impl FileClaims {
    /// Whom it names.
    ///
    /// # Errors
    /// `missing_field` when it names nobody, `invalid_value` when it names two.
    pub(super) fn whom(&self) -> Result<Whom, Failure> {
        whom(self.card_number.clone().map(String::from), self.volunteer_id, "/")
    }

    /// Each attendance with the reason for all of them.
    pub(super) fn items(&self) -> Vec<(AttendanceId, Line)> {
        self.attendance_ids.to_vec().into_iter().map(|id| (id, self.reason.clone())).collect()
    }
}

/// 代为撤回或重新提交
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActForClaimant {
    /// 本人所说的原因，记入审计
    pub(super) reason: Line,
}

/// 查询谁可申请的积分：卡号与志愿者编号填一个
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimantQuery {
    /// 出示的积分卡号
    #[param(value_type = Option<String>, min_length = 1, max_length = 30, example = "C7K2-9QXM-4")]
    card_number: Option<ClaimantCardNumber>,
    /// 志愿者编号
    volunteer_id: Option<VolunteerId>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

impl ClaimantQuery {
    /// Whom it names.
    ///
    /// # Errors
    /// `missing_field` when it names nobody, `invalid_value` when it names two.
    pub(super) fn whom(&self) -> Result<Whom, Failure> {
        whom(self.card_number.clone().map(String::from), self.volunteer_id, "")
    }
}

fn whom(card: Option<String>, id: Option<VolunteerId>, at: &str) -> Result<Whom, Failure> {
    match (card, id) {
        (Some(number), None) => Ok(Whom::Card(number)),
        (None, Some(id)) => Ok(Whom::Volunteer(id)),
        (Some(_), Some(_)) => Err(Failure::field(&format!("{at}volunteer_id"), "与卡号只能填一个")),
        (None, None) => {
            let mut refusal = Refusal::new(code::MISSING_FIELD);
            let message = "与志愿者编号须填一个".into();
            refusal.errors.push(FieldError { pointer: format!("{at}card_number"), message });
            Err(refusal.into())
        }
    }
}
