//! The life of a rule version. Pure.

use chrono::NaiveDate;
use entity::ids::AccountId;
use entity::rule_version::{self, RuleVersionState};
use serde::Serialize;
use utoipa::ToSchema;

use RuleVersionState as S;

/// What can be done to a rule version (可对细则版本进行的操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RuleVersionAction {
    /// 修改
    Update,
    /// 发布
    Publish,
    /// 停用（发布新版本时自动发生）
    Retire,
}

impl RuleVersionAction {
    /// From which states, to which state.
    const fn edge(self) -> (&'static [S], S) {
        match self {
            Self::Update => (&[S::Draft], S::Draft),
            Self::Publish => (&[S::Draft], S::Published),
            Self::Retire => (&[S::Published], S::Retired),
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, RuleRefusal> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) { Ok(to) } else { Err(RuleRefusal::WrongState(from)) }
    }
}

/// Why something about rules is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleRefusal {
    /// The version's state does not allow it.
    WrongState(S),
    /// Who wrote the text does not publish it.
    MustRecuse,
    /// The text changed since the publisher read it.
    Stale,
    /// The town has a draft already.
    DraftExists,
    /// Nothing would earn points.
    NoItems,
    /// Rules are not made for days gone by.
    PastDay,
    /// More than one of a version to copy, the template and a list of items was sent.
    TwoSources,
}

/// A publication, as far as the rule must know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Publication {
    pub(super) by: AccountId,
    pub(super) today: NaiveDate,
    pub(super) effective_from: NaiveDate,
    /// The version she read, if she says so.
    pub(super) read_version: Option<i32>,
    /// Whether the items are those she saw.
    pub(super) saw_items: bool,
    pub(super) items: usize,
}

/// Proof that a publication was decided.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) state: S,
    pub(super) effective_from: NaiveDate,
}

/// A draft with items is published from today or later on, by somebody who did not
/// write it.
pub(super) fn decide_publication(
    draft: &rule_version::Model,
    publication: Publication,
) -> Result<Published, RuleRefusal> {
    let state = RuleVersionAction::Publish.apply(draft.state)?;
    if publication.read_version.is_some_and(|read| read != draft.version) {
        return Err(RuleRefusal::Stale);
    }
    if !publication.saw_items {
        return Err(RuleRefusal::Stale);
    }
    if publication.by == draft.created_by {
        return Err(RuleRefusal::MustRecuse);
    }
    if publication.items == 0 {
        return Err(RuleRefusal::NoItems);
    }
    if publication.effective_from < publication.today {
        return Err(RuleRefusal::PastDay);
    }
    Ok(Published { state, effective_from: publication.effective_from })
}

/// What the caller may do to a version now, by its state and her roles. A draft that is not fit
/// to be published, being empty or beyond the county's template, is not offered for it.
pub(super) fn allowed_actions(
    version: &rule_version::Model,
    by: AccountId,
    (may_manage, may_publish): (bool, bool),
    fit: bool,
) -> Vec<RuleVersionAction> {
    let may = |action: &RuleVersionAction| match action {
        RuleVersionAction::Update => may_manage,
        RuleVersionAction::Publish => may_publish && fit && by != version.created_by,
        RuleVersionAction::Retire => false,
    };
    let actions = [RuleVersionAction::Update, RuleVersionAction::Publish];
    actions.into_iter().filter(|a| a.apply(version.state).is_ok()).filter(may).collect()
}

/// The state to show: a version overtaken by a younger one is retired, whether or not
/// that has been written down yet.
pub(super) fn state_on(version: &rule_version::Model, in_force: Option<&rule_version::Model>) -> S {
    let overtaken = in_force.is_some_and(|current| current.number > version.number);
    match version.state {
        S::Published if overtaken => S::Retired,
        state @ (S::Draft | S::Published | S::Retired) => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use sea_orm::Iterable;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
    }

    fn version(number: i32, state: S) -> rule_version::Model {
        rule_version::Model {
            id: id(1),
            rule_set_id: id(1),
            number,
            state,
            effective_from: None,
            note: None,
            created_by: id(7),
            created_at: DateTime::UNIX_EPOCH,
            published_by: None,
            published_at: None,
            version: 3,
        }
    }

    const GOOD: fn() -> Publication = || Publication {
        by: id(8),
        today: day(24),
        effective_from: day(24),
        read_version: None,
        saw_items: true,
        items: 1,
    };

    #[test]
    fn every_pair_of_state_and_action() {
        use RuleVersionAction as A;
        for state in S::iter() {
            for action in [A::Update, A::Publish, A::Retire] {
                let expected = match (action, state) {
                    (A::Update, S::Draft) => Ok(S::Draft),
                    (A::Publish, S::Draft) => Ok(S::Published),
                    (A::Retire, S::Published) => Ok(S::Retired),
                    (A::Update | A::Publish, S::Published | S::Retired)
                    | (A::Retire, S::Draft | S::Retired) => Err(RuleRefusal::WrongState(state)),
                };
                assert_eq!(action.apply(state), expected, "{action:?} {state:?}");
            }
        }
    }

    #[test]
    fn a_publication_needs_another_person_items_and_a_day_to_come() {
        let draft = version(1, S::Draft);
        let refused = |change: fn(&mut Publication)| {
            let mut publication = GOOD();
            change(&mut publication);
            decide_publication(&draft, publication).map(|p| p.state).unwrap_err()
        };
        assert_eq!(decide_publication(&draft, GOOD()).unwrap().state, S::Published);
        assert_eq!(refused(|p| p.by = id(7)), RuleRefusal::MustRecuse);
        assert_eq!(refused(|p| p.items = 0), RuleRefusal::NoItems);
        assert_eq!(refused(|p| p.effective_from = day(23)), RuleRefusal::PastDay);
        assert_eq!(refused(|p| p.read_version = Some(2)), RuleRefusal::Stale);
        assert_eq!(refused(|p| p.saw_items = false), RuleRefusal::Stale);
        let again = decide_publication(&version(1, S::Published), GOOD()).unwrap_err();
        assert_eq!(again, RuleRefusal::WrongState(S::Published));
    }

    #[test]
    fn the_author_may_go_on_writing_and_others_may_publish() {
        use RuleVersionAction as A;
        let draft = version(1, S::Draft);
        assert_eq!(allowed_actions(&draft, id(7), (true, true), true), [A::Update]);
        assert_eq!(allowed_actions(&draft, id(8), (true, true), true), [A::Update, A::Publish]);
        assert_eq!(allowed_actions(&draft, id(8), (true, true), false), [A::Update]);
        assert_eq!(allowed_actions(&draft, id(8), (false, false), true), []);
        assert_eq!(allowed_actions(&version(1, S::Published), id(8), (true, true), true), []);
    }

    #[test]
    fn the_younger_version_in_force_retires_the_older_one() {
        let (old, new) = (version(1, S::Published), version(2, S::Published));
        assert_eq!(state_on(&old, Some(&new)), S::Retired);
        assert_eq!(state_on(&new, Some(&old)), S::Published);
        assert_eq!(state_on(&old, None), S::Published);
        assert_eq!(state_on(&version(1, S::Draft), Some(&new)), S::Draft);
    }
}
