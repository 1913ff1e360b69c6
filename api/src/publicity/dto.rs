//! Bodies and views of notice rounds for staff.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{ClaimId, NoticeRoundId, SiteId};
use entity::notice_entry::{self, EntryState, FreezeReason};
use entity::notice_round::{self, NoticeState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::domain::{RoundAction, period_text};
use super::entry_rows::StateCount;
use super::projection::PublicPerson;
use crate::page;
use crate::platform::clock::local_day;
use crate::platform::paging::PageQuery;

/// 起草公示
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftNotice {
    /// 公示哪个月的积分，须是已经结束的月份
    #[schema(example = "2026-10")]
    pub(super) period: String,
}

/// 查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NoticeQuery {
    /// 状态
    pub(super) state: Option<NoticeState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl NoticeQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}

/// 各状态的条目数
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub(super) struct NoticeCounts {
    /// 公示
    #[schema(minimum = 0, example = 118)]
    listed: i64,
    /// 暂缓
    #[schema(minimum = 0, example = 1)]
    frozen: i64,
    /// 已撤下
    #[schema(minimum = 0, example = 1)]
    withdrawn: i64,
    /// 生效后更正
    #[schema(minimum = 0, example = 0)]
    corrected: i64,
}

impl NoticeCounts {
    pub(super) fn new(counts: &[StateCount]) -> Self {
        let mut all = Self::default();
        for StateCount { state, count, .. } in counts {
            match state {
                EntryState::Listed => all.listed = *count,
                EntryState::Frozen => all.frozen = *count,
                EntryState::Withdrawn => all.withdrawn = *count,
                EntryState::Corrected => all.corrected = *count,
            }
        }
        all
    }
}

/// 一期公示
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeRoundView {
    /// 编号
    id: NoticeRoundId,
    /// 公示编号，公开页面以此为地址
    #[schema(example = "GS7K2M4P9QX")]
    number: String,
    /// 所站编号
    site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇新时代文明实践所")]
    site_name: String,
    /// 月份
    #[schema(example = "2026-10")]
    period: String,
    /// 状态
    state: NoticeState,
    /// 条目数
    #[schema(minimum = 0, example = 120)]
    entry_count: i32,
    /// 积分合计
    #[schema(minimum = 0, example = 480)]
    points_total: i64,
    /// 各状态的条目数
    counts: NoticeCounts,
    /// 校验值，发布时固定
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    digest: Option<String>,
    /// 公开页面的地址，发布后才有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/public/notices/GS7K2M4P9QX")]
    public_path: Option<String>,
    /// 起草时间
    drafted_at: DateTime<Utc>,
    /// 发布时间
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_at: Option<DateTime<Utc>>,
    /// 公示期满时间
    #[serde(skip_serializing_if = "Option::is_none")]
    closes_at: Option<DateTime<Utc>>,
    /// 结束时间
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<DateTime<Utc>>,
    /// 入账完成时间
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<DateTime<Utc>>,
    /// 归档时间
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<DateTime<Utc>>,
    /// 现在可做的操作
    allowed_actions: Vec<RoundAction>,
    /// 版本
    #[schema(example = 2)]
    pub(super) version: i32,
}

impl NoticeRoundView {
    pub(super) fn new(
        round: notice_round::Model,
        site_name: String,
        counts: NoticeCounts,
        allowed_actions: Vec<RoundAction>,
    ) -> Self {
        let is_public = round.state != NoticeState::Drafting;
        Self {
            id: round.id,
            public_path: is_public.then(|| super::public_path(&round.number)),
            number: round.number,
            site_id: round.site_id,
            site_name,
            period: period_text(round.period),
            state: round.state,
            entry_count: round.entry_count,
            points_total: round.points_total,
            counts,
            digest: round.digest,
            drafted_at: round.drafted_at,
            opened_at: round.opened_at,
            closes_at: round.closes_at,
            closed_at: round.closed_at,
            settled_at: round.settled_at,
            archived_at: round.archived_at,
            allowed_actions,
            version: round.version,
        }
    }
}

/// 公示中的一条，工作人员所见
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeEntryView {
    /// 序号
    #[schema(minimum = 1, example = 12)]
    position: i32,
    /// 积分申请编号
    claim_id: ClaimId,
    /// 姓名（部分隐去）
    #[schema(example = "李**")]
    volunteer_name: String,
    /// 公开页面上的称呼
    person: PublicPerson,
    /// 服务地点所属所站
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 积分
    #[schema(minimum = 1, example = 4)]
    points: i32,
    /// 积分条目
    #[schema(example = "环境整治")]
    item_name: String,
    /// 活动
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "清扫村道")]
    activity_title: Option<String>,
    /// 服务日期
    #[schema(example = "2026-10-12")]
    served_on: NaiveDate,
    /// 状态
    state: EntryState,
    /// 暂缓原因
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen_reason: Option<FreezeReason>,
    /// 使其暂缓的异议或监督员的冻结
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen_by: Option<Uuid>,
    /// 有结果的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<DateTime<Utc>>,
}

impl NoticeEntryView {
    pub(super) fn new(
        entry: notice_entry::Model,
        site_name: String,
        (volunteer_name, person): (String, PublicPerson),
    ) -> Self {
        Self {
            position: entry.position,
            claim_id: entry.claim_id,
            volunteer_name,
            person,
            site_name,
            points: entry.points,
            item_name: entry.item_name,
            activity_title: entry.activity_title,
            served_on: local_day(entry.served_at),
            state: entry.state,
            frozen_reason: entry.frozen_reason,
            frozen_by: entry.frozen_by,
            settled_at: entry.settled_at,
        }
    }
}

/// 一条待办提醒
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeReminder {
    /// 公示编号
    round_id: NoticeRoundId,
    /// 所站编号
    site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇新时代文明实践所")]
    site_name: String,
    /// 月份
    #[schema(example = "2026-10")]
    period: String,
    /// 该做的操作
    action: RoundAction,
    /// 应在哪天之前（含当天）完成
    #[schema(example = "2026-11-06")]
    due_on: NaiveDate,
    /// 是否已逾期
    overdue: bool,
    /// 当前人员是否可以办理
    may_act: bool,
}

impl NoticeReminder {
    pub(super) fn new(
        round: &notice_round::Model,
        site_name: String,
        (action, due_on): (RoundAction, NaiveDate),
        (overdue, may_act): (bool, bool),
    ) -> Self {
        Self {
            round_id: round.id,
            site_id: round.site_id,
            site_name,
            period: period_text(round.period),
            action,
            due_on,
            overdue,
            may_act,
        }
    }
}

/// 全部待办提醒
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeReminders {
    /// 每期公示一条
    pub(super) items: Vec<NoticeReminder>,
}

page! {
    /// 一页公示，从新到旧
    NoticeRoundPage of NoticeRoundView;
    /// 一页公示条目，按序号
    NoticeEntryPage of NoticeEntryView;
}
