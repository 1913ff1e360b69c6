//! Bodies and views of rules.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{RuleSetId, RuleVersionId, SiteId};
use entity::rule_item::{self, RuleUnit};
use entity::rule_version::{self, RuleVersionState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::RuleVersionAction;
use super::items;
use super::template::{CeilingFault, TownBeyondTemplate};
use crate::platform::failure::Failure;
use crate::{bounded_text, page};

bounded_text! {
    /// 条目代码，同一版本内不重复
    RuleItemCode(1..=20) = "HJ01";
    /// 条目名称
    RuleItemName(1..=60) = "环境卫生";
    /// 条目类别
    RuleItemCategory(1..=40) = "环境整治";
    /// 版本说明
    RuleVersionNote(1..=500, lines) = "提高环境整治类积分，增设每日上限";
    /// 荣誉名称
    AwardTitle(1..=60) = "身边好人";
    /// 条目摘要（SHA-256,64位小写十六进制）
    ItemsDigest(64..=64) = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
}

/// 细则条目（提交）
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleItemDraft {
    /// 条目代码，同一版本内不重复
    pub(super) code: RuleItemCode,
    /// 类别
    pub(super) category: RuleItemCategory,
    /// 名称
    pub(super) name: RuleItemName,
    /// 计分单位
    pub(super) unit: RuleUnit,
    /// 每单位积分
    #[schema(minimum = 1, maximum = 1000, example = 2)]
    pub(super) points: i32,
    /// 单次活动上限
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, example = 8)]
    pub(super) max_per_activity: Option<i32>,
    /// 每日上限
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, example = 10)]
    pub(super) max_per_day: Option<i32>,
    /// 每月上限
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, example = 60)]
    pub(super) max_per_month: Option<i32>,
    /// 是否计入志愿服务时长
    #[schema(example = true)]
    pub(super) counts_as_service: bool,
    /// 是否需要证明材料
    #[serde(default)]
    #[schema(example = false)]
    pub(super) evidence_needed: bool,
}

/// 起草新版本
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateRuleVersion {
    /// 从哪个版本复制条目；与 `items`、`copy_template` 只能选一种
    #[serde(default)]
    pub(super) copy_from: Option<RuleVersionId>,
    /// 是否复制县级模板的现行条目
    #[serde(default)]
    #[schema(example = false)]
    pub(super) copy_template: bool,
    /// 版本说明
    pub(super) note: RuleVersionNote,
    /// 全部条目；不填则先建空草稿
    #[serde(default)]
    #[schema(min_items = 1, max_items = 100)]
    pub(super) items: Option<Vec<RuleItemDraft>>,
}

/// 修改草稿：以提交的内容替换全部条目
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRuleVersion {
    /// 版本说明
    pub(super) note: RuleVersionNote,
    /// 全部条目，按展示顺序
    #[schema(min_items = 1, max_items = 100)]
    pub(super) items: Vec<RuleItemDraft>,
}

/// 发布细则
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishRuleVersion {
    /// 生效日期，不早于今天
    #[schema(example = "2026-12-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) effective_from: NaiveDate,
    /// 发布人审阅时的修订号；其后有人改动则拒绝发布
    #[serde(default)]
    #[schema(minimum = 1, example = 3)]
    pub(super) version: Option<i32>,
    /// 发布人审阅时的条目摘要，取自细则版本的 `items_digest`;与现有条目不符则拒绝发布
    pub(super) items_digest: ItemsDigest,
}

/// 试算
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewRule {
    /// 条目代码
    pub(super) item_code: RuleItemCode,
    /// 服务时长（0.1小时）；按小时或按次计分的条目填写
    #[serde(default)]
    #[schema(minimum = 0, maximum = 240, example = 25)]
    pub(super) hours_tenths: Option<u32>,
    /// 荣誉名称；按荣誉计分的条目填写
    #[serde(default)]
    pub(super) award: Option<AwardTitle>,
    /// 当日此前已计积分
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000, example = 0)]
    pub(super) earned_in_day: u32,
    /// 当月此前已计积分
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000, example = 0)]
    pub(super) earned_in_month: u32,
}

impl PreviewRule {
    /// Refuses numbers that no day, month or activity has.
    ///
    /// # Errors
    /// `invalid_value` naming the member.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let hours = self.hours_tenths.unwrap_or_default();
        for (pointer, value, most) in [
            ("/hours_tenths", hours, 240),
            ("/earned_in_day", self.earned_in_day, 100_000),
            ("/earned_in_month", self.earned_in_month, 100_000),
        ] {
            if value > most {
                return Err(Failure::field(pointer, format!("应为0至{most}的整数")));
            }
        }
        Ok(())
    }
}

/// 哪个所（站）的哪个版本
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RuleVersionPath {
    /// 所（站）编号
    pub(super) site_id: SiteId,
    /// 细则版本编号
    pub(super) rule_version_id: RuleVersionId,
}

/// 与哪个版本比较
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleDiffQuery {
    /// 作为基准的细则版本编号
    pub(super) against: RuleVersionId,
}

