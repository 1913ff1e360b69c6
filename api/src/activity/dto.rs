//! Bodies and views of activities.

use chrono::{DateTime, NaiveDate, Utc};
use entity::activity::{ActivityKind, ActivityState, RiskLevel};
use entity::ids::{AccountId, ActivityId, RuleVersionId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{ActivityAction, allowed_actions, current_state};
use super::plan::Plan;
use super::service::Placed;
use crate::auth::Caller;
use crate::platform::text::bounded::{Line, Paragraph, PersonName, Title};
use crate::{bounded_text, page};

bounded_text! {
    /// 条件、风险或保障的说明
    ActivityNote(1..=500, lines) = "夏季高温，注意防暑";
    /// 保险单号
    InsurancePolicyNo(1..=60) = "PICC-2026-000123";
    /// 技能名称
    SkillName(1..=40) = "急救";
    /// 志愿服务类型
    ServiceTypeName(1..=40) = "环境卫生";
    /// 积分细则条目代码
    ActivityRuleItemCode(1..=20) = "A01";
}

/// 活动内容
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityBody {
    /// 活动名称
    title: Title,
    /// 活动类型
    kind: ActivityKind,
    /// 活动内容
    content: Paragraph,
    /// 活动地点
    place: Line,
    /// 开始时间
    #[schema(example = "2026-05-09T01:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    starts_at: DateTime<Utc>,
    /// 结束时间
    #[schema(example = "2026-05-09T03:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    ends_at: DateTime<Utc>,
    /// 报名开放时间；不填时发布后即可报名
    #[schema(example = "2026-05-01T00:00:00Z")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    sign_up_opens_at: Option<DateTime<Utc>>,
    /// 报名截止时间；不填时到活动开始为止
    #[schema(example = "2026-05-08T10:00:00Z")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    sign_up_closes_at: Option<DateTime<Utc>>,
    /// 招募人数
    #[schema(minimum = 1, maximum = 10000, example = 20)]
    capacity: i32,
    /// 最小年龄
    #[schema(minimum = 0, maximum = 100, example = 16)]
    min_age: Option<i16>,
    /// 需要的技能
    required_skill: Option<SkillName>,
    /// 参加条件
    conditions: Option<ActivityNote>,
    /// 风险提示
    risks: Option<ActivityNote>,
    /// 保障措施
    guarantees: Option<ActivityNote>,
    /// 风险等级
    risk_level: RiskLevel,
    /// 保险单号；有危险的活动发布前必填
    insurance_policy_no: Option<InsurancePolicyNo>,
    /// 是否须报名才能参加
    #[schema(example = true)]
    needs_sign_up: bool,
    /// 志愿服务类型
    service_type: Option<ServiceTypeName>,
    /// 组织者账号
    organiser_account_id: Option<AccountId>,
    /// 联系人
    contact_person: Option<PersonName>,
    /// 积分细则条目代码；志愿服务和文明实践活动发布前必填
    rule_item_code: Option<ActivityRuleItemCode>,
}

impl From<ActivityBody> for Plan {
    fn from(body: ActivityBody) -> Self {
        Self {
            title: body.title.into(),
            kind: body.kind,
            content: body.content.into(),
            place: body.place.into(),
            starts_at: body.starts_at,
            ends_at: body.ends_at,
            sign_up_opens_at: body.sign_up_opens_at,
            sign_up_closes_at: body.sign_up_closes_at,
            capacity: body.capacity,
            min_age: body.min_age,
            required_skill: body.required_skill.map(Into::into),
            conditions: body.conditions.map(Into::into),
            risks: body.risks.map(Into::into),
            guarantees: body.guarantees.map(Into::into),
            risk_level: body.risk_level,
            insurance_policy_no: body.insurance_policy_no.map(Into::into),
            needs_sign_up: body.needs_sign_up,
            service_type: body.service_type.map(Into::into),
            organiser_account_id: body.organiser_account_id,
            contact_person: body.contact_person.map(Into::into),
            rule_item_code: body.rule_item_code.map(Into::into),
        }
    }
}

/// 退回或取消的理由
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityReason {
    /// 理由
    pub(super) reason: Line,
}

/// 活动记录
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityRecord {
    /// 活动评价
    pub(super) evaluation: Paragraph,
}

/// 一次活动
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ActivityView {
    /// 活动编号
    id: ActivityId,
    /// 所属站点编号
    site_id: SiteId,
    /// 所属站点名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 活动名称
    #[schema(example = "清扫村道，美化家园")]
    title: String,
    /// 活动类型
    kind: ActivityKind,
    /// 此刻的状态
    state: ActivityState,
    /// 活动内容
    #[schema(example = "集中清扫主干道两侧垃圾，请自带手套。")]
    content: String,
    /// 活动地点
    #[schema(example = "李家村文化广场")]
    place: String,
    /// 开始时间
    starts_at: DateTime<Utc>,
    /// 结束时间
    ends_at: DateTime<Utc>,
    /// 报名开放时间
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_up_opens_at: Option<DateTime<Utc>>,
    /// 报名截止时间
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_up_closes_at: Option<DateTime<Utc>>,
    /// 招募人数
    #[schema(minimum = 1, example = 20)]
    capacity: i32,
    /// 剩余名额
    #[schema(minimum = 0, example = 6)]
    places_left: i32,
    /// 最小年龄
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 16)]
    min_age: Option<i16>,
    /// 需要的技能
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "急救")]
    required_skill: Option<String>,
    /// 参加条件
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "身体健康")]
    conditions: Option<String>,
    /// 风险提示
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "夏季高温，注意防暑")]
    risks: Option<String>,
    /// 保障措施
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "提供饮水和手套")]
    guarantees: Option<String>,
    /// 风险等级
    risk_level: RiskLevel,
    /// 是否须报名才能参加
    needs_sign_up: bool,
    /// 志愿服务类型
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "环境卫生")]
    service_type: Option<String>,
    /// 联系人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "张秀兰")]
    contact_person: Option<String>,
    /// 是否补录（开始后才发布）
    retroactive: bool,
    /// 积分细则条目代码
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "A01")]
    rule_item_code: Option<String>,
    /// 退回或取消的理由
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "大雨，改期举行")]
    state_reason: Option<String>,
    /// 活动评价
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "清扫主干道2公里，群众反映良好。")]
    evaluation: Option<String>,
}

