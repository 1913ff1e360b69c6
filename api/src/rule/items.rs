//! What an item list must look like, and an item in plain words. Pure.

use std::collections::HashSet;
use std::fmt::Write;

use entity::rule_item::{self, RuleUnit};

use super::dto::RuleItemDraft;
use super::kinds::refused_kind;
use crate::platform::crypto::digest::sha256_hex;

/// Most items one version may have.
pub(super) const ITEMS_MAX: usize = 100;
/// Most points one unit of an item may give.
const POINTS_MAX: i32 = 1000;
/// Most points a cap may name.
const CAP_MAX: i32 = 100_000;

/// What is wrong with an item list, by JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ItemFault {
    pub(super) pointer: String,
    pub(super) message: &'static str,
    /// It would reward clicks.
    pub(super) kind_refused: bool,
}

/// Checks a whole list.
pub(super) fn check(items: &[RuleItemDraft]) -> Result<(), ItemFault> {
    if items.is_empty() || items.len() > ITEMS_MAX {
        let pointer = "/items".to_owned();
        return Err(ItemFault { pointer, message: "应有1到100个条目", kind_refused: false });
    }
    let mut codes = HashSet::new();
    for (index, item) in items.iter().enumerate() {
        let fault = |(member, message, kind_refused)| ItemFault {
            pointer: format!("/items/{index}/{member}"),
            message,
            kind_refused,
        };
        check_words(item).map_err(fault)?;
        if !codes.insert(item.code.as_str().to_ascii_uppercase()) {
            return Err(fault(("code", "条目代码重复", false)));
        }
        check_figures(item).map_err(fault)?;
    }
    Ok(())
}

/// The member at fault, what is wrong, and whether it is the kind of item that is.
type Fault = (&'static str, &'static str, bool);

