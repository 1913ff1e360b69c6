//! Bodies and views of bulletins for staff.

use chrono::{DateTime, NaiveDate, Utc};
use entity::bulletin::{self, BulletinState};
use entity::ids::{BulletinId, SiteId, TaskId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{BulletinAction, quarter_of};
use super::public_dto::{PublicFigures, PublicRegisterLine};
use crate::platform::paging::PageQuery;
use crate::{bounded_text, page};

/// 起草季度公开
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftBulletin {
    /// 公开哪个季度，须是已经结束的季度
    #[schema(example = "2026Q3")]
    pub(super) quarter: String,
}

bounded_text! {
    /// 更正说明
    PublicReason(1..=200, public) = "第12行数量写错，应为3瓶";
}

/// 更正季度公开
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectBulletin {
    /// 更正台账的第几行；不填为更正统计数字
    #[serde(default)]
    #[schema(minimum = 1, example = 12)]
    pub(super) position: Option<i32>,
    /// 更正说明，公众可见，不得含个人信息
    pub(super) reason: PublicReason,
}

/// 查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BulletinQuery {
    /// 状态
    pub(super) state: Option<BulletinState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl BulletinQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}

/// 一期季度公开
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulletinView {
    /// 编号
    id: BulletinId,
    /// 公开编号，公开页面以此为地址
    #[schema(example = "GK7K2M4P9QX")]
    number: String,
    /// 所站编号
    site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇新时代文明实践所")]
    site_name: String,
    /// 季度
    #[schema(example = "2026Q4")]
    quarter: String,
    /// 状态
    state: BulletinState,
    /// 台账行数
    #[schema(minimum = 0, example = 86)]
    line_count: i32,
    /// 台账积分合计
    #[schema(minimum = 0, example = 2580)]
    line_points: i64,
    /// 统计数字，汇总完成后才有；第一行为合计
    figures: Vec<PublicFigures>,
    /// 校验值，公开时固定
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    digest: Option<String>,
    /// 公开时哈希树的叶数
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 4120)]
    tree_size: Option<i64>,
    /// 公开页面的地址，公开后才有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/public/bulletins/GK7K2M4P9QX")]
    public_path: Option<String>,
    /// 正在汇总的后台任务，起草和重新汇总时返回
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
    /// 起草时间
    drafted_at: DateTime<Utc>,
    /// 汇总完成时间
    #[serde(skip_serializing_if = "Option::is_none")]
    compiled_at: Option<DateTime<Utc>>,
    /// 公开时间
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<DateTime<Utc>>,
    /// 归档时间
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<DateTime<Utc>>,
    /// 正在等待各积分卡的季度结算写入公开哈希树，写入后才能公开
    waits_for_statements: bool,
    /// 现在可做的操作
    allowed_actions: Vec<BulletinAction>,
    /// 版本
    #[schema(example = 2)]
    pub(super) version: i32,
}

impl BulletinView {
    pub(super) fn new(
        row: bulletin::Model,
        site_name: String,
        figures: Vec<PublicFigures>,
        (waits_for_statements, allowed_actions): (bool, Vec<BulletinAction>),
    ) -> Self {
        let is_public = row.published_at.is_some();
        Self {
            id: row.id,
            public_path: is_public.then(|| super::public_path(&row.number)),
            quarter: quarter_of(&row).to_string(),
            number: row.number,
            site_id: row.site_id,
            site_name,
            state: row.state,
            line_count: row.line_count,
            line_points: row.line_points,
            figures,
            digest: row.digest,
            tree_size: row.tree_size,
            task_id: None,
            drafted_at: row.drafted_at,
            compiled_at: row.compiled_at,
            published_at: row.published_at,
            archived_at: row.archived_at,
            waits_for_statements,
            allowed_actions,
            version: row.version,
        }
    }

    /// The same with the task that makes its figures.
    pub(super) fn made_by(self, task: TaskId) -> Self {
        Self { task_id: Some(task), ..self }
    }
}

/// 一条待办提醒
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulletinReminder {
    /// 编号
    bulletin_id: BulletinId,
    /// 所站编号
    site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇新时代文明实践所")]
    site_name: String,
    /// 季度
    #[schema(example = "2026Q4")]
    quarter: String,
    /// 该做的操作
    action: BulletinAction,
    /// 应在哪天之前（含当天）完成
    #[schema(example = "2027-01-10")]
    due_on: NaiveDate,
    /// 是否已逾期
    overdue: bool,
    /// 当前人员是否可以办理
    may_act: bool,
}

impl BulletinReminder {
    pub(super) fn new(
        row: &bulletin::Model,
        site_name: String,
        due_on: NaiveDate,
        (overdue, may_act): (bool, bool),
    ) -> Self {
        Self {
            bulletin_id: row.id,
            site_id: row.site_id,
            site_name,
            quarter: quarter_of(row).to_string(),
            action: BulletinAction::Publish,
            due_on,
            overdue,
            may_act,
        }
    }
}

/// 全部待办提醒
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulletinReminders {
    /// 每期一条
    pub(super) items: Vec<BulletinReminder>,
}

page! {
    /// 一页季度公开，从新到旧
    BulletinPage of BulletinView;
    /// 一页台账，按序号；称呼与公众所见相同
    BulletinLinePage of PublicRegisterLine;
}
