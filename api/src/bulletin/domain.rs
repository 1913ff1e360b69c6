//! The life of a bulletin and the quarters it may be about. Pure.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::bulletin::{self, BulletinState};
use entity::ids::BulletinId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::clock::local_day;
use crate::platform::quarter::Quarter;

use BulletinState as S;

/// 对一期季度公开可做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum BulletinAction {
    /// 重新汇总
    Recompile,
    /// 撤销草稿
    Discard,
    /// 公开
    Publish,
    /// 归档
    Archive,
    /// 更正
    Correct,
}

use BulletinAction as A;

/// Why something about a bulletin is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BulletinRefusal {
    /// The state does not allow it.
    WrongState(S),
    /// Its figures are still being made.
    Compiling,
    /// The quarter's statements are not all in the public tree.
    StatementsPending,
}

impl BulletinAction {
    /// Every action.
    pub(super) const ALL: [Self; 5] =
        [A::Recompile, A::Discard, A::Publish, A::Archive, A::Correct];

    /// The whole life of a bulletin, but for the task that ends the compiling.
    const fn edges(self) -> &'static [(S, S)] {
        match self {
            A::Recompile => &[(S::Drafting, S::Compiling)],
            // A draft that is discarded is gone: nobody was shown any of it.
            A::Discard => &[(S::Drafting, S::Drafting)],
            A::Publish => &[(S::Drafting, S::Published)],
            A::Archive => &[(S::Published, S::Archived)],
            A::Correct => &[(S::Published, S::Published), (S::Archived, S::Archived)],
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, BulletinRefusal> {
        let edge = self.edges().iter().find(|(start, _)| *start == from);
        match (edge, from) {
            (Some((_, to)), _) => Ok(*to),
            (None, S::Compiling) => Err(BulletinRefusal::Compiling),
            (None, S::Drafting | S::Published | S::Archived) => {
                Err(BulletinRefusal::WrongState(from))
            }
        }
    }

    /// What the journal calls it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            A::Recompile => "bulletin.recompiling",
            A::Discard => "bulletin.discarded",
            A::Publish => "bulletin.published",
            A::Archive => "bulletin.archived",
            A::Correct => "bulletin.corrected",
        }
    }
}

/// Whether a bulletin may be published while its quarter's statements are, or are not, in the
/// public tree: its head is to cover what it says of each card.
pub(super) fn check_statements(are_written: bool) -> Result<(), BulletinRefusal> {
    if are_written { Ok(()) } else { Err(BulletinRefusal::StatementsPending) }
}

/// Whether a draft cannot be published before the quarter's statements are in the tree.
pub(super) fn waits(state: S, are_written: bool) -> bool {
    A::Publish.apply(state).is_ok() && check_statements(are_written).is_err()
}

/// What may be done now.
pub(super) fn allowed_actions(state: S, waits: bool) -> Vec<BulletinAction> {
    let open = |action: &A| action.apply(state).is_ok() && !(waits && *action == A::Publish);
    A::ALL.into_iter().filter(open).collect()
}

/// Where a bulletin stands in lists: by quarter, then by when it was drafted. Written as
/// `2026-07-01|{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// First day of its quarter.
    pub(super) quarter: NaiveDate,
    pub(super) id: BulletinId,
}

impl Place {
    pub(super) const fn of(row: &bulletin::Model) -> Self {
        Self { quarter: row.quarter, id: row.id }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}", self.quarter, self.id)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (quarter, id) = text.split_once('|').ok_or(())?;
        Ok(Self { quarter: quarter.parse().map_err(drop)?, id: id.parse().map_err(drop)? })
    }
}

/// The quarter a bulletin is about.
pub(super) fn quarter_of(row: &bulletin::Model) -> Quarter {
    Quarter::of(row.quarter)
}

/// The quarter as it stands in a title: 2026年第四季度.
pub(super) fn quarter_title(quarter: Quarter) -> String {
    let text = quarter.to_string();
    let (year, number) = text.split_once('Q').unwrap_or((&text, ""));
    let number = match number {
        "1" => "一",
        "2" => "二",
        "3" => "三",
        _ => "四",
    };
    format!("{year}年第{number}季度")
}

/// Hours with one digit.
pub(super) fn hours_text(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The last day on which a compiled draft should be published: a week to look at it.
pub(super) fn publishing_due(compiled: DateTime<Utc>) -> NaiveDate {
    let day = local_day(compiled);
    day.checked_add_days(Days::new(7)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn every_pair_of_state_and_action() {
        let mut allowed = Vec::new();
        for state in S::iter() {
            for action in A::ALL {
                match action.apply(state) {
                    Ok(to) => allowed.push((state, action, to)),
                    Err(BulletinRefusal::Compiling) => assert_eq!(state, S::Compiling),
                    Err(BulletinRefusal::WrongState(found)) => assert_eq!(state, found),
                    Err(BulletinRefusal::StatementsPending) => panic!("{state:?} {action:?}"),
                }
            }
        }
        assert_eq!(
            allowed,
            [
                (S::Drafting, A::Recompile, S::Compiling),
                (S::Drafting, A::Discard, S::Drafting),
                (S::Drafting, A::Publish, S::Published),
                (S::Published, A::Archive, S::Archived),
                (S::Published, A::Correct, S::Published),
                (S::Archived, A::Correct, S::Archived),
            ]
        );
    }

    #[test]
    fn a_draft_waits_for_the_statements_of_its_quarter() {
        assert_eq!(check_statements(false), Err(BulletinRefusal::StatementsPending));
        assert_eq!(check_statements(true), Ok(()));
        assert!(waits(S::Drafting, false) && !waits(S::Drafting, true));
        assert!(!waits(S::Published, false) && !waits(S::Compiling, false));
        assert_eq!(allowed_actions(S::Drafting, true), [A::Recompile, A::Discard]);
        let all = [A::Recompile, A::Discard, A::Publish];
        assert_eq!(allowed_actions(S::Drafting, false), all);
    }

    #[test]
    fn a_place_in_the_list_is_read_as_it_is_written() {
        let place = Place { quarter: "2026-07-01".parse().unwrap(), id: uuid::Uuid::nil().into() };
        assert_eq!(place.to_string().parse(), Ok(place));
        assert_eq!("2026-07-01".parse::<Place>(), Err(()));
    }

    #[test]
    fn quarters_in_words_and_days() {
        let quarter: Quarter = "2026Q4".parse().unwrap();
        assert_eq!(quarter_title(quarter), "2026年第四季度");
        assert_eq!(quarter_title("2027Q1".parse().unwrap()), "2027年第一季度");
        assert_eq!(publishing_due(quarter.span().1).to_string(), "2027-01-08");
    }
}
