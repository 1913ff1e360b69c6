//! How two versions differ, as data and in words. Pure.

use entity::ids::RuleVersionId;
use entity::{rule_item, rule_version};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

use super::items::in_words;

/// 两个细则版本的差别
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct RuleDiff {
    /// 作为基准的版本
    before_id: RuleVersionId,
    /// 基准版本的序号
    #[schema(minimum = 1, example = 2)]
    before_number: i32,
    /// 所看的版本
    after_id: RuleVersionId,
    /// 所看版本的序号
    #[schema(minimum = 1, example = 3)]
    after_number: i32,
    /// 增加的条目
    added: Vec<DiffItem>,
    /// 删除的条目
    removed: Vec<DiffItem>,
    /// 修改的条目
    changed: Vec<DiffChange>,
    /// 全部差别，逐条成句
    #[schema(example = json!(["修改“环境卫生”(HJ01)：每单位积分由2改为3"]))]
    words: Vec<String>,
}

/// 增加或删除的条目
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct DiffItem {
    /// 条目代码
    #[schema(example = "HJ01")]
    code: String,
    /// 名称
    #[schema(example = "环境卫生")]
    name: String,
    /// 条目内容，成句
    #[schema(example = "环境卫生：每小时2分，每日最多10分，计入志愿服务时长")]
    words: String,
}

/// 修改的条目
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct DiffChange {
    /// 条目代码
    #[schema(example = "HJ01")]
    code: String,
    /// 名称（所看的版本）
    #[schema(example = "环境卫生")]
    name: String,
    /// 改动的字段
    fields: Vec<DiffField>,
}

/// 改动的字段
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct DiffField {
    /// 字段名
    #[schema(example = "points")]
    field: &'static str,
    /// 原值；没有时为空
    #[schema(schema_with = figure)]
    before: Value,
    /// 新值；没有时为空
    #[schema(schema_with = figure)]
    after: Value,
    /// 改动，成句
    #[schema(example = "每单位积分由2改为3")]
    words: String,
}

type Version<'a> = (&'a rule_version::Model, &'a [rule_item::Model]);

/// What `after` adds, takes away and changes. Items are the same by code.
pub(super) fn compare((before, old): Version<'_>, (after, new): Version<'_>) -> RuleDiff {
    let added: Vec<_> = new.iter().filter(|item| twin(item, old).is_none()).map(told).collect();
    let removed: Vec<_> = old.iter().filter(|item| twin(item, new).is_none()).map(told).collect();
    let pairs = new.iter().filter_map(|item| twin(item, old).map(|before| (before, item)));
    let changed: Vec<_> = pairs.filter_map(|(before, item)| change(before, item)).collect();
    RuleDiff {
        before_id: before.id,
        before_number: before.number,
        after_id: after.id,
        after_number: after.number,
        words: sentences(&added, &removed, &changed),
        added,
        removed,
        changed,
    }
}

fn twin<'a>(
    item: &rule_item::Model,
    among: &'a [rule_item::Model],
) -> Option<&'a rule_item::Model> {
    among.iter().find(|other| other.code.eq_ignore_ascii_case(&item.code))
}

fn told(item: &rule_item::Model) -> DiffItem {
    DiffItem { code: item.code.clone(), name: item.name.clone(), words: in_words(item) }
}

/// Field, its name in Chinese, its value.
fn fields(item: &rule_item::Model) -> [(&'static str, &'static str, Value); 9] {
    [
        ("category", "类别", json!(item.category)),
        ("name", "名称", json!(item.name)),
        ("unit", "计分单位", json!(item.unit)),
        ("points", "每单位积分", json!(item.points)),
        ("max_per_activity", "单次活动上限", json!(item.max_per_activity)),
        ("max_per_day", "每日上限", json!(item.max_per_day)),
        ("max_per_month", "每月上限", json!(item.max_per_month)),
        ("counts_as_service", "计入志愿服务时长", json!(item.counts_as_service)),
        ("evidence_needed", "需提供证明材料", json!(item.evidence_needed)),
    ]
}

