//! Points of a quarter under any version of the rules. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::ids::{ActivityId, AttendanceId, RuleItemId, VolunteerId};
use entity::rule_item;
use uuid::Uuid;

use crate::platform::clock::local_day;
use crate::rule::compute::{ComputedPoints, Earned, Occasion, compute_points};

/// Something that earns points.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Attendance or claim: the order among events of one instant.
    pub(super) id: Uuid,
    pub(super) volunteer: VolunteerId,
    pub(super) attendance: Option<AttendanceId>,
    pub(super) activity: Option<ActivityId>,
    /// Of the activity, or the honour's.
    pub(super) title: String,
    pub(super) hours_tenths: u32,
    pub(super) at: DateTime<Utc>,
    pub(super) item_code: String,
    /// The item it was frozen to.
    pub(super) frozen: Option<RuleItemId>,
}

impl Event {
    fn occasion(&self) -> Occasion<'_> {
        match self.activity {
            Some(_) => {
                Occasion::Attendance { activity: &self.title, hours_tenths: self.hours_tenths }
            }
            None => Occasion::Award { title: &self.title },
        }
    }
}

/// What the caps must remember of one item.
#[derive(Default)]
struct Seen {
    activities: BTreeMap<ActivityId, i64>,
    days: BTreeMap<NaiveDate, i64>,
    months: BTreeMap<(i32, u32), i64>,
}

/// Points of one volunteer's events, in the order of time, each by the item `item_of`
/// finds for it. An event without an item, or one that does not fit it, earns nothing.
pub(super) fn replay<'i>(
    events: &[Event],
    item_of: impl Fn(&Event) -> Option<&'i rule_item::Model>,
) -> Vec<Option<ComputedPoints>> {
    let mut order: Vec<(usize, &Event)> = events.iter().enumerate().collect();
    order.sort_by_key(|(_, event)| (event.at, event.id));
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    let mut found = vec![None; events.len()];
    for (place, event) in order {
        let Some(item) = item_of(event) else { continue };
        let seen = seen.entry(item.code.to_ascii_uppercase()).or_default();
        let computed = with_caps(event, item, seen);
        if let Some(slot) = found.get_mut(place) {
            *slot = computed;
        }
    }
    found
}

fn with_caps(event: &Event, item: &rule_item::Model, seen: &mut Seen) -> Option<ComputedPoints> {
    let day = local_day(event.at);
    let month = (day.year(), day.month());
    let in_activity = event.activity.and_then(|id| seen.activities.get(&id).copied());
    let earned = Earned {
        in_activity: in_activity.unwrap_or(0),
        in_day: seen.days.get(&day).copied().unwrap_or(0),
        in_month: seen.months.get(&month).copied().unwrap_or(0),
    };
    let computed = compute_points(&item.into(), &event.occasion(), &earned).ok()?;
    if let Some(activity) = event.activity {
        *seen.activities.entry(activity).or_default() += computed.points;
    }
    *seen.days.entry(day).or_default() += computed.points;
    *seen.months.entry(month).or_default() += computed.points;
    Some(computed)
}

/// Points by item code: before and after.
pub(super) type ByItem = BTreeMap<String, (i64, i64)>;

/// One volunteer's quarter under both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) volunteer: VolunteerId,
    pub(super) before: i64,
    pub(super) after: i64,
    pub(super) items: ByItem,
}

impl Line {
    /// What she wins; below nothing what she loses.
    pub(super) fn delta(&self) -> i64 {
        self.after.saturating_sub(self.before)
    }
}

/// Compares both for one volunteer.
pub(super) fn compare<'i>(
    volunteer: VolunteerId,
    events: &[Event],
    frozen: impl Fn(&Event) -> Option<&'i rule_item::Model>,
    tested: impl Fn(&Event) -> Option<&'i rule_item::Model>,
) -> Line {
    let points = |computed: &Option<ComputedPoints>| computed.as_ref().map_or(0, |c| c.points);
    let (before, after) = (replay(events, frozen), replay(events, tested));
    let mut line = Line { volunteer, before: 0, after: 0, items: ByItem::new() };
    for ((event, before), after) in events.iter().zip(&before).zip(&after) {
        let item = line.items.entry(event.item_code.clone()).or_default();
        item.0 = item.0.saturating_add(points(before));
        item.1 = item.1.saturating_add(points(after));
    }
    line.before = line.items.values().map(|(before, _)| before).sum();
    line.after = line.items.values().map(|(_, after)| after).sum();
    line
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
