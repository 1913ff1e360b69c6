//! Rules about delegates: who may be registered, ended, and handed goods. Pure.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, PickupDelegateId, VolunteerId};
use entity::pickup_delegate::Model;
use entity::volunteer::{RegisteredVia, VolunteerState};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

/// So many delegates a holder has at most at a time; the table has no more places either.
pub(in crate::redemption) const MOST: i32 = 5;

/// What can be done with a delegate (代领人操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum DelegateAction {
    /// 由其代领
    PickUp,
    /// 终止
    End,
}

/// Why a delegate is not registered, ended, or handed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::redemption) enum DelegateRefusal {
    /// Only verified volunteers in good standing name delegates.
    #[error("the volunteer is not active")]
    VolunteerNotActive(VolunteerState),
    /// Nobody is her own delegate.
    #[error("the holder herself")]
    Oneself,
    /// One of that name is registered.
    #[error("registered already")]
    Exists,
    /// Every place is taken.
    #[error("too many")]
    TooMany,
    /// She has ended already.
    #[error("ended")]
    Ended,
    /// Not registered by this recipient, or not any more, or not before the hand-over.
    #[error("not registered")]
    NotRegistered,
    /// The clerk has a hand in it.
    #[error("somebody else must do this")]
    MustRecuse,
}

/// A name as it is kept. Spaces in a name without letters say nothing, and would hide that two
/// names are one.
pub(super) fn plain_name(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_alphabetic()) {
        return name.to_owned();
    }
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The place a new delegate takes: the holder is in good standing, does not name herself, nor
/// anybody twice, and has a place free.
pub(super) fn decide_registration(
    (state, own_name): (VolunteerState, &str),
    name: &str,
    active: &[Model],
) -> Result<i32, DelegateRefusal> {
    if state != VolunteerState::Active {
        return Err(DelegateRefusal::VolunteerNotActive(state));
    }
    if plain_name(own_name) == name {
        return Err(DelegateRefusal::Oneself);
    }
    if active.iter().any(|row| row.name == name) {
        return Err(DelegateRefusal::Exists);
    }
    let free = |slot: &i32| active.iter().all(|row| row.slot != *slot);
    (1..=MOST).find(free).ok_or(DelegateRefusal::TooMany)
}

/// A delegate ends once.
pub(super) fn decide_end(row: &Model) -> Result<(), DelegateRefusal> {
    if row.ended_at.is_some() { Err(DelegateRefusal::Ended) } else { Ok(()) }
}

/// Whoever stands at the counter: her account, and the names she goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct AtCounter<'a> {
    pub(super) account: AccountId,
    pub(super) names: &'a [String],
}

impl AtCounter<'_> {
    /// Whether she goes by that name: nobody serves herself, nor can a namesake be told from
    /// her afterwards.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|own| plain_name(own) == name)
    }
}

/// Whether this clerk must leave a delegate to somebody else: whom she has registered, and
/// herself.
pub(super) fn must_recuse(row: &Model, clerk: AtCounter<'_>) -> bool {
    let entered = match row.registered_via {
        RegisteredVia::Assisted => row.registered_by == clerk.account,
        RegisteredVia::SelfService => false,
    };
    entered || clerk.is_called(&row.name)
}

/// Proof that a delegate may take what is handed over; only [`decide_pickup`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::redemption) struct Authorised {
    id: PickupDelegateId,
    name: String,
}

impl Authorised {
    /// Her id, and her name as it is now, for the row of what she takes.
    pub(in crate::redemption) fn into_parts(self) -> (PickupDelegateId, String) {
        (self.id, self.name)
    }
}

