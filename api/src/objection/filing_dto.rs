//! Bodies of what is filed: by phone, without a name, on paper; and of appeals.

use entity::objection::{ObjectionKind, ObjectionSubject};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::bounded_text;
use crate::platform::text::bounded::{Line, PersonName};
use crate::platform::text::phone::Phone;

bounded_text! {
    /// 异议内容
    ObjectionText(2..=2000, lines) = "当天她没有参加清扫，请核实。";
}

/// 可直接提出的类别
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FiledKind {
    /// 异议
    Objection,
    /// 更正本人记录
    Correction,
}

impl From<FiledKind> for ObjectionKind {
    fn from(kind: FiledKind) -> Self {
        match kind {
            FiledKind::Objection => Self::Objection,
            FiledKind::Correction => Self::Correction,
        }
    }
}

/// 异议对象：公示条目写明公示编号和序号，公开台账中的兑换写明公开编号和序号，其他对象写明编号
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectBody {
    /// 对象类别
    pub(super) kind: ObjectionSubject,
    /// 对象编号；以公示或季度公开的编号和序号指明的不填
    #[serde(default)]
    pub(super) id: Option<Uuid>,
    /// 公示编号；只有公示条目填写
    #[serde(default)]
    pub(super) notice: Option<Line>,
    /// 季度公开编号；以台账序号指明一笔兑换时填写
    #[serde(default)]
    pub(super) bulletin: Option<Line>,
    /// 条目在公示中、或一笔兑换在季度公开台账中的序号
    #[serde(default)]
    #[schema(minimum = 1, example = 3)]
    pub(super) position: Option<i32>,
}

/// 提出异议或更正
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileObjection {
    /// 类别；更正只能由记录本人提出
    pub(super) kind: FiledKind,
    /// 对象
    pub(super) subject: SubjectBody,
    /// 内容
    pub(super) text: ObjectionText,
    /// 联系电话；加密保存，只有经办人可查看
    #[serde(default)]
    pub(super) contact: Option<Phone>,
}

/// 匿名提出异议
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileAnonymously {
    /// 对象
    pub(super) subject: SubjectBody,
    /// 内容
    pub(super) text: ObjectionText,
    /// 联系电话；可不填，加密保存，只有经办人可查看
    #[serde(default)]
    pub(super) contact: Option<Phone>,
}

/// 录入书面异议
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileOnPaper {
    /// 类别；更正只能由记录本人提出
    pub(super) kind: FiledKind,
    /// 对象
    pub(super) subject: SubjectBody,
    /// 内容
    pub(super) text: ObjectionText,
    /// 见证人
    pub(super) witness: PersonName,
}

/// 申诉
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppealObjection {
    /// 申诉理由
    pub(super) text: ObjectionText,
}

/// 录入书面申诉
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppealOnPaper {
    /// 申诉理由
    pub(super) text: ObjectionText,
    /// 见证人
    pub(super) witness: PersonName,
}
