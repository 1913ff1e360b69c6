//! What staff write about an activity, and what makes sense of it. Pure.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use entity::activity::{self, ActivityKind, RiskLevel};
use entity::ids::AccountId;
use sea_orm::ActiveValue::Set;

/// Everything staff write about an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) title: String,
    pub(super) kind: ActivityKind,
    pub(super) content: String,
    pub(super) place: String,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) sign_up_opens_at: Option<DateTime<Utc>>,
    pub(super) sign_up_closes_at: Option<DateTime<Utc>>,
    pub(super) capacity: i32,
    pub(super) min_age: Option<i16>,
    pub(super) required_skill: Option<String>,
    pub(super) conditions: Option<String>,
    pub(super) risks: Option<String>,
    pub(super) guarantees: Option<String>,
    pub(super) risk_level: RiskLevel,
    pub(super) insurance_policy_no: Option<String>,
    pub(super) needs_sign_up: bool,
    pub(super) service_type: Option<String>,
    pub(super) organiser_account_id: Option<AccountId>,
    pub(super) contact_person: Option<String>,
    pub(super) rule_item_code: Option<String>,
}

/// One field that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlanFault {
    pub(super) pointer: &'static str,
    pub(super) message: &'static str,
}

/// Whether attending an activity of that kind earns points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earning {
    /// It is what the points are for, so it must name its rule item.
    Always,
    /// It earns when a rule item is named.
    IfNamed,
    /// Points are spent there, not earned.
    Never,
}

pub(super) const fn earning(kind: ActivityKind) -> Earning {
    match kind {
        ActivityKind::Service | ActivityKind::Practice => Earning::Always,
        ActivityKind::Lecture | ActivityKind::Training => Earning::IfNamed,
        ActivityKind::RedemptionFair => Earning::Never,
    }
}

/// Most people one activity may take.
pub(super) const MAX_CAPACITY: i32 = 10_000;
/// Longest an activity may last: beyond that it is a series of activities.
const LONGEST: TimeDelta = TimeDelta::days(31);
/// How far from today an activity may lie; further is a slip of the finger.
const FURTHEST: TimeDelta = TimeDelta::days(2 * 366);

impl Plan {
    /// The same plan with times cut to what every database keeps.
    pub(super) fn rounded(mut self) -> Self {
        let cut = |instant: DateTime<Utc>| instant.trunc_subsecs(6);
        self.starts_at = cut(self.starts_at);
        self.ends_at = cut(self.ends_at);
        self.sign_up_opens_at = self.sign_up_opens_at.map(cut);
        self.sign_up_closes_at = self.sign_up_closes_at.map(cut);
        self
    }

    /// Everything that makes no sense, in the order of the fields.
    pub(super) fn faults(&self, now: DateTime<Utc>) -> Vec<PlanFault> {
        let far = |instant: DateTime<Utc>| (instant - now).abs() > FURTHEST;
        let closes = self.sign_up_closes_at.unwrap_or(self.starts_at);
        let checks = [
            (far(self.starts_at), "/starts_at", "须在前后两年以内"),
            (self.ends_at <= self.starts_at, "/ends_at", "须晚于开始时间"),
            (self.ends_at - self.starts_at > LONGEST, "/ends_at", "一次活动最长31天"),
            (
                self.sign_up_opens_at.is_some_and(|opens| opens >= closes || far(opens)),
                "/sign_up_opens_at",
                "须早于报名截止时间和活动开始时间",
            ),
            (closes > self.starts_at || far(closes), "/sign_up_closes_at", "不能晚于活动开始时间"),
            (!(1..=MAX_CAPACITY).contains(&self.capacity), "/capacity", "须在1到10000之间"),
            (
                self.min_age.is_some_and(|age| !(0..=100).contains(&age)),
                "/min_age",
                "须在0到100之间",
            ),
            (
                earning(self.kind) == Earning::Never && self.rule_item_code.is_some(),
                "/rule_item_code",
                "兑换集市不计积分",
            ),
        ];
        let fault = |(wrong, pointer, message): (bool, _, _)| {
            wrong.then_some(PlanFault { pointer, message })
        };
        checks.into_iter().filter_map(fault).collect()
    }

