//! Bodies and views of cards.

use chrono::{DateTime, Utc};
use entity::card::{self, CardState};
use entity::ids::{CardId, SiteId, VolunteerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::CardAction;
use super::number::CardNumber;
use crate::bounded_text;

bounded_text! {
    /// 挂失、暂停、恢复或换卡的原因
    CardReason(2..=200) = "卡片遗失";
}

/// 变更积分卡
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeCard {
    /// 原因
    pub(super) reason: CardReason,
}

/// 柜台所见的积分卡
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CardView {
    /// 积分卡编号（内部）
    id: CardId,
    /// 卡号
    #[schema(example = "JF7K3QX0Z1M94")]
    number: String,
    /// 分组显示的卡号
    #[schema(example = "JF-7K3Q-X0Z1-M94")]
    number_display: String,
    /// 状态
    state: CardState,
    /// 持卡志愿者编号
    volunteer_id: VolunteerId,
    /// 持卡人姓名，隐去中间
    #[schema(example = "张*兰")]
    holder: String,
    /// 持卡人常住地所站编号
    site_id: SiteId,
    /// 制卡时间
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<DateTime<Utc>>,
    /// 启用时间
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_at: Option<DateTime<Utc>>,
    /// 停用时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// 换发的新卡号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "JF2M8RT5V6W7X")]
    replaced_by: Option<String>,
    /// 最近一次变更的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "卡片遗失")]
    reason: Option<String>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前可进行的操作
    allowed_actions: Vec<CardAction>,
}

/// What a view shows beside the row.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) holder: String,
    pub(super) site_id: SiteId,
    pub(super) replaced_by: Option<String>,
    pub(super) allowed_actions: Vec<CardAction>,
}

/// The number in groups for the eye; as stored when it is none of ours.
fn grouped(number: &str) -> String {
    CardNumber::parse(number).map_or_else(|_| number.to_owned(), |number| number.to_string())
}

impl CardView {
    pub(super) fn new(row: card::Model, shown: Shown) -> Self {
        Self {
            id: row.id,
            number_display: grouped(&row.number),
            number: row.number,
            state: row.state,
            volunteer_id: row.volunteer_id,
            holder: shown.holder,
            site_id: shown.site_id,
            issued_at: row.issued_at,
            activated_at: row.activated_at,
            ended_at: row.ended_at,
            replaced_by: shown.replaced_by,
            reason: row.reason,
            version: row.version,
            allowed_actions: shown.allowed_actions,
        }
    }

    /// Its id, for the audit row.
    pub(super) const fn id(&self) -> CardId {
        self.id
    }

    /// Its version, for the `ETag`.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }

    /// Its path, for the `Location`.
    pub(super) fn location(&self) -> String {
        format!("/v1/cards/{}", self.number)
    }
}

/// 我的积分卡
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyCard {
    /// 卡号
    #[schema(example = "JF7K3QX0Z1M94")]
    number: String,
    /// 分组显示的卡号
    #[schema(example = "JF-7K3Q-X0Z1-M94")]
    number_display: String,
    /// 状态
    state: CardState,
    /// 二维码(SVG)，供柜台扫描；卡未启用时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")]
    qr_svg: Option<String>,
}

impl MyCard {
    pub(super) fn new(row: card::Model, qr_svg: Option<String>) -> Self {
        Self { number_display: grouped(&row.number), number: row.number, state: row.state, qr_svg }
    }
}
