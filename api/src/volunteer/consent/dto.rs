//! Bodies and views of consents.

use chrono::{DateTime, Utc};
use entity::consent::{self, ConsentChannel, ConsentPurpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::texts::{ConsentText, TEXTS, is_current};
use crate::volunteer::dto::{ConsentTextVersion, Witness};

/// 在站点代录一项同意
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantAtCounter {
    /// 同意的事项
    pub(super) purpose: ConsentPurpose,
    /// 所同意的文本版本
    pub(super) text_version: ConsentTextVersion,
    /// 方式：纸质(paper)或工作人员代录(staff)
    pub(super) channel: ConsentChannel,
    /// 在场的见证人
    pub(super) witness: Witness,
}

/// 在站点代录一项撤回
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawAtCounter {
    /// 方式：纸质(paper)或工作人员代录(staff)
    pub(super) channel: ConsentChannel,
    /// 在场的见证人
    pub(super) witness: Witness,
}

/// 一个版本的同意文本
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentTextView {
    /// 事项
    purpose: ConsentPurpose,
    /// 版本，同意时原样填写
    #[schema(example = "2026-01")]
    text_version: &'static str,
    /// 全文
    #[schema(example = "我同意接收活动和兑换的短信提醒。不同意或撤回不影响积分和兑换。")]
    text: &'static str,
    /// 是否为现行版本；每个事项恰有一个
    is_current: bool,
}

/// 全部同意文本
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentTextList {
    /// 各事项发布过的文本，按时间先后
    items: Vec<ConsentTextView>,
}

impl ConsentTextList {
    /// Every text, as published.
    pub(super) fn all() -> Self {
        let view = |text: &ConsentText| ConsentTextView {
            purpose: text.purpose,
            text_version: text.version,
            text: text.text,
            is_current: is_current(text),
        };
        Self { items: TEXTS.iter().map(view).collect() }
    }
}

/// 一个事项的同意情况
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentView {
    /// 事项
    purpose: ConsentPurpose,
    /// 现在是否有效
    granted: bool,
    /// 所同意的文本版本
    #[schema(example = "2026-01")]
    text_version: String,
    /// 方式
    channel: ConsentChannel,
    /// 见证人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李支书")]
    witness: Option<String>,
    /// 同意的时间
    granted_at: DateTime<Utc>,
    /// 撤回的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
    /// 撤回的方式
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawal_channel: Option<ConsentChannel>,
    /// 撤回时的见证人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李支书")]
    withdrawal_witness: Option<String>,
}

impl From<consent::Model> for ConsentView {
    fn from(row: consent::Model) -> Self {
        Self {
            purpose: row.purpose,
            granted: row.withdrawn_at.is_none(),
            text_version: row.text_version,
            channel: row.channel,
            witness: row.witness,
            granted_at: row.granted_at,
            withdrawn_at: row.withdrawn_at,
            withdrawal_channel: row.withdrawal_channel,
            withdrawal_witness: row.withdrawal_witness,
        }
    }
}

/// 一人的全部同意记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentList {
    /// 每次同意一项，最近的在前；没有出现的事项即未同意
    pub(super) items: Vec<ConsentView>,
}
