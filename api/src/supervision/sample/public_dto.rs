//! What everybody reads of samples.

use chrono::{DateTime, Utc};
use entity::supervision_sample::{self, SampleKind, SampleState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::Tally;
use super::service::NUMBER;
use crate::page;

/// How the cases are drawn; written down in the documentation under this name.
const ALGORITHM: &str = "points-bank/sample/1";

/// 抽查（公开）：据此任何人都可以重新抽取并核对
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicSampleView {
    /// 抽查编号
    #[schema(example = "CJ-7K3Q-X0Z1-M94")]
    number: String,
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 抽查内容
    kind: SampleKind,
    /// 季度
    #[schema(example = "2026Q4")]
    quarter: String,
    /// 状态
    state: SampleState,
    /// 抽取办法的名称
    #[schema(example = "points-bank/sample/1")]
    algorithm: &'static str,
    /// 抽取的件数
    #[schema(minimum = 1, example = 10)]
    size: i32,
    /// 监督员承诺的种子的 SHA-256
    commitment: String,
    /// 承诺时间
    committed_at: DateTime<Utc>,
    /// 种子最迟公布时间；逾期作废
    reveal_by: DateTime<Utc>,
    /// 承诺之后由系统产生的随机数
    nonce: String,
    /// 总体的件数
    #[schema(minimum = 1, example = 126)]
    population_count: i32,
    /// 总体的 SHA-256
    population_digest: String,
    /// 公布的种子
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<String>,
    /// 抽取时间
    #[serde(skip_serializing_if = "Option::is_none")]
    drawn_at: Option<DateTime<Utc>>,
    /// 抽中的序号，按抽取顺序
    drawn: Vec<i32>,
    /// 统计
    tally: Tally,
    /// 差错率(%)，有问题的件数除以已作结论的件数；尚无结论时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5.6")]
    error_percent: Option<String>,
}

impl PublicSampleView {
    pub(super) fn new(
        sample: supervision_sample::Model,
        site_name: String,
        drawn: Vec<i32>,
        tally: Tally,
    ) -> Self {
        Self {
            number: NUMBER.grouped(&sample.number),
            site_name,
            kind: sample.kind,
            quarter: sample.quarter,
            state: sample.state,
            algorithm: ALGORITHM,
            size: sample.size,
            commitment: sample.commitment,
            committed_at: sample.committed_at,
            reveal_by: sample.reveal_by,
            nonce: sample.nonce,
            population_count: sample.population_count,
            population_digest: sample.population_digest,
            seed: sample.seed,
            drawn_at: sample.drawn_at,
            drawn,
            tally,
            error_percent: tally.error_percent(),
        }
    }
}

/// 总体中的一件
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PopulationLine {
    /// 序号
    #[schema(minimum = 1, example = 7)]
    pub(super) position: i32,
    /// 由编号算出的一行，不含个人信息
    #[schema(example = "106915afcec3e938e97bc5aac28f8579ba6fe62d8d73507e1c0d120dd973b775")]
    pub(super) line: String,
}

/// 查询哪个季度
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RateQuery {
    /// 季度，如 2026Q4
    #[param(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: String,
}

/// 一个季度的差错率
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorRateView {
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    pub(super) site_name: String,
    /// 季度
    #[schema(example = "2026Q4")]
    pub(super) quarter: String,
    /// 分项
    pub(super) kinds: Vec<KindRate>,
}

/// 一类抽查的差错率
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KindRate {
    /// 抽查内容
    pub(super) kind: SampleKind,
    /// 已抽取的次数
    #[schema(minimum = 0, example = 2)]
    pub(super) samples: i64,
    /// 承诺后逾期作废的次数
    #[schema(minimum = 0, example = 0)]
    pub(super) lapsed: i64,
    /// 统计
    pub(super) tally: Tally,
    /// 差错率(%)；尚无结论时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5.6")]
    pub(super) error_percent: Option<String>,
}

page! {
    /// 一页抽查（公开）
    PublicSamplePage of PublicSampleView;
    /// 总体的一页
    PopulationPage of PopulationLine;
}
