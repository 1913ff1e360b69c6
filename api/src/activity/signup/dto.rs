//! Bodies and views of signing up.

use chrono::{DateTime, Utc};
use entity::ids::{ActivityId, SignUpId, VolunteerId};
use entity::sign_up::SignUpState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::dto::ActivityView;
use super::reading::{Line, Mine};
use super::service::{InLine, Whom};
use crate::platform::failure::Failure;
use crate::platform::paging::PageQuery;
use crate::platform::text::bounded;
use crate::volunteer::{self, Names, ReadingReason};
use crate::{bounded_text, page};

bounded_text! {
    /// 积分卡号
    SignUpCardNumber(1..=30) = "C7K2-9QXM-4";
}

/// 退出报名
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUpWithdrawal {
    /// 退出的原因，可以不填
    pub(super) reason: Option<bounded::Line>,
}

/// 代为报名：卡号与志愿者编号填一个
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssistedSignUp {
    /// 出示的积分卡号
    card_number: Option<SignUpCardNumber>,
    /// 志愿者编号
    volunteer_id: Option<VolunteerId>,
}

impl AssistedSignUp {
    /// Whom it names.
    ///
    /// # Errors
    /// `invalid_value` when it names nobody or two.
    pub(super) fn whom(self) -> Result<Whom, Failure> {
        match (self.card_number, self.volunteer_id) {
            (Some(number), None) => Ok(Whom::Card(number.into())),
            (None, Some(volunteer)) => Ok(Whom::Volunteer(volunteer)),
            (Some(_), Some(_)) => Err(Failure::field("/volunteer_id", "与卡号只能填一个")),
            (None, None) => Err(Failure::field("/card_number", "与志愿者编号须填一个")),
        }
    }
}

/// 代为退出报名：卡号与志愿者编号填一个
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssistedWithdrawal {
    /// 出示的积分卡号
    card_number: Option<SignUpCardNumber>,
    /// 志愿者编号
    volunteer_id: Option<VolunteerId>,
    /// 本人所说的原因
    pub(super) reason: bounded::Line,
}

impl AssistedWithdrawal {
    /// Whom it names.
    ///
    /// # Errors
    /// `invalid_value` when it names nobody or two.
    pub(super) fn whom(&self) -> Result<Whom, Failure> {
        let (card_number, volunteer_id) = (self.card_number.clone(), self.volunteer_id);
        AssistedSignUp { card_number, volunteer_id }.whom()
    }
}

/// 一次报名
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SignUpView {
    /// 报名编号
    id: SignUpId,
    /// 活动编号
    activity_id: ActivityId,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 报名状态
    state: SignUpState,
    /// 候补时排在第几位
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 2)]
    place_in_line: Option<u64>,
    /// 报名时间
    signed_up_at: DateTime<Utc>,
    /// 由候补转为报名的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    promoted_at: Option<DateTime<Utc>>,
    /// 退出时间
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<InLine> for SignUpView {
    fn from(InLine { sign_up: row, place }: InLine) -> Self {
        Self {
            id: row.id,
            activity_id: row.activity_id,
            volunteer_id: row.volunteer_id,
            state: row.state,
            place_in_line: place,
            signed_up_at: row.signed_up_at,
            promoted_at: row.promoted_at,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

/// 名单上的一人
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RosterEntry {
    #[serde(flatten)]
    sign_up: SignUpView,
    /// 姓名；非本站工作人员看到的、未说明原因时的未成年人，隐去部分
    #[schema(example = "张秀兰")]
    name: String,
    /// 是否由工作人员代为报名
    entered_by_staff: bool,
}

impl RosterEntry {
    pub(super) fn new(line: Line, names: Option<Names>) -> Self {
        let Line { in_line, volunteer: person } = line;
        let name = names.map_or_else(
            || volunteer::masked_name(&person.name),
            |names| names.of(&person.name, person.birth_date),
        );
        let entered_by_staff = Some(in_line.sign_up.entered_by) != person.account_id;
        Self { sign_up: in_line.into(), name, entered_by_staff }
    }
}

/// 我的一次活动
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyActivity {
    /// 活动
    activity: ActivityView,
    /// 我的报名
    sign_up: SignUpView,
}

impl MyActivity {
    pub(super) fn new(mine: Mine, now: DateTime<Utc>) -> Self {
        Self { activity: ActivityView::new(mine.placed, now), sign_up: mine.in_line.into() }
    }
}

page! {
    /// 一页名单
    RosterPage of RosterEntry;
    /// 一页我的活动
    MyActivityPage of MyActivity;
}

/// Which part of the roster.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RosterQuery {
    /// 已报名（默认）、候补或已退出
    pub(super) state: Option<SignUpState>,
    /// 查看原因；填写后显示未成年人的全名，并记入审计，不填则隐去
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "办理保险")]
    pub(super) reason: Option<ReadingReason>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl RosterQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}

/// 将来的还是过去的活动
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MyActivitiesWhen {
    /// 未结束的，近的在前
    #[default]
    Upcoming,
    /// 已结束的，近的在前
    Past,
}

/// Which of my activities.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct MyActivitiesQuery {
    /// 未结束的（默认）或已结束的
    #[serde(default)]
    #[param(inline)]
    pub(super) when: MyActivitiesWhen,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl MyActivitiesQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}
