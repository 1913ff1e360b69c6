//! The county's ceilings: what a town's items may give at most. Pure.

use entity::rule_item::{self, RuleUnit};

/// What is beyond the template, and by which item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excess {
    /// Place in the list.
    pub(super) index: usize,
    pub(super) item_code: String,
    pub(super) item_name: String,
    /// The member at fault.
    pub(super) member: &'static str,
    /// The ceiling, when there is one.
    pub(super) ceiling: Option<i32>,
    pub(super) message: String,
}

impl Excess {
    /// The member at fault, as a JSON pointer into the version.
    pub(super) fn pointer(&self) -> String {
        format!("/items/{}/{}", self.index, self.member)
    }
}

/// The most an item may give, and the least it must ask.
struct Ceiling {
    unit: RuleUnit,
    points: i32,
    caps: [Option<i32>; 3],
    counts_as_service: bool,
    evidence_needed: bool,
}

impl Ceiling {
    fn of(item: &rule_item::Model) -> Self {
        Self {
            unit: item.unit,
            points: item.points,
            caps: caps(item),
            counts_as_service: item.counts_as_service,
            evidence_needed: item.evidence_needed,
        }
    }

    /// What either allows.
    fn or(self, other: &rule_item::Model) -> Self {
        Self {
            unit: self.unit,
            points: self.points.max(other.points),
            caps: higher(self.caps, caps(other)),
            counts_as_service: self.counts_as_service || other.counts_as_service,
            evidence_needed: self.evidence_needed && other.evidence_needed,
        }
    }
}

const CAPS: [(&str, &str); 3] = [
    ("max_per_activity", "单次活动上限"),
    ("max_per_day", "每日上限"),
    ("max_per_month", "每月上限"),
];

fn caps(item: &rule_item::Model) -> [Option<i32>; 3] {
    [item.max_per_activity, item.max_per_day, item.max_per_month]
}

