//! Queries and views of the ledger.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{LedgerEntryId, VolunteerId};
use entity::ledger_entry::{self, LedgerKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::check::EntryFault;
use super::reading::{Proof, Standing};
use super::statement::{Period, Statement};
use super::words;
use crate::page;
use crate::platform::paging::PageQuery;
use crate::volunteer::ReadingReason;

/// Of which day.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PointsQuery {
    /// 查询过去某一天结束时的积分，不填为现在
    #[param(example = "2026-09-30")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) as_of: Option<NaiveDate>,
}

/// Which page of entries.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryQuery {
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl EntryQuery {
    pub(super) fn page(self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token }
    }
}

/// Whose points staff read as of which day, and why.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HerPointsQuery {
    /// 查询过去某一天结束时的积分，不填为现在
    #[param(example = "2026-09-30")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) as_of: Option<NaiveDate>,
    /// 查看原因，查看未成年人的积分时必填，记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对积分")]
    pub(super) reason: Option<ReadingReason>,
}

/// Which page of somebody's entries staff read, and why.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HerEntryQuery {
    /// 查看原因，查看未成年人的积分时必填，记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对积分")]
    pub(super) reason: Option<ReadingReason>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl HerEntryQuery {
    pub(super) fn parts(self) -> (Option<ReadingReason>, PageQuery) {
        (self.reason, PageQuery { page_size: self.page_size, page_token: self.page_token })
    }
}

/// 一位志愿者的积分
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PointsView {
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 截至哪一天结束；不出现表示现在
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<NaiveDate>,
    /// 累计认定的积分（已扣除更正收回的）；兑换、到期和清零都不会使它减少
    #[schema(minimum = 0, example = 268)]
    certified: i64,
    /// 其中已认定、公示期满后才可使用的积分；查询过去某一天时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 8)]
    in_notice: Option<i64>,
    /// 为兑换预留、尚未领取的积分
    #[schema(minimum = 0, example = 30)]
    held: i64,
    /// 现在可以使用的积分
    #[schema(minimum = 0, example = 138)]
    available: i64,
    /// 应收回而尚未扣到的积分；以后获得或退回的积分先扣这一项，扣清之前没有可用积分
    #[schema(minimum = 0, example = 0)]
    recovery_due: i64,
    /// 最后一笔流水的序号，没有流水时为 0
    #[schema(minimum = 0, example = 12)]
    last_seq: i64,
    /// 最先到期的积分；积分长期有效、没有积分或查询过去某天时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    expiring_next: Option<ExpiringView>,
}

/// 哪一个月或季度
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementQuery {
    /// 季度(2026Q4)或月份(2026-11)
    #[param(min_length = 6, max_length = 7, example = "2026Q4")]
    pub(super) period: String,
}

/// Of which period staff read somebody's statement, and why.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HerStatementQuery {
    /// 季度(2026Q4)或月份(2026-11)
    #[param(min_length = 6, max_length = 7, example = "2026Q4")]
    pub(super) period: String,
    /// 查看原因，查看未成年人的积分时必填，记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对积分")]
    pub(super) reason: Option<ReadingReason>,
}

/// 积分对账单：期初+获得-使用-到期+其他=期末
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatementView {
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 季度或月份
    #[schema(example = "2026Q4")]
    period: String,
    /// 第一天
    #[schema(example = "2026-10-01")]
    from: NaiveDate,
    /// 最后一天；尚未结束时为截至现在
    #[schema(example = "2026-12-31")]
    to: NaiveDate,
    /// 期初积分（可用与预留，减去应收回的）
    #[schema(example = 118)]
    opening: i64,
    /// 获得，含纸质积分册结转
    #[schema(minimum = 0, example = 60)]
    earned: i64,
    /// 兑换使用，已减去退货返还的
    #[schema(example = 30)]
    spent: i64,
    /// 到期失效
    #[schema(minimum = 0, example = 10)]
    expired: i64,
    /// 清零、恢复与更正，增加为正
    #[schema(example = 0)]
    other: i64,
    /// 期末积分
    #[schema(example = 138)]
    closing: i64,
    /// 流水笔数
    #[schema(minimum = 0, example = 5)]
    entries: u64,
    /// 第一笔流水的序号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 8)]
    first_seq: Option<i64>,
    /// 最后一笔流水的序号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 12)]
    last_seq: Option<i64>,
}

