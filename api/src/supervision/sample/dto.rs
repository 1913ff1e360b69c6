//! Bodies of samples, and views for supervisors and the town.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, FreezeId, SampleId, SiteId};
use entity::supervision_sample::SampleKind;
use entity::supervision_sample_case::{self, FollowUp, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::draw::is_hash;
use super::public_dto::PublicSampleView;
use crate::page;
use crate::platform::text::bounded::Line;

/// A SHA-256 in hexadecimal, or 32 random bytes written so.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Hash(String);

impl Hash {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.0
    }
}

impl TryFrom<String> for Hash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if is_hash(&text) { Ok(Self(text)) } else { Err("应为64位小写十六进制") }
    }
}

/// 承诺种子，固定抽查总体
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommitSample {
    /// 抽查内容
    pub(super) kind: SampleKind,
    /// 季度，如 2026Q4
    #[schema(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: String,
    /// 抽取几件
    #[schema(minimum = 1, maximum = 200, example = 10)]
    pub(super) size: u32,
    /// 种子（64位小写十六进制）的 SHA-256；种子自己保存，抽取时公布
    #[schema(
        value_type = String, min_length = 64, max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(super) commitment: Hash,
}

/// 公布种子
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevealSeed {
    /// 承诺时的种子
    #[schema(
        value_type = String, min_length = 64, max_length = 64,
        example = "5f2c7f6e3a7b4a579a376f5f1c1d2e3f5f2c7f6e3a7b4a579a376f5f1c1d2e3f"
    )]
    pub(super) seed: Hash,
}

/// 抽查结论
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JudgeCase {
    /// 结论
    pub(super) verdict: Verdict,
    /// 原因；有问题的必填
    #[serde(default)]
    pub(super) reason: Option<Line>,
    /// 同时冻结了该记录的，填冻结编号
    #[serde(default)]
    pub(super) freeze_id: Option<FreezeId>,
}

/// 整改情况
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettleDefect {
    /// 如何整改
    pub(super) note: Line,
}

/// 抽查的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SampleQuery {
    /// 只看某一季度，如 2026Q4
    #[param(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: Option<String>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 抽查（监督员和镇）
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SampleView {
    /// 编号
    pub(super) id: SampleId,
    /// 所站
    pub(super) site_id: SiteId,
    /// 抽查的监督员账号
    pub(super) committed_by: AccountId,
    /// 公开的内容
    pub(super) sample: PublicSampleView,
    /// 抽中的件，按抽取顺序
    pub(super) cases: Vec<SampleCaseView>,
}

/// 抽查列表中的一次，不含抽中的件
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedSample {
    /// 编号
    pub(super) id: SampleId,
    /// 所站
    pub(super) site_id: SiteId,
    /// 抽查的监督员账号
    pub(super) committed_by: AccountId,
    /// 公开的内容
    pub(super) sample: PublicSampleView,
}

/// 抽中的一件
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SampleCaseView {
    /// 在总体中的序号
    #[schema(minimum = 1, example = 7)]
    position: i32,
    /// 积分申请或兑换的编号
    case_id: Uuid,
    /// 当事人姓名（部分隐藏）
    #[schema(example = "张*兰")]
    volunteer_name: String,
    /// 当事人积分卡尾号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7K2M")]
    card_tail: Option<String>,
    /// 当前监督员与当事人有关，须回避
    must_recuse: bool,
    /// 结论
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    /// 原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "签退时间晚于活动结束两小时")]
    reason: Option<String>,
    /// 作结论的监督员账号
    #[serde(skip_serializing_if = "Option::is_none")]
    judged_by: Option<AccountId>,
    /// 作结论的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    judged_at: Option<DateTime<Utc>>,
    /// 整改
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up: Option<FollowUp>,
    /// 相关的冻结
    #[serde(skip_serializing_if = "Option::is_none")]
    freeze_id: Option<FreezeId>,
    /// 整改情况
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "已撤销认定并收回积分")]
    follow_up_note: Option<String>,
    /// 整改完成的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<DateTime<Utc>>,
}

impl SampleCaseView {
    pub(super) fn new(
        case: supervision_sample_case::Model,
        (volunteer_name, card_tail): (String, Option<String>),
        must_recuse: bool,
    ) -> Self {
        Self {
            position: case.position,
            case_id: case.case_id,
            volunteer_name,
            card_tail,
            must_recuse,
            verdict: case.verdict,
            reason: case.reason,
            judged_by: case.judged_by,
            judged_at: case.judged_at,
            follow_up: case.follow_up,
            freeze_id: case.freeze_id,
            follow_up_note: case.follow_up_note,
            settled_at: case.settled_at,
        }
    }
}

page! {
    /// 一页抽查
    SamplePage of ListedSample;
}