/// Each item against the template's item of the same code, else against the most generous
/// of the same category and unit.
///
/// # Errors
/// Everything beyond its ceiling, so that nobody must find it out one by one.
pub(super) fn check(
    items: &[rule_item::Model],
    template: &[rule_item::Model],
) -> Result<(), Vec<Excess>> {
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let excess = |(member, ceiling, message): Fault| Excess {
            index,
            item_code: item.code.clone(),
            item_name: item.name.clone(),
            member,
            ceiling,
            message,
        };
        found.extend(faults(item, template).into_iter().map(excess));
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// The member at fault, its ceiling, and what is wrong.
type Fault = (&'static str, Option<i32>, String);

fn faults(item: &rule_item::Model, template: &[rule_item::Model]) -> Vec<Fault> {
    match find(item, template) {
        Some(ceiling) => beyond(item, &ceiling),
        None => {
            vec![("code", None, "县级模板没有这个条目，也没有同类别、同计分单位的条目".into())]
        }
    }
}

fn beyond(item: &rule_item::Model, ceiling: &Ceiling) -> Vec<Fault> {
    if item.unit != ceiling.unit {
        // Figures of different units cannot be compared.
        return vec![("unit", None, "计分单位与县级模板不同".into())];
    }
    let mut found = Vec::new();
    if item.points > ceiling.points {
        let message = format!("每单位积分不得超过县级模板的{}分", ceiling.points);
        found.push(("points", Some(ceiling.points), message));
    }
    for (((member, words), own), most) in CAPS.into_iter().zip(caps(item)).zip(ceiling.caps) {
        let Some(most) = most else { continue };
        if own.is_none_or(|own| own > most) {
            let message = format!("{words}不得超过县级模板的{most}分");
            found.push((member, Some(most), message));
        }
    }
    if item.counts_as_service && !ceiling.counts_as_service {
        found.push(("counts_as_service", None, "县级模板不把它计入志愿服务时长".into()));
    }
    if ceiling.evidence_needed && !item.evidence_needed {
        found.push(("evidence_needed", None, "县级模板要求凭证明材料记分".into()));
    }
    found
}

fn find(item: &rule_item::Model, template: &[rule_item::Model]) -> Option<Ceiling> {
    let same_code = template.iter().find(|other| other.code.eq_ignore_ascii_case(&item.code));
    if let Some(same) = same_code {
        return Some(Ceiling::of(same));
    }
    let mut alike = template.iter().filter(|o| o.category == item.category && o.unit == item.unit);
    let first = Ceiling::of(alike.next()?);
    Some(alike.fold(first, Ceiling::or))
}

/// No cap at all is higher than any.
fn higher(one: [Option<i32>; 3], other: [Option<i32>; 3]) -> [Option<i32>; 3] {
    let most = |one: Option<i32>, other: Option<i32>| one.zip(other).map(|(a, b)| a.max(b));
    let ([activity, day, month], [other_activity, other_day, other_month]) = (one, other);
    [most(activity, other_activity), most(day, other_day), most(month, other_month)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn item(code: &str, category: &str, points: i32, day: Option<i32>) -> rule_item::Model {
        rule_item::Model {
            id: Uuid::nil().into(),
            rule_version_id: Uuid::nil().into(),
            code: code.into(),
            category: category.into(),
            name: "环境卫生".into(),
            unit: RuleUnit::PerHour,
            points,
            max_per_activity: None,
            max_per_day: day,
            max_per_month: None,
            counts_as_service: true,
            needs_attendance: true,
            evidence_needed: false,
            sort: 0,
        }
    }

    fn fault(own: rule_item::Model, template: &[rule_item::Model]) -> (&'static str, Option<i32>) {
        let excess = check(&[own], template).unwrap_err().remove(0);
        (excess.member, excess.ceiling)
    }

    #[test]
    fn an_item_stays_below_the_one_of_its_code() {
        let template = [item("HJ01", "环境", 3, Some(10)), item("HJ02", "环境", 9, None)];
        assert_eq!(check(&[item("hj01", "别的", 3, Some(10))], &template), Ok(()));
        assert_eq!(fault(item("HJ01", "环境", 4, Some(10)), &template), ("points", Some(3)));
        assert_eq!(fault(item("HJ01", "环境", 3, Some(11)), &template), ("max_per_day", Some(10)));
        assert_eq!(fault(item("HJ01", "环境", 3, None), &template), ("max_per_day", Some(10)));
        let by_time = rule_item::Model {
            unit: RuleUnit::PerAttendance,
            ..item("HJ01", "环境", 1, Some(1))
        };
        assert_eq!(fault(by_time, &template), ("unit", None));
    }

    #[test]
    fn an_item_of_its_own_stays_below_the_most_generous_of_its_category() {
        let template = [item("HJ01", "环境", 3, Some(10)), item("HJ02", "环境", 5, Some(8))];
        assert_eq!(check(&[item("HJ77", "环境", 5, Some(10))], &template), Ok(()));
        assert_eq!(fault(item("HJ77", "环境", 6, Some(1)), &template), ("points", Some(5)));
        assert_eq!(fault(item("HJ77", "环境", 5, Some(11)), &template), ("max_per_day", Some(10)));
        assert_eq!(fault(item("XJ01", "宣讲", 1, Some(1)), &template), ("code", None));
    }

    #[test]
    fn evidence_is_asked_for_and_hours_are_counted_as_the_county_says() {
        let free = |code: &str| item(code, "环境", 3, None);
        let strict = |code: &str| rule_item::Model {
            counts_as_service: false,
            evidence_needed: true,
            ..free(code)
        };
        let template = [strict("HJ01")];
        assert_eq!(check(&[strict("HJ01")], &template), Ok(()));
        for code in ["HJ01", "HJ77"] {
            let no_hours = rule_item::Model { counts_as_service: false, ..free(code) };
            assert_eq!(fault(free(code), &template), ("counts_as_service", None), "{code}");
            assert_eq!(fault(no_hours, &template), ("evidence_needed", None), "{code}");
        }
        // Stricter than the county is the town's own affair; the most generous alike sets it.
        assert_eq!(check(&[strict("HJ01")], &[free("HJ01")]), Ok(()));
        assert_eq!(check(&[free("HJ77")], &[strict("HJ01"), free("HJ02")]), Ok(()));
        assert_eq!(fault(free("HJ01"), &[strict("HJ01"), free("HJ02")]).0, "counts_as_service");
    }

    #[test]
    fn the_message_names_item_and_ceiling() {
        let template = [item("HJ01", "环境", 3, None)];
        let excess =
            check(&[item("HJ01", "环境", 3, None), item("HJ01", "环境", 4, None)], &template);
        let excess = excess.unwrap_err().remove(0);
        assert_eq!((excess.index, excess.item_code.as_str()), (1, "HJ01"));
        assert_eq!(excess.message, "每单位积分不得超过县级模板的3分");
    }

    #[test]
    fn everything_beyond_is_named_at_once() {
        let template = [item("HJ01", "环境", 3, Some(10)), item("XJ01", "宣讲", 2, None)];
        let own = [
            item("HJ01", "环境", 4, None),
            item("XJ01", "宣讲", 2, None),
            item("QT01", "其他", 1, None),
        ];
        let found = check(&own, &template).unwrap_err();
        let pointers: Vec<_> = found.iter().map(Excess::pointer).collect();
        assert_eq!(pointers, ["/items/0/points", "/items/0/max_per_day", "/items/2/code"]);
    }
}