    /// The fields people rely on once they have signed up, where this plan says
    /// otherwise than `published`: all but content, place and contact.
    pub(super) fn frozen_changes(&self, published: &Self) -> Vec<&'static str> {
        let changed = [
            (self.title != published.title, "/title"),
            (self.kind != published.kind, "/kind"),
            (self.starts_at != published.starts_at, "/starts_at"),
            (self.ends_at != published.ends_at, "/ends_at"),
            (self.sign_up_opens_at != published.sign_up_opens_at, "/sign_up_opens_at"),
            (self.sign_up_closes_at != published.sign_up_closes_at, "/sign_up_closes_at"),
            (self.capacity != published.capacity, "/capacity"),
            (self.min_age != published.min_age, "/min_age"),
            (self.required_skill != published.required_skill, "/required_skill"),
            (self.conditions != published.conditions, "/conditions"),
            (self.risks != published.risks, "/risks"),
            (self.guarantees != published.guarantees, "/guarantees"),
            (self.risk_level != published.risk_level, "/risk_level"),
            (self.insurance_policy_no != published.insurance_policy_no, "/insurance_policy_no"),
            (self.needs_sign_up != published.needs_sign_up, "/needs_sign_up"),
            (self.service_type != published.service_type, "/service_type"),
            (self.organiser_account_id != published.organiser_account_id, "/organiser_account_id"),
            (self.rule_item_code != published.rule_item_code, "/rule_item_code"),
        ];
        changed.into_iter().filter_map(|(changed, name)| changed.then_some(name)).collect()
    }

    /// What a row says.
    pub(super) fn of(row: &activity::Model) -> Self {
        let row = row.clone();
        Self {
            title: row.title,
            kind: row.kind,
            content: row.content,
            place: row.place,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            sign_up_opens_at: row.sign_up_opens_at,
            sign_up_closes_at: row.sign_up_closes_at,
            capacity: row.capacity,
            min_age: row.min_age,
            required_skill: row.required_skill,
            conditions: row.conditions,
            risks: row.risks,
            guarantees: row.guarantees,
            risk_level: row.risk_level,
            insurance_policy_no: row.insurance_policy_no,
            needs_sign_up: row.needs_sign_up,
            service_type: row.service_type,
            organiser_account_id: row.organiser_account_id,
            contact_person: row.contact_person,
            rule_item_code: row.rule_item_code,
        }
    }

    /// The columns it fills.
    pub(super) fn columns(self) -> activity::ActiveModel {
        activity::ActiveModel {
            title: Set(self.title),
            kind: Set(self.kind),
            content: Set(self.content),
            place: Set(self.place),
            starts_at: Set(self.starts_at),
            ends_at: Set(self.ends_at),
            sign_up_opens_at: Set(self.sign_up_opens_at),
            sign_up_closes_at: Set(self.sign_up_closes_at),
            capacity: Set(self.capacity),
            min_age: Set(self.min_age),
            required_skill: Set(self.required_skill),
            conditions: Set(self.conditions),
            risks: Set(self.risks),
            guarantees: Set(self.guarantees),
            risk_level: Set(self.risk_level),
            insurance_policy_no: Set(self.insurance_policy_no),
            needs_sign_up: Set(self.needs_sign_up),
            service_type: Set(self.service_type),
            organiser_account_id: Set(self.organiser_account_id),
            contact_person: Set(self.contact_person),
            rule_item_code: Set(self.rule_item_code),
            ..Default::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::activity::ActivityState;

    use super::super::domain::tests::activity;
    use super::*;

    fn plan() -> Plan {
        Plan::of(&activity(ActivityState::Draft))
    }

    fn pointers(plan: &Plan) -> Vec<&'static str> {
        let now = plan.starts_at - TimeDelta::days(3);
        plan.faults(now).into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn every_senseless_field_is_named() {
        assert!(pointers(&plan()).is_empty());
        let start = plan().starts_at;
        let wrong = Plan {
            ends_at: start,
            sign_up_opens_at: Some(start),
            sign_up_closes_at: Some(start + TimeDelta::seconds(1)),
            capacity: 0,
            min_age: Some(-1),
            kind: ActivityKind::RedemptionFair,
            rule_item_code: Some("A01".into()),
            ..plan()
        };
        assert_eq!(
            pointers(&wrong),
            ["/ends_at", "/sign_up_closes_at", "/capacity", "/min_age", "/rule_item_code"]
        );
        let late = Plan { sign_up_opens_at: Some(start), ..plan() };
        assert_eq!(pointers(&late), ["/sign_up_opens_at"]);
        let endless = Plan { ends_at: start + TimeDelta::days(32), ..plan() };
        assert_eq!(pointers(&endless), ["/ends_at"]);
        let now = start + TimeDelta::days(800);
        assert_eq!(plan().faults(now).first().map(|fault| fault.pointer), Some("/starts_at"));
    }

    #[test]
    fn after_publishing_only_content_place_and_contact_may_change() {
        let free = Plan {
            content: "改了".into(),
            place: "村委会".into(),
            contact_person: Some("李四".into()),
            ..plan()
        };
        assert!(free.frozen_changes(&plan()).is_empty());
        let bound = Plan { capacity: 11, title: "另一个".into(), ..free };
        assert_eq!(bound.frozen_changes(&plan()), ["/title", "/capacity"]);
    }

    #[test]
    fn a_row_written_from_a_plan_says_the_same() {
        let filled = Plan { min_age: Some(16), rule_item_code: Some("A01".into()), ..plan() };
        let columns = filled.clone().columns();
        assert_eq!(columns.min_age, Set(Some(16)));
        assert_eq!(columns.rule_item_code, Set(Some("A01".into())));
        assert_eq!(columns.title, Set(filled.title));
    }
}