impl StatementView {
    pub(super) fn new(
        volunteer_id: VolunteerId,
        name: String,
        (period, sums): (Period, Statement),
    ) -> Self {
        Self {
            volunteer_id,
            period: name,
            from: period.first,
            to: period.next.pred_opt().unwrap_or(period.next),
            opening: sums.opening,
            earned: sums.earned,
            spent: sums.spent,
            expired: sums.expired,
            other: sums.other,
            closing: sums.closing,
            entries: sums.entries,
            first_seq: sums.seqs.map(|(first, _)| first),
            last_seq: sums.seqs.map(|(_, last)| last),
        }
    }
}

/// 将要到期的积分
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExpiringView {
    /// 到期失效的积分，不含为兑换预留的
    #[schema(minimum = 1, example = 20)]
    points: i64,
    /// 最后一个可用的日期
    #[schema(example = "2027-11-24")]
    last_day: NaiveDate,
}

impl PointsView {
    pub(super) fn new(volunteer: VolunteerId, as_of: Option<NaiveDate>, now: Standing) -> Self {
        let expiring = |(points, last_day)| ExpiringView { points, last_day };
        Self {
            expiring_next: now.expiring_next.map(expiring),
            volunteer_id: volunteer,
            as_of,
            certified: now.certified,
            in_notice: now.in_notice,
            held: now.balances.held,
            available: now.balances.available,
            recovery_due: now.balances.recovery_due,
            last_seq: now.balances.last_seq,
        }
    }
}

/// 一笔积分流水
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LedgerEntryView {
    /// 流水编号
    id: LedgerEntryId,
    /// 序号，从 1 起连续
    #[schema(minimum = 1, example = 12)]
    seq: i64,
    /// 类型
    kind: LedgerKind,
    /// 用一句话说明
    #[schema(example = "获得20分，现有可用积分138分")]
    text: String,
    /// 可用积分的变动，带正负号
    #[schema(example = "+20")]
    points: String,
    /// 可用积分的变动
    #[schema(example = 20)]
    available_change: i64,
    /// 预留积分的变动
    #[schema(example = 0)]
    held_change: i64,
    /// 待收回积分的变动
    #[schema(example = 0)]
    recovery_change: i64,
    /// 变动后的可用积分
    #[schema(minimum = 0, example = 138)]
    balance_after: i64,
    /// 变动后的预留积分
    #[schema(minimum = 0, example = 30)]
    held_after: i64,
    /// 事由
    #[schema(example = "清扫村道，服务2小时")]
    reason: String,
    /// 来源的种类
    #[schema(example = "claim")]
    source_kind: String,
    /// 来源的编号
    source_id: Uuid,
    /// 所更正或恢复的那一笔
    #[serde(skip_serializing_if = "Option::is_none")]
    refers_to: Option<LedgerEntryId>,
    /// 时间
    occurred_at: DateTime<Utc>,
    /// 这笔流水的校验值，与前一笔相连
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    hash: String,
}

impl From<ledger_entry::Model> for LedgerEntryView {
    fn from(row: ledger_entry::Model) -> Self {
        Self {
            text: words::say(&row),
            points: words::signed(row.available_delta),
            id: row.id,
            seq: row.seq,
            kind: row.kind,
            available_change: row.available_delta,
            held_change: row.held_delta,
            recovery_change: row.recovery_delta,
            balance_after: row.available_after,
            held_after: row.held_after,
            reason: row.reason,
            source_kind: row.source_kind,
            source_id: row.source_id,
            refers_to: row.refers_to,
            occurred_at: row.created_at,
            hash: row.hash,
        }
    }
}

/// 一个积分账户的核验结果
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LedgerProofView {
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 是否无误
    sound: bool,
    /// 核验了多少笔流水
    #[schema(minimum = 0, example = 12)]
    entries: u64,
    /// 账户余额是否等于流水之和，并以最后一笔结尾
    balances_match: bool,
    /// 最后一笔的校验值
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    last_hash: String,
    /// 有问题的流水
    faults: Vec<LedgerFaultView>,
}

/// 一笔有问题的流水
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LedgerFaultView {
    /// 序号
    #[schema(minimum = 1, example = 7)]
    seq: i64,
    /// 问题
    fault: EntryFault,
}

impl From<Proof> for LedgerProofView {
    fn from(proof: Proof) -> Self {
        let fault = |(seq, fault)| LedgerFaultView { seq, fault };
        Self {
            volunteer_id: proof.volunteer,
            sound: proof.faults.is_empty() && proof.balances_match,
            entries: proof.entries,
            balances_match: proof.balances_match,
            last_hash: proof.last_hash,
            faults: proof.faults.into_iter().map(fault).collect(),
        }
    }
}

page! {
    /// 一页积分流水，从新到旧
    LedgerEntryPage of LedgerEntryView;
    /// 一页账户的核验结果
    LedgerProofPage of LedgerProofView;
}
