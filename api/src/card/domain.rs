//! The states of a card and what leads from one to the next. Pure.

use entity::card::CardState;
use entity::volunteer::VolunteerState;
use serde::Serialize;
use utoipa::ToSchema;

/// 对积分卡可进行的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CardAction {
    /// 启用
    Activate,
    /// 挂失
    Lose,
    /// 暂停
    Suspend,
    /// 恢复，包括挂失后找回
    Reinstate,
    /// 换卡
    Replace,
}

impl CardAction {
    /// Every action.
    const ALL: [Self; 5] =
        [Self::Activate, Self::Lose, Self::Suspend, Self::Reinstate, Self::Replace];

    /// The states it may start from, and where it leads. From `replaced` and
    /// `cancelled` nothing leads anywhere: such a number never authorises again.
    const fn edge(self) -> (&'static [CardState], CardState) {
        use CardState::{Active, Issued, Lost, Replaced, Suspended};
        match self {
            Self::Activate => (&[Issued], Active),
            Self::Lose => (&[Issued, Active, Suspended], Lost),
            Self::Suspend => (&[Active], Suspended),
            Self::Reinstate => (&[Lost, Suspended], Active),
            Self::Replace => (&[Issued, Active, Lost, Suspended], Replaced),
        }
    }

    /// The state after it, or nothing when it is not for this state.
    pub(super) fn apply(self, state: CardState) -> Option<CardState> {
        let (from, to) = self.edge();
        from.contains(&state).then_some(to)
    }

    /// Whether nobody does it for herself or her kin: who was suspended is let in again by
    /// somebody else, with the old card as with a new one.
    pub(super) const fn needs_another(self) -> bool {
        match self {
            Self::Reinstate | Self::Replace => true,
            Self::Activate | Self::Lose | Self::Suspend => false,
        }
    }

    /// The journal's word for it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            Self::Activate => "card.activated",
            Self::Lose => "card.lost",
            Self::Suspend => "card.suspended",
            Self::Reinstate => "card.reinstated",
            Self::Replace => "card.replaced",
        }
    }
}

/// What may be done with a card in this state by whoever manages cards.
pub(super) fn actions(state: CardState) -> Vec<CardAction> {
    CardAction::ALL.into_iter().filter(|action| action.apply(state).is_some()).collect()
}

/// Why a volunteer gets no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IssueRefusal {
    /// Not verified, suspended or gone.
    VolunteerNotActive(VolunteerState),
    /// She has one that is not done with.
    CardExists,
}

/// Decides whether a volunteer gets a first card.
pub(super) fn decide_issue(
    volunteer: VolunteerState,
    live: Option<CardState>,
) -> Result<CardState, IssueRefusal> {
    if volunteer != VolunteerState::Active {
        return Err(IssueRefusal::VolunteerNotActive(volunteer));
    }
    if live.is_some() {
        return Err(IssueRefusal::CardExists);
    }
    Ok(CardState::Issued)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn every_pair_of_action_and_state() {
        use CardAction as A;
        use CardState as S;
        let allowed = [
            (A::Activate, S::Issued, S::Active),
            (A::Lose, S::Issued, S::Lost),
            (A::Lose, S::Active, S::Lost),
            (A::Lose, S::Suspended, S::Lost),
            (A::Suspend, S::Active, S::Suspended),
            (A::Reinstate, S::Lost, S::Active),
            (A::Reinstate, S::Suspended, S::Active),
            (A::Replace, S::Issued, S::Replaced),
            (A::Replace, S::Active, S::Replaced),
            (A::Replace, S::Lost, S::Replaced),
            (A::Replace, S::Suspended, S::Replaced),
        ];
        for action in A::ALL {
            for state in S::iter() {
                let expected = allowed.iter().find(|(a, s, _)| (*a, *s) == (action, state));
                assert_eq!(action.apply(state), expected.map(|(.., to)| *to), "{action:?} {state}");
            }
        }
        assert!(actions(S::Replaced).is_empty() && actions(S::Cancelled).is_empty());
    }

    #[test]
    fn only_an_active_volunteer_without_a_card_gets_one() {
        for state in VolunteerState::iter() {
            let expected = if state == VolunteerState::Active {
                Ok(CardState::Issued)
            } else {
                Err(IssueRefusal::VolunteerNotActive(state))
            };
            assert_eq!(decide_issue(state, None), expected, "{state}");
        }
        let second = decide_issue(VolunteerState::Active, Some(CardState::Lost));
        assert_eq!(second, Err(IssueRefusal::CardExists));
    }
}
