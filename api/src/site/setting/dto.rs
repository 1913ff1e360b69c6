//! Bodies and views of settings.

use chrono::{DateTime, Utc};
use entity::ids::{SettingId, SiteId};
use entity::setting;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::catalogue::{Kind, SettingKey};
use super::domain::inherits;
use super::service::Explained;

/// 设定一个值
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetSetting {
    /// 新的值，类型和范围见设置列表
    #[schema(example = 60)]
    pub(super) value: Value,
    /// 何时起生效；不填为立即，不能早于现在
    #[schema(example = "2027-01-01T00:00:00Z")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    pub(super) effective_from: Option<DateTime<Utc>>,
}

/// 恢复继承
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InheritSetting {
    /// 何时起恢复继承；不填为立即，不能早于现在
    #[schema(example = "2027-01-01T00:00:00Z")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    pub(super) effective_from: Option<DateTime<Utc>>,
}

/// 值的类型
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SettingType {
    /// 整数
    Integer,
    /// 是或否
    Boolean,
    /// 选项之一
    Choice,
    /// 一行文字
    Text,
}

/// 值从哪里来
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SettingOrigin {
    /// 系统默认
    Default,
    /// 本所站设定
    Own,
    /// 继承自上级
    Inherited,
}

/// 一个已设定、尚未生效的值
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScheduledValue {
    /// 编号，撤回时使用
    id: SettingId,
    /// 值；恢复继承时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 60)]
    value: Option<Value>,
    /// 是否为恢复继承
    inherits: bool,
    /// 何时起生效
    effective_from: DateTime<Utc>,
}

impl From<setting::Model> for ScheduledValue {
    fn from(row: setting::Model) -> Self {
        let inherits = inherits(&row);
        let value = Some(row.value).filter(|_| !inherits);
        Self { id: row.id, value, inherits, effective_from: row.effective_from }
    }
}

/// 一项设置在某所站的现状
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SettingView {
    /// 设置项
    key: SettingKey,
    /// 名称
    #[schema(example = "积分申请期限")]
    title: &'static str,
    /// 说明
    #[schema(example = "活动结束后多少天内可以申请积分")]
    explanation: &'static str,
    /// 值的类型
    value_type: SettingType,
    /// 最小值（整数）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    minimum: Option<i64>,
    /// 最大值（整数）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 365)]
    maximum: Option<i64>,
    /// 单位（整数）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "天")]
    unit: Option<&'static str>,
    /// 可选的值（选项）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["certification", "notice"]))]
    options: Option<&'static [&'static str]>,
    /// 现在的值
    #[schema(example = 90)]
    value: Value,
    /// 系统默认值
    #[schema(example = 90)]
    default_value: Value,
    /// 现在的值从哪里来
    origin: SettingOrigin,
    /// 设定此值的所站
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_site_id: Option<SiteId>,
    /// 设定此值的所站名称
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "青石镇新时代文明实践所")]
    origin_site_name: Option<String>,
    /// 现在的值何时起生效
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_from: Option<DateTime<Utc>>,
    /// 本所站已设定、尚未生效的值
    scheduled: Vec<ScheduledValue>,
    /// 本所站设定和撤回过几次，修改时作为 If-Match 的值
    #[schema(minimum = 0, example = 0)]
    pub(super) version: i32,
}

impl SettingView {
    /// What `site` sees of a setting.
    pub(super) fn new(site: SiteId, explained: Explained) -> Self {
        let Explained { key, state, origin: from } = explained;
        let kind = key.kind();
        let (value_type, range, options) = match kind {
            Kind::Integer { min, max, unit, .. } => {
                (SettingType::Integer, Some((min, max, unit)), None)
            }
            Kind::Boolean { .. } => (SettingType::Boolean, None, None),
            Kind::Choice { options, .. } => (SettingType::Choice, None, Some(options)),
            Kind::Text { .. } => (SettingType::Text, None, None),
        };
        let origin = match &from {
            None => SettingOrigin::Default,
            Some(from) if from.id == site => SettingOrigin::Own,
            Some(_) => SettingOrigin::Inherited,
        };
        let value = state.in_force.as_ref().map(|row| row.value.clone());
        Self {
            key,
            title: key.title(),
            explanation: key.explanation(),
            value_type,
            minimum: range.map(|(min, ..)| min),
            maximum: range.map(|(_, max, _)| max),
            unit: range.map(|(.., unit)| unit),
            options,
            value: value.unwrap_or_else(|| kind.default()),
            default_value: kind.default(),
            origin,
            origin_site_id: from.as_ref().map(|from| from.id),
            origin_site_name: from.map(|from| from.name),
            effective_from: state.in_force.map(|row| row.effective_from),
            scheduled: state.to_come.into_iter().map(ScheduledValue::from).collect(),
            version: state.times_set,
        }
    }
}

/// 全部设置
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SettingList {
    /// 每项设置一条
    pub(super) items: Vec<SettingView>,
}