/// 细则版本的翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleVersionQuery {
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 细则条目
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleItemView {
    /// 条目代码
    #[schema(example = "HJ01")]
    code: String,
    /// 类别
    #[schema(example = "环境整治")]
    category: String,
    /// 名称
    #[schema(example = "环境卫生")]
    name: String,
    /// 计分单位
    unit: RuleUnit,
    /// 每单位积分
    #[schema(minimum = 1, example = 2)]
    points: i32,
    /// 单次活动上限
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 8)]
    max_per_activity: Option<i32>,
    /// 每日上限
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 10)]
    max_per_day: Option<i32>,
    /// 每月上限
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 60)]
    max_per_month: Option<i32>,
    /// 是否计入志愿服务时长
    #[schema(example = true)]
    counts_as_service: bool,
    /// 是否凭签到记录申请
    #[schema(example = true)]
    needs_attendance: bool,
    /// 是否需要证明材料
    #[schema(example = false)]
    evidence_needed: bool,
    /// 一句话说明
    #[schema(example = "环境卫生：每小时2分，每日最多10分，计入志愿服务时长")]
    words: String,
}

impl From<rule_item::Model> for RuleItemView {
    fn from(row: rule_item::Model) -> Self {
        Self {
            words: items::in_words(&row),
            code: row.code,
            category: row.category,
            name: row.name,
            unit: row.unit,
            points: row.points,
            max_per_activity: row.max_per_activity,
            max_per_day: row.max_per_day,
            max_per_month: row.max_per_month,
            counts_as_service: row.counts_as_service,
            needs_attendance: row.needs_attendance,
            evidence_needed: row.evidence_needed,
        }
    }
}

/// 一个细则版本（列表项）
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleVersionRow {
    /// 细则版本编号
    pub(super) id: RuleVersionId,
    /// 版本序号
    #[schema(minimum = 1, example = 3)]
    pub(super) number: i32,
    /// 状态
    pub(super) state: RuleVersionState,
    /// 今天是否有效
    #[schema(example = true)]
    pub(super) in_force: bool,
    /// 生效日期
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01")]
    pub(super) effective_from: Option<NaiveDate>,
    /// 版本说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "提高环境整治类积分，增设每日上限")]
    pub(super) note: Option<String>,
    /// 起草时间
    pub(super) created_at: DateTime<Utc>,
    /// 发布时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) published_at: Option<DateTime<Utc>>,
    /// 修订号，与 `ETag` 相同
    #[schema(minimum = 1, example = 1)]
    pub(super) version: i32,
}

impl RuleVersionRow {
    pub(super) fn new(row: rule_version::Model, state: RuleVersionState, in_force: bool) -> Self {
        Self {
            id: row.id,
            number: row.number,
            state,
            in_force,
            effective_from: row.effective_from,
            note: row.note,
            created_at: row.created_at,
            published_at: row.published_at,
            version: row.version,
        }
    }
}

/// 一个细则版本及其条目
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleVersionView {
    /// 版本
    #[serde(flatten)]
    pub(super) row: RuleVersionRow,
    /// 全部条目，按展示顺序
    pub(super) items: Vec<RuleItemView>,
    /// 全部条目的摘要(SHA-256)；发布时须提交，证明审阅的就是这些条目
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(super) items_digest: String,
    /// 超出县级模板之处；已停用的版本不再比较
    pub(super) ceiling_faults: Vec<CeilingFault>,
    /// 届时有效的细则超出此模板的镇；只在发布县级模板时答复
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) towns_beyond_template: Vec<TownBeyondTemplate>,
    /// 当前用户可以进行的操作
    pub(super) allowed_actions: Vec<RuleVersionAction>,
}

/// 公开的细则版本
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicRuleVersion {
    /// 细则版本编号
    pub(super) id: RuleVersionId,
    /// 版本序号
    #[schema(minimum = 1, example = 3)]
    pub(super) number: i32,
    /// 生效日期
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01")]
    pub(super) effective_from: Option<NaiveDate>,
    /// 全部条目，按展示顺序
    pub(super) items: Vec<RuleItemView>,
}

/// 一个镇的积分细则
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleSetView {
    /// 积分细则编号
    pub(super) id: RuleSetId,
    /// 中心或所的编号
    pub(super) site_id: SiteId,
    /// 是否为县级模板：各镇条目不得超出
    #[schema(example = false)]
    pub(super) is_template: bool,
    /// 名称
    #[schema(example = "青石镇新时代文明实践所积分细则")]
    pub(super) name: String,
    /// 现行版本；尚未发布过时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) current: Option<PublicRuleVersion>,
    /// 即将生效的版本
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) coming: Option<PublicRuleVersion>,
    /// 现行版本超出现行县级模板之处：县级模板在其发布之后降低时出现
    pub(super) beyond_template: Vec<CeilingFault>,
}

/// 试算结果
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulePreviewView {
    /// 可得积分
    #[schema(minimum = 0, example = 5)]
    pub(super) points: i64,
    /// 计算过程
    #[schema(example = "参加“清扫村道”2.5小时，按“环境卫生”每小时2分计5分")]
    pub(super) explanation: String,
}

page! {
    /// 细则版本列表，序号从大到小
    RuleVersionPage of RuleVersionRow;
}