fn check_words(item: &RuleItemDraft) -> Result<(), Fault> {
    let texts = [
        ("code", item.code.as_str()),
        ("name", item.name.as_str()),
        ("category", item.category.as_str()),
    ];
    for (member, text) in texts {
        if refused_kind(text) {
            let message = "不得奖励关注、转发、点赞、下载、使用软件等行为，也不得折成现金";
            return Err((member, message, true));
        }
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !item.code.as_str().chars().all(plain) {
        return Err(("code", "只能用字母、数字、- 和 _", false));
    }
    Ok(())
}

fn check_figures(item: &RuleItemDraft) -> Result<(), Fault> {
    if !(1..=POINTS_MAX).contains(&item.points) {
        return Err(("points", "应为1到1000", false));
    }
    let caps = [
        ("max_per_activity", item.max_per_activity),
        ("max_per_day", item.max_per_day),
        ("max_per_month", item.max_per_month),
    ];
    let mut floor = 1;
    for (member, cap) in caps {
        let Some(cap) = cap else { continue };
        if !(1..=CAP_MAX).contains(&cap) {
            return Err((member, "应为1到100000", false));
        }
        if cap < floor {
            return Err((member, "不能小于前一级上限（单次活动、每日、每月）", false));
        }
        floor = cap;
    }
    match item.unit {
        RuleUnit::PerAward if item.max_per_activity.is_some() => {
            Err(("max_per_activity", "按荣誉计分的条目没有活动", false))
        }
        RuleUnit::PerAward if item.counts_as_service => {
            Err(("counts_as_service", "荣誉不计志愿服务时长", false))
        }
        RuleUnit::PerHour | RuleUnit::PerAttendance if item.evidence_needed => {
            Err(("evidence_needed", "按服务计分的条目以签到签退为证，不另要证明", false))
        }
        RuleUnit::PerAward | RuleUnit::PerHour | RuleUnit::PerAttendance => Ok(()),
    }
}

/// What a second person vouches for: every figure and word of the items, in order.
pub(crate) fn digest(items: &[rule_item::Model]) -> String {
    let text = |item: &rule_item::Model| {
        serde_json::json!([
            item.code,
            item.category,
            item.name,
            item.unit.as_str(),
            item.points,
            item.max_per_activity,
            item.max_per_day,
            item.max_per_month,
            item.counts_as_service,
            item.needs_attendance,
            item.evidence_needed,
        ])
        .to_string()
    };
    sha256_hex(items.iter().map(text).collect::<Vec<_>>().join("\n").as_bytes())
}

/// The item as it is read to a villager.
pub(super) fn in_words(item: &rule_item::Model) -> String {
    let unit = match item.unit {
        RuleUnit::PerHour => "每小时",
        RuleUnit::PerAttendance => "每次",
        RuleUnit::PerAward => "每项",
    };
    let mut words = format!("{}：{unit}{}分", item.name, item.points);
    let caps = [
        ("单次活动", item.max_per_activity),
        ("每日", item.max_per_day),
        ("每月", item.max_per_month),
    ];
    for (span, cap) in caps {
        if let Some(cap) = cap {
            // Writing into a String cannot fail.
            let _ = write!(words, "，{span}最多{cap}分");
        }
    }
    if item.counts_as_service {
        words.push_str("，计入志愿服务时长");
    }
    if item.evidence_needed {
        words.push_str("，需提供证明材料");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[expect(clippy::needless_pass_by_value, reason = "calls read better with the value itself")]
    fn list(change: Value) -> Vec<RuleItemDraft> {
        let mut first = json!({
            "code": "HJ01", "category": "环境", "name": "环境卫生", "unit": "per_hour",
            "points": 2, "max_per_day": 10, "counts_as_service": true,
        });
        let members = first.as_object_mut().unwrap();
        members.extend(change.as_object().unwrap().clone());
        let second = json!({
            "code": "JX01", "category": "荣誉", "name": "先进典型", "unit": "per_award",
            "points": 50, "counts_as_service": false, "evidence_needed": true,
        });
        serde_json::from_value(json!([first, second])).unwrap()
    }

    fn refused(change: Value) -> (String, bool) {
        let fault = check(&list(change)).unwrap_err();
        (fault.pointer, fault.kind_refused)
    }

    #[test]
    fn a_good_list_passes_and_each_mistake_is_named() {
        assert_eq!(check(&list(json!({}))), Ok(()));
        assert_eq!(check(&list(json!({"points": 1000, "max_per_month": 100_000}))), Ok(()));
        for (change, member) in [
            (json!({"points": 0}), "points"),
            (json!({"points": 1001}), "points"),
            (json!({"max_per_day": 0}), "max_per_day"),
            (json!({"max_per_month": 100_001}), "max_per_month"),
            (json!({"max_per_activity": 11}), "max_per_day"),
            (json!({"max_per_month": 9}), "max_per_month"),
            (json!({"code": "环境"}), "code"),
            (json!({"unit": "per_award"}), "counts_as_service"),
            (json!({"unit": "per_award", "max_per_activity": 2}), "max_per_activity"),
        ] {
            assert_eq!(refused(change), (format!("/items/0/{member}"), false));
        }
        assert_eq!(refused(json!({"code": "jx01"})), ("/items/1/code".into(), false));
        assert_eq!(check(&[]).unwrap_err().pointer, "/items");
        let many: Vec<_> = (0..101).flat_map(|_| list(json!({}))).collect();
        assert_eq!(check(&many).unwrap_err().pointer, "/items");
    }

    #[test]
    fn items_for_clicks_are_refused_however_they_are_written() {
        for name in [
            "关注公众号",
            "朋友圈转 发",
            "视频点赞",
            "下载软件",
            "使用APP",
            "ＡＰＰ签到",
            "app-use",
        ] {
            assert_eq!(refused(json!({"name": name})), ("/items/0/name".into(), true), "{name}");
        }
        assert_eq!(refused(json!({"code": "LIKE_1"})), ("/items/0/code".into(), true));
        assert_eq!(check(&list(json!({"name": "Happy 童伴", "code": "APPLE"}))), Ok(()));
    }

    #[test]
    fn an_item_reads_as_a_sentence() {
        let mut item = rule_item::Model {
            id: uuid::Uuid::nil().into(),
            rule_version_id: uuid::Uuid::nil().into(),
            code: "HJ01".into(),
            category: "环境".into(),
            name: "环境卫生".into(),
            unit: RuleUnit::PerHour,
            points: 2,
            max_per_activity: Some(8),
            max_per_day: None,
            max_per_month: Some(30),
            counts_as_service: true,
            needs_attendance: true,
            evidence_needed: false,
            sort: 0,
        };
        assert_eq!(
            in_words(&item),
            "环境卫生：每小时2分，单次活动最多8分，每月最多30分，计入志愿服务时长"
        );
        item.unit = RuleUnit::PerAward;
        item.evidence_needed = true;
        assert!(in_words(&item).starts_with("环境卫生：每项2分"));
        assert!(in_words(&item).ends_with("需提供证明材料"));
    }
}