/// Handing over to a delegate: of this recipient, registered before and still, by a clerk who
/// has no hand in it. Another's delegate is as unknown as one that does not exist.
pub(super) fn decide_pickup(
    row: Option<&Model>,
    recipient: VolunteerId,
    clerk: AtCounter<'_>,
    now: DateTime<Utc>,
) -> Result<Authorised, DelegateRefusal> {
    let hers = |row: &&Model| {
        row.volunteer_id == recipient && row.ended_at.is_none() && row.created_at < now
    };
    let row = row.filter(hers).ok_or(DelegateRefusal::NotRegistered)?;
    if must_recuse(row, clerk) {
        return Err(DelegateRefusal::MustRecuse);
    }
    Ok(Authorised { id: row.id, name: row.name.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::pickup_delegate::DelegateRelation;
    use uuid::Uuid;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
    }

    fn delegate(slot: i32, name: &str, via: RegisteredVia) -> Model {
        Model {
            id: Uuid::from_u128(7).into(),
            volunteer_id: Uuid::from_u128(1).into(),
            slot,
            name: name.into(),
            relation: DelegateRelation::Neighbour,
            registered_via: via,
            registered_by: Uuid::from_u128(2).into(),
            reason: None,
            created_at: at(0),
            ended_at: None,
            ended_by: None,
            end_reason: None,
            version: 1,
        }
    }

    fn full() -> Vec<Model> {
        let names = ["甲", "乙", "丙", "丁", "戊"];
        let row = |(slot, name): (i32, &str)| delegate(slot, name, RegisteredVia::SelfService);
        (1..).zip(names).map(row).collect()
    }

    fn register(name: &str, active: &[Model]) -> Result<i32, DelegateRefusal> {
        decide_registration((VolunteerState::Active, "张秀兰"), name, active)
    }

    #[test]
    fn a_holder_has_five_places_and_one_that_is_free_again_is_taken_first() {
        assert_eq!(register("李大明", &[]), Ok(1));
        assert_eq!(register("李大明", &full()[..4]), Ok(5));
        assert_eq!(register("李大明", &full()), Err(DelegateRefusal::TooMany));
        let mut rows = full();
        rows.remove(2);
        assert_eq!(register("李大明", &rows), Ok(3));
    }

    #[test]
    fn nobody_is_named_twice_nor_names_herself() {
        assert_eq!(register("甲", &full()), Err(DelegateRefusal::Exists));
        assert_eq!(register("张秀兰", &[]), Err(DelegateRefusal::Oneself));
        let spaced = decide_registration((VolunteerState::Active, "张 秀兰"), "张秀兰", &[]);
        assert_eq!(spaced, Err(DelegateRefusal::Oneself));
    }

    #[test]
    fn only_who_is_in_good_standing_names_delegates() {
        use VolunteerState as S;
        for state in [S::PendingVerification, S::Suspended, S::Disqualified, S::Closed] {
            let refused = decide_registration((state, "张秀兰"), "李大明", &[]);
            assert_eq!(refused, Err(DelegateRefusal::VolunteerNotActive(state)), "{state}");
        }
    }

    #[test]
    fn spaces_do_not_make_another_name_of_a_name() {
        assert_eq!(plain_name("李 大　明"), "李大明");
        assert_eq!(plain_name("阿卜杜拉·买买提"), "阿卜杜拉·买买提");
        assert_eq!(plain_name("Anna Li"), "Anna Li");
    }

    #[test]
    fn a_delegate_ends_once() {
        let row = delegate(1, "李大明", RegisteredVia::SelfService);
        assert_eq!(decide_end(&row), Ok(()));
        let ended = Model { ended_at: Some(at(1)), ..row };
        assert_eq!(decide_end(&ended), Err(DelegateRefusal::Ended));
    }

    fn pick_up(row: Option<&Model>, clerk: u128, now: i64) -> Result<Authorised, DelegateRefusal> {
        let names = ["王敏".to_owned()];
        let clerk = AtCounter { account: Uuid::from_u128(clerk).into(), names: &names };
        decide_pickup(row, Uuid::from_u128(1).into(), clerk, at(now))
    }

    #[test]
    fn who_picks_up_is_the_recipients_still_and_was_registered_before() {
        let row = delegate(1, "李大明", RegisteredVia::SelfService);
        let (id, name) = pick_up(Some(&row), 9, 1).unwrap().into_parts();
        assert_eq!((id, name.as_str()), (row.id, "李大明"));
        let anothers = Model { volunteer_id: Uuid::from_u128(3).into(), ..row.clone() };
        let ended = Model { ended_at: Some(at(1)), ..row.clone() };
        for row in [None, Some(&anothers), Some(&ended)] {
            assert_eq!(pick_up(row, 9, 2), Err(DelegateRefusal::NotRegistered));
        }
        assert_eq!(pick_up(Some(&row), 9, 0), Err(DelegateRefusal::NotRegistered), "only now");
    }

    #[test]
    fn whom_a_clerk_registered_another_clerk_serves() {
        let assisted = delegate(1, "李大明", RegisteredVia::Assisted);
        assert_eq!(pick_up(Some(&assisted), 2, 1), Err(DelegateRefusal::MustRecuse));
        assert!(pick_up(Some(&assisted), 9, 1).is_ok());
        let own = delegate(1, "李大明", RegisteredVia::SelfService);
        assert!(pick_up(Some(&own), 2, 1).is_ok(), "the holder, who is a clerk elsewhere");
        let herself = delegate(1, "王敏", RegisteredVia::SelfService);
        assert_eq!(pick_up(Some(&herself), 9, 1), Err(DelegateRefusal::MustRecuse));
    }
}