impl ActivityView {
    pub(super) fn new(placed: Placed, now: DateTime<Utc>) -> Self {
        let state = current_state(&placed.activity, now);
        let Placed { activity: row, site } = placed;
        Self {
            id: row.id,
            site_id: row.site_id,
            site_name: site.name,
            title: row.title,
            kind: row.kind,
            state,
            content: row.content,
            place: row.place,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            sign_up_opens_at: row.sign_up_opens_at,
            sign_up_closes_at: row.sign_up_closes_at,
            capacity: row.capacity,
            places_left: row.capacity - row.signed_up_count,
            min_age: row.min_age,
            required_skill: row.required_skill,
            conditions: row.conditions,
            risks: row.risks,
            guarantees: row.guarantees,
            risk_level: row.risk_level,
            needs_sign_up: row.needs_sign_up,
            service_type: row.service_type,
            contact_person: row.contact_person,
            retroactive: row.retroactive,
            rule_item_code: row.rule_item_code,
            state_reason: row.state_reason,
            evaluation: row.evaluation,
        }
    }
}

/// 工作人员看到的活动
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ActivityManageView {
    #[serde(flatten)]
    activity: ActivityView,
    /// 保险单号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PICC-2026-000123")]
    insurance_policy_no: Option<String>,
    /// 组织者账号
    #[serde(skip_serializing_if = "Option::is_none")]
    organiser_account_id: Option<AccountId>,
    /// 发布时固定的积分细则版本
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_version_id: Option<RuleVersionId>,
    /// 起草人账号
    created_by: AccountId,
    /// 提交人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_by: Option<AccountId>,
    /// 发布人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    published_by: Option<AccountId>,
    /// 发布时间
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<DateTime<Utc>>,
    /// 版本，修改时放在 If-Match 中
    #[schema(minimum = 1, example = 3)]
    version: i32,
    /// 起草时间
    created_at: DateTime<Utc>,
    /// 最近修改时间
    updated_at: DateTime<Utc>,
    /// 当前登录者此刻可以进行的操作
    allowed_actions: Vec<ActivityAction>,
}

impl ActivityManageView {
    pub(super) fn new(placed: Placed, caller: &Caller, now: DateTime<Utc>) -> Self {
        let row = placed.activity.clone();
        let state = current_state(&row, now);
        let allowed_actions = allowed_actions(caller, &placed.site.path, state);
        Self {
            activity: ActivityView::new(placed, now),
            insurance_policy_no: row.insurance_policy_no,
            organiser_account_id: row.organiser_account_id,
            rule_version_id: row.rule_version_id,
            created_by: row.created_by,
            submitted_by: row.submitted_by,
            published_by: row.published_by,
            published_at: row.published_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            allowed_actions,
        }
    }
}

/// 可以担任组织者的人
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganiserView {
    /// 账号编号，填入活动的组织者账号
    pub(super) account_id: AccountId,
    /// 姓名（部分隐藏）
    #[schema(example = "张*兰")]
    pub(super) name: String,
}

/// 一个状态的活动数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActivityStateCount {
    /// 状态
    pub(super) state: ActivityState,
    /// 活动数
    #[schema(minimum = 0, example = 4)]
    pub(super) count: i64,
}

/// 各状态的活动数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActivityCounts {
    /// 每个状态一项
    pub(super) items: Vec<ActivityStateCount>,
}

/// 逾期未记录的活动
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverdueActivity {
    /// 活动编号
    id: ActivityId,
    /// 所属站点编号
    site_id: SiteId,
    /// 所属站点名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 活动名称
    #[schema(example = "清扫村道，美化家园")]
    title: String,
    /// 结束时间
    ends_at: DateTime<Utc>,
    /// 最迟应在这一天记录
    #[schema(example = "2026-05-22")]
    due_on: NaiveDate,
}

impl OverdueActivity {
    pub(super) fn new(due_on: NaiveDate, placed: Placed) -> Self {
        let row = placed.activity;
        Self {
            id: row.id,
            site_id: row.site_id,
            site_name: placed.site.name,
            title: row.title,
            ends_at: row.ends_at,
            due_on,
        }
    }
}

page! {
    /// 一页活动
    ActivityPage of ActivityView;
    /// 一页活动（工作人员）
    ActivityManagePage of ActivityManageView;
    /// 一页逾期未记录的活动
    OverdueActivityPage of OverdueActivity;
}
