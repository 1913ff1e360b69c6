//! Queries and views of records under supervision.

use chrono::{DateTime, Utc};
use entity::ids::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::publicity::PublicPerson;

/// 监督员查看的记录种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordKind {
    /// 积分申请
    Claim,
    /// 签到记录
    Attendance,
    /// 兑换
    Redemption,
    /// 补录
    LateEntry,
}

/// 记录的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordQuery {
    /// 种类
    pub(super) kind: RecordKind,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 一条受监督的记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SupervisedRecord {
    /// 编号
    pub(super) id: Uuid,
    /// 种类
    pub(super) kind: RecordKind,
    /// 当事人姓名（部分隐藏）
    #[schema(example = "张*兰")]
    pub(super) volunteer_name: String,
    /// 当事人积分卡尾号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7K2M")]
    pub(super) card_tail: Option<String>,
    /// 内容：细则条目、活动或物品
    #[schema(example = "环境卫生")]
    pub(super) what: String,
    /// 状态，与该种类记录的状态相同
    #[schema(example = "certified")]
    pub(super) state: String,
    /// 签到方式；仅签到记录有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "qr")]
    pub(super) source: Option<String>,
    /// 积分，或服务时长（0.1小时）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 4)]
    pub(super) amount: Option<i64>,
    /// 录入账号
    pub(super) entered_by: AccountId,
    /// 认定、确认、复核或核销账号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decided_by: Option<AccountId>,
    /// 录入时间
    pub(super) at: DateTime<Utc>,
    /// 冻结到何时；未冻结的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frozen_until: Option<DateTime<Utc>>,
}

/// 手工录入的种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum HandKind {
    /// 补录的签到
    LateEntry,
    /// 点名签到
    RollCall,
    /// 按异议决定更正后时长增加的签到
    Correction,
    /// 荣誉积分
    Award,
    /// 纸质积分册结转
    Opening,
    /// 库存报损与盘点
    StockAdjustment,
}

impl HandKind {
    /// Every kind.
    pub(super) const ALL: [Self; 6] = [
        Self::LateEntry,
        Self::RollCall,
        Self::Correction,
        Self::Award,
        Self::Opening,
        Self::StockAdjustment,
    ];
}

/// 手工录入清单的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HandQuery {
    /// 季度，如 2026Q4
    #[param(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: String,
    /// 种类
    pub(super) kind: HandKind,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 一条手工录入
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandEntry {
    /// 当事人；库存调整没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) person: Option<PublicPerson>,
    /// 内容：活动、细则条目、来源或物品
    #[schema(example = "清扫村道")]
    pub(super) what: String,
    /// 服务时长（0.1小时）、积分或件数
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 20)]
    pub(super) amount: Option<i64>,
    /// 时间
    pub(super) at: DateTime<Utc>,
}

/// 某种类的件数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandCount {
    /// 种类
    pub(super) kind: HandKind,
    /// 件数
    #[schema(minimum = 0, example = 3)]
    pub(super) count: i64,
}

/// 手工录入清单
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandEntryList {
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    pub(super) site_name: String,
    /// 各种类本季度的件数；只在第一页出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<Vec<HandCount>>,
    /// 本页内容
    pub(super) items: Vec<HandEntry>,
    /// 下一页的翻页标记；没有下一页时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
}

page! {
    /// 一页受监督的记录
    SupervisedRecordPage of SupervisedRecord;
}
