//! The register (台账): query, view and period.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::ids::{AccountId, RedemptionId, RedemptionSessionId, SiteId, VolunteerId};
use entity::redemption::{ReturnedAs, SignatureKind};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{RECEIPT, day_start};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::volunteer::{Names, ReadingReason, masked_name};

/// 台账查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterQuery {
    /// 起始日期（含）
    #[param(example = "2026-11-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) from: NaiveDate,
    /// 截止日期（含），与起始日期相距不超过一年
    #[param(example = "2026-11-30")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) to: NaiveDate,
    /// 查看原因；填写后显示未成年人的全名，并记入审计，不填则隐去
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对台账")]
    pub(super) reason: Option<ReadingReason>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 台账导出条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterExportQuery {
    /// 起始日期（含）
    #[param(example = "2026-11-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) from: NaiveDate,
    /// 截止日期（含），与起始日期相距不超过一年
    #[param(example = "2026-11-30")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) to: NaiveDate,
    /// 查看原因；填写后显示未成年人的全名，并记入审计，不填则隐去
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对台账")]
    pub(super) reason: Option<ReadingReason>,
}

/// 汇总导出台账
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartRegisterExport {
    /// 起始日期（含）
    #[schema(example = "2026-01-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) from: NaiveDate,
    /// 截止日期（含），与起始日期相距不超过一年
    #[schema(example = "2026-12-31")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) to: NaiveDate,
}

/// Days in China, first and last included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) begins_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
}

impl Period {
    /// The period that two parameters name.
    ///
    /// # Errors
    /// `invalid_value` naming the parameter.
    pub(super) fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Failure> {
        Self::read(from, to).map_err(|(name, why)| Failure::field(name, why))
    }

    /// At most a year.
    ///
    /// # Errors
    /// Which of the two is wrong, and why.
    pub(super) fn read(
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Self, (&'static str, &'static str)> {
        if to < from || to - from > TimeDelta::days(366) {
            return Err(("to", "不能早于起始日期，也不能相距超过一年"));
        }
        let begins_at = day_start(from);
        let ends_at = to.succ_opt().and_then(day_start);
        let (Some(begins_at), Some(ends_at)) = (begins_at, ends_at) else {
            return Err(("from", "日期超出范围"));
        };
        Ok(Self { from, to, begins_at, ends_at })
    }
}

/// One line of the register, as read.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct RegisterRow {
    pub(super) id: RedemptionId,
    pub(super) site_id: SiteId,
    pub(super) session_id: RedemptionSessionId,
    pub(super) receipt_no: String,
    pub(super) fulfilled_at: DateTime<Utc>,
    pub(super) goods_name: String,
    pub(super) unit_label: String,
    pub(super) quantity: i32,
    pub(super) points: i64,
    pub(super) volunteer_id: VolunteerId,
    pub(super) volunteer_name: String,
    pub(super) volunteer_birth_date: NaiveDate,
    pub(super) delegate_name: Option<String>,
    pub(super) fulfilled_by: Option<AccountId>,
    pub(super) clerk_name: Option<String>,
    pub(super) signature: Option<SignatureKind>,
    /// What was handed over ends in no other way than by coming back.
    pub(super) returned_at: Option<DateTime<Utc>>,
    pub(super) returned_as: Option<ReturnedAs>,
    /// For how many different people its delegate picked up in the session, if for several.
    #[sea_orm(skip)]
    pub(super) several_pickups: Option<i64>,
}

/// 台账的一行
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegisterEntry {
    /// 兑换编号
    redemption_id: RedemptionId,
    /// 收据号
    #[schema(example = "DH-7K3Q-X0Z1-M94")]
    receipt_no: String,
    /// 核销日期
    #[schema(example = "2026-11-28")]
    date: NaiveDate,
    /// 物品名称
    #[schema(example = "洗衣液（2公斤装）")]
    goods_name: String,
    /// 数量
    #[schema(minimum = 1, example = 1)]
    quantity: i32,
    /// 计量单位
    #[schema(example = "瓶")]
    unit_label: String,
    /// 积分
    #[schema(minimum = 1, example = 30)]
    points: i64,
    /// 领取人姓名；不在本站核销的人（如监督员）看到的已隐去部分；未说明原因时，未成年人的也隐去
    #[schema(example = "张秀兰")]
    volunteer_name: String,
    /// 代领人姓名；不在本站核销的人（如监督员）看到的已隐去部分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李大明")]
    delegate_name: Option<String>,
    /// 经办人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    clerk_account_id: Option<AccountId>,
    /// 经办人姓名
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "王敏")]
    clerk_name: Option<String>,
    /// 签收方式
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<SignatureKind>,
    /// 退货日期；退货的仍留在台账上
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01")]
    returned_on: Option<NaiveDate>,
    /// 退货时的物品状况
    #[serde(skip_serializing_if = "Option::is_none")]
    returned_as: Option<ReturnedAs>,
    /// 同一代领人在同一次集中兑换中为几个人代领；只为一人代领的不出现。仅作提示
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 2, example = 3)]
    several_pickups: Option<i64>,
}

crate::page! {
    /// 一页台账
    RegisterPage of RegisterEntry;
}

impl RegisterRow {
    /// The same with every volunteer's and delegate's name masked.
    pub(super) fn masked(self) -> Self {
        let delegate_name = self.delegate_name.map(|name| masked_name(&name));
        let volunteer_name = masked_name(&self.volunteer_name);
        Self { volunteer_name, delegate_name, ..self }
    }

    /// The line with the recipient's name as the reader may see it.
    pub(super) fn named(self, names: Names) -> Self {
        let volunteer_name = names.of(&self.volunteer_name, self.volunteer_birth_date);
        Self { volunteer_name, ..self }
    }
}

impl From<RegisterRow> for RegisterEntry {
    fn from(row: RegisterRow) -> Self {
        Self {
            redemption_id: row.id,
            receipt_no: RECEIPT.grouped(&row.receipt_no),
            date: local_day(row.fulfilled_at),
            goods_name: row.goods_name,
            quantity: row.quantity,
            unit_label: row.unit_label,
            points: row.points,
            volunteer_name: row.volunteer_name,
            delegate_name: row.delegate_name,
            clerk_account_id: row.fulfilled_by,
            clerk_name: row.clerk_name,
            signature: row.signature,
            returned_on: row.returned_at.map(local_day),
            returned_as: row.returned_as,
            several_pickups: row.several_pickups,
        }
    }
}
