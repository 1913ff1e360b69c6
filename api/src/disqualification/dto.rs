//! Bodies of cases.

use chrono::NaiveDate;
use entity::disqualification::{DisqualificationState, Ground, ReviewOpinion};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::domain::CaseAction;
use crate::bounded_text;
use crate::platform::text::bounded::{Line, PersonName};

bounded_text! {
    /// 文书号；只记编号，不记内容
    CaseDocumentNo(2..=60) = "青公（行）罚决字〔2026〕12号";
    /// 出具单位
    CaseIssuer(2..=60) = "青山县公安局";
    /// 陈述申辩或申诉的内容
    CaseStatement(1..=2000, lines) = "当天我不在现场，请核实。";
}

/// 提出清零
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposeDisqualification {
    /// 情形
    pub(super) ground: Ground,
    /// 文书号
    pub(super) document_no: CaseDocumentNo,
    /// 出具单位
    pub(super) document_issuer: CaseIssuer,
    /// 文书日期；曝光的填曝光日期
    #[schema(example = "2026-05-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) document_date: NaiveDate,
    /// 其他情形的说明；仅情形为 other 时填写
    #[serde(default)]
    pub(super) ground_note: Option<Line>,
}

/// 书面送达告知书
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliverNotice {
    /// 见证人
    pub(super) witness: PersonName,
}

/// 陈述申辩或申诉
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseText {
    /// 内容
    pub(super) text: CaseStatement,
}

/// 录入书面陈述申辩或申诉
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PaperStatement {
    /// 内容
    pub(super) text: CaseStatement,
    /// 见证人：见证工作人员如实录入的人
    pub(super) witness: PersonName,
}

/// 监督员到场
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuperviseReview {
    /// 监督意见
    #[serde(default)]
    pub(super) note: Option<Line>,
}

/// 复核
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewCase {
    /// 意见
    pub(super) opinion: ReviewOpinion,
    /// 说明
    pub(super) note: Line,
}

/// 决定、终止或申诉决定的说明
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseNote {
    /// 说明
    pub(super) note: Line,
}

/// 确认并执行清零
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExecuteCase {
    /// 再次填写文书号，以确认案件无误
    pub(super) document_no: CaseDocumentNo,
}

/// 申诉结论
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AppealOutcome {
    /// 申诉成立，恢复积分
    Overturn,
    /// 维持原决定
    Uphold,
}

impl AppealOutcome {
    /// The step that decides so.
    pub(super) const fn action(self) -> CaseAction {
        match self {
            Self::Overturn => CaseAction::Overturn,
            Self::Uphold => CaseAction::Uphold,
        }
    }
}

/// 申诉决定
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideAppeal {
    /// 结论
    pub(super) outcome: AppealOutcome,
    /// 说明
    pub(super) note: Line,
}

/// 查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseQuery {
    /// 状态
    pub(super) state: Option<DisqualificationState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}