fn change(before: &rule_item::Model, after: &rule_item::Model) -> Option<DiffChange> {
    let pairs = fields(before).into_iter().zip(fields(after));
    let differing = pairs.filter(|((_, _, old), (_, _, new))| old != new);
    let fields: Vec<_> = differing
        .map(|((field, title, before), (_, _, after))| {
            let words = format!("{title}由{}改为{}", shown(&before), shown(&after));
            DiffField { field, before, after, words }
        })
        .collect();
    let (code, name) = (after.code.clone(), after.name.clone());
    (!fields.is_empty()).then_some(DiffChange { code, name, fields })
}

/// A value of an item as it is: text, number, yes or no, or nothing.
fn figure() -> Schema {
    let kinds = [Type::String, Type::Integer, Type::Boolean, Type::Null];
    let example = serde_json::json!(3);
    let text = "原值或新值：文字、数字、是否，没有时为 null";
    let figure = ObjectBuilder::new().schema_type(SchemaType::from_iter(kinds));
    figure.description(Some(text)).examples([example]).into()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "不设".into(),
        Value::Bool(true) => "是".into(),
        Value::Bool(false) => "否".into(),
        Value::String(word) => match word.as_str() {
            "per_hour" => "按小时".into(),
            "per_attendance" => "按次".into(),
            "per_award" => "按荣誉".into(),
            text => format!("“{text}”"),
        },
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn sentences(added: &[DiffItem], removed: &[DiffItem], changed: &[DiffChange]) -> Vec<String> {
    let added = added.iter().map(|item| format!("增加“{}”({})", item.words, item.code));
    let removed = removed.iter().map(|item| format!("删除“{}”({})", item.words, item.code));
    let changed = changed.iter().map(|item| {
        let fields: Vec<_> = item.fields.iter().map(|field| field.words.as_str()).collect();
        format!("修改“{}”({})：{}", item.name, item.code, fields.join("，"))
    });
    added.chain(removed).chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use entity::rule_item::RuleUnit;
    use entity::rule_version::RuleVersionState;
    use uuid::Uuid;

    fn version(number: i32) -> rule_version::Model {
        rule_version::Model {
            id: Uuid::from_u128(u128::try_from(number).unwrap()).into(),
            rule_set_id: Uuid::nil().into(),
            number,
            state: RuleVersionState::Draft,
            effective_from: None,
            note: None,
            created_by: Uuid::nil().into(),
            created_at: DateTime::UNIX_EPOCH,
            published_by: None,
            published_at: None,
            version: 1,
        }
    }

    fn item(code: &str, points: i32, day: Option<i32>) -> rule_item::Model {
        rule_item::Model {
            id: Uuid::nil().into(),
            rule_version_id: Uuid::nil().into(),
            code: code.into(),
            category: "环境".into(),
            name: "环境卫生".into(),
            unit: RuleUnit::PerHour,
            points,
            max_per_activity: None,
            max_per_day: day,
            max_per_month: None,
            counts_as_service: false,
            needs_attendance: true,
            evidence_needed: false,
            sort: 0,
        }
    }

    #[test]
    fn added_removed_and_changed_field_by_field() {
        let old = [item("A", 2, None), item("B", 1, Some(5))];
        let new = [item("a", 3, Some(10)), item("C", 7, None)];

        let diff = compare((&version(1), &old), (&version(2), &new));

        assert_eq!(
            diff.words,
            [
                "增加“环境卫生：每小时7分”(C)",
                "删除“环境卫生：每小时1分，每日最多5分”(B)",
                "修改“环境卫生”(a)：每单位积分由2改为3，每日上限由不设改为10",
            ]
        );
        assert_eq!((diff.added.len(), diff.removed.len(), diff.changed.len()), (1, 1, 1));
        let field = &diff.changed[0].fields[1];
        assert_eq!(
            (field.field, &field.before, &field.after),
            ("max_per_day", &Value::Null, &json!(10))
        );
    }

    #[test]
    fn a_version_does_not_differ_from_itself() {
        let items = [item("A", 2, None)];
        let diff = compare((&version(1), &items), (&version(1), &items));
        assert!(diff.words.is_empty() && diff.changed.is_empty());
    }
}
