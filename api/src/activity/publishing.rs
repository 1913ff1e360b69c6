//! What must be so before an activity is published. Pure.

use chrono::{DateTime, Utc};
use entity::activity::{self, RiskLevel};
use entity::ids::RuleVersionId;
use entity::rule_item::{self, RuleUnit};

use super::plan::{Earning, earning};

/// Why an activity cannot be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PublishRefusal {
    /// Dangerous and nobody insured.
    InsuranceRequired,
    /// The town has no rules in force on that day.
    NoRules,
    /// The item named is not in those rules, or none is named.
    ItemMissing,
    /// The item is for awards.
    ItemUnfit,
}

/// The rules of the activity's day, as far as they are there.
#[derive(Clone, Debug, Default)]
pub(super) struct RulesOfTheDay {
    /// The version in force.
    pub(super) version: Option<RuleVersionId>,
    /// The item the activity names, as that version has it.
    pub(super) item: Option<rule_item::Model>,
}

/// What publishing writes down for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frozen {
    /// The rules it earns by.
    pub(super) rule_version: Option<RuleVersionId>,
    /// Published after its start: only late entries count.
    pub(super) retroactive: bool,
}

/// Decides on publishing.
///
/// # Errors
/// The first thing that is missing.
pub(super) fn decide(
    activity: &activity::Model,
    rules: &RulesOfTheDay,
    now: DateTime<Utc>,
) -> Result<Frozen, PublishRefusal> {
    let dangerous = activity.risk_level == RiskLevel::Dangerous;
    if dangerous && activity.insurance_policy_no.is_none() {
        return Err(PublishRefusal::InsuranceRequired);
    }
    let rule_version = if earns(activity) { Some(rule_version(rules)?) } else { None };
    Ok(Frozen { rule_version, retroactive: now >= activity.starts_at })
}

/// Whether attending it earns points.
pub(super) const fn earns(activity: &activity::Model) -> bool {
    match earning(activity.kind) {
        Earning::Always => true,
        Earning::IfNamed => activity.rule_item_code.is_some(),
        Earning::Never => false,
    }
}

fn rule_version(rules: &RulesOfTheDay) -> Result<RuleVersionId, PublishRefusal> {
    let version = rules.version.ok_or(PublishRefusal::NoRules)?;
    let item = rules.item.as_ref().ok_or(PublishRefusal::ItemMissing)?;
    match item.unit {
        RuleUnit::PerHour | RuleUnit::PerAttendance => Ok(version),
        RuleUnit::PerAward => Err(PublishRefusal::ItemUnfit),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entity::activity::{ActivityKind, ActivityState};
    use uuid::Uuid;

    use super::super::domain::tests::activity;
    use super::*;

    fn rules(unit: RuleUnit) -> RulesOfTheDay {
        let version = RuleVersionId::from(Uuid::from_u128(5));
        let item = rule_item::Model {
            id: Uuid::from_u128(6).into(),
            rule_version_id: version,
            code: "A01".into(),
            category: "环境".into(),
            name: "清扫".into(),
            unit,
            points: 2,
            max_per_activity: None,
            max_per_day: None,
            max_per_month: None,
            counts_as_service: true,
            needs_attendance: true,
            evidence_needed: false,
            sort: 1,
        };
        RulesOfTheDay { version: Some(version), item: Some(item) }
    }

    #[test]
    fn what_earns_needs_its_item_in_the_rules_of_the_day() {
        let row = activity(ActivityState::Submitted);
        let now = row.starts_at - TimeDelta::days(1);
        let hourly = rules(RuleUnit::PerHour);
        let none = RulesOfTheDay::default();
        let no_item = RulesOfTheDay { item: None, ..hourly.clone() };
        let award = rules(RuleUnit::PerAward);

        let frozen = Frozen { rule_version: hourly.version, retroactive: false };
        assert_eq!(decide(&row, &hourly, now), Ok(frozen));
        assert_eq!(decide(&row, &none, now), Err(PublishRefusal::NoRules));
        assert_eq!(decide(&row, &no_item, now), Err(PublishRefusal::ItemMissing));
        assert_eq!(decide(&row, &award, now), Err(PublishRefusal::ItemUnfit));

        let mut fair = row.clone();
        fair.kind = ActivityKind::RedemptionFair;
        let free = Frozen { rule_version: None, retroactive: false };
        assert_eq!(decide(&fair, &none, now), Ok(free));
        let mut talk = row;
        talk.kind = ActivityKind::Lecture;
        assert_eq!(decide(&talk, &none, now), Ok(free));
        talk.rule_item_code = Some("A01".into());
        assert_eq!(decide(&talk, &none, now), Err(PublishRefusal::NoRules));
    }

    #[test]
    fn danger_needs_insurance_and_a_late_publication_says_so() {
        let mut row = activity(ActivityState::Submitted);
        let hourly = rules(RuleUnit::PerHour);
        let start = row.starts_at;
        row.risk_level = RiskLevel::Dangerous;
        assert_eq!(decide(&row, &hourly, start), Err(PublishRefusal::InsuranceRequired));
        row.insurance_policy_no = Some("PICC-1".into());
        assert_eq!(decide(&row, &hourly, start).map(|f| f.retroactive), Ok(true));
        let before = start - TimeDelta::microseconds(1);
        assert_eq!(decide(&row, &hourly, before).map(|f| f.retroactive), Ok(false));
    }
}
