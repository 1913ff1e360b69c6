//! What may happen: the steps of the model, and how they are drawn.

use api::ledger::domain::POINTS_MAX;
use proptest::prelude::*;

/// One of a list, counted from its newest: a short list needs no other step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick(usize);

impl Pick {
    pub(super) const NEWEST: Self = Self(0);

    /// Which of so many, of which there is at least one.
    pub(super) fn of(self, many: usize) -> usize {
        many - 1 - self.0 % many
    }
}

/// A session of one item, as it is planned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) days: i64,
    pub(super) price: i64,
    pub(super) offered: i32,
    pub(super) limit: Option<i32>,
    pub(super) threshold: i64,
}

/// One thing that may happen. `who` is a volunteer, `by` the clerk (0) or the manager (1).
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Open { who: usize, points: i64 },
    Earn { who: usize, points: i64 },
    EarnAgain { which: Pick },
    RollBack { who: usize, points: i64 },
    ExpirePoints { who: usize },
    ZeroOut { who: usize },
    Restore { which: Pick },
    Reverse { which: Pick },
    ReverseByAnother { which: Pick },
    ReverseNothing,
    Stock { pieces: i32, good_days: Option<i64> },
    Receive { pieces: i32, good_days: Option<i64> },
    Accept { lot: Pick, by: usize },
    Shelve { lot: Pick, by: usize },
    WriteOff { lot: Pick, by: usize, pieces: i32 },
    Count { lot: Pick, by: usize, pieces: i32 },
    Confirm { which: Pick, by: usize },
    Reject { which: Pick, by: usize },
    OpenSession(Plan),
    CloseSession { which: Pick },
    Place { who: usize, pieces: i32, by: usize },
    Ready { which: Pick },
    Fulfil { which: Pick, by: usize, own_card: bool },
    Cancel { which: Pick },
    TakeBack { which: Pick, by: usize, sound: bool },
    HoldAgain { which: Pick },
    EndAgain { which: Pick, commit: bool },
    GiveBackAgain { which: Pick },
    SendAgain { which: Pick },
    SendOtherwise { which: Pick },
    RunJobs,
    Restart,
    MoveClock { minutes: i64 },
    PassDays { days: i64 },
}

/// Every kind of step; what a run has not taken it has not tested.
pub(super) const KINDS: [&str; 34] = [
    "Accept",
    "Cancel",
    "CloseSession",
    "Confirm",
    "Count",
    "Earn",
    "EarnAgain",
    "EndAgain",
    "ExpirePoints",
    "Fulfil",
    "GiveBackAgain",
    "HoldAgain",
    "MoveClock",
    "Open",
    "OpenSession",
    "PassDays",
    "Place",
    "Ready",
    "Receive",
    "Reject",
    "Restart",
    "Restore",
    "Reverse",
    "ReverseByAnother",
    "ReverseNothing",
    "RollBack",
    "RunJobs",
    "SendAgain",
    "SendOtherwise",
    "Shelve",
    "Stock",
    "TakeBack",
    "WriteOff",
    "ZeroOut",
];

impl Step {
    /// The name of its kind.
    pub(super) fn kind(&self) -> String {
        let text = format!("{self:?}");
        text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }
}

/// Half of what is picked happened just now: lives go on instead of beginning.
fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![2 => 0_usize..2, 1 => 0_usize..40].prop_map(Pick)
}

/// Mostly the one whose turn it is.
fn mostly(by: usize) -> impl Strategy<Value = usize> {
    prop_oneof![4 => Just(by), 1 => Just(1 - by)]
}

fn plan() -> impl Strategy<Value = Plan> {
    let limit = prop_oneof![2 => Just(None), 1 => (2_i32..6).prop_map(Some)];
    let threshold = prop_oneof![2 => Just(0_i64), 1 => 1_i64..80];
    (2_i64..12, 1_i64..25, 2_i32..12, limit, threshold).prop_map(
        |(days, price, offered, limit, threshold)| Plan { days, price, offered, limit, threshold },
    )
}

/// What there is to go on with: without it a life is a row of refusals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means {
    pub(super) points: bool,
    pub(super) stock: bool,
    pub(super) session: bool,
    pub(super) open: bool,
    pub(super) fulfilled: bool,
}

/// Anything that may happen, whatever it leads to; what is wanting sooner than the rest.
pub(super) fn any_step(means: Means) -> BoxedStrategy<Step> {
    let more = |there: bool, weight: u32| if there { 1 } else { weight };
    let less = |there: bool, weight: u32| if there { weight } else { 1 };
    let who = || 0_usize..2;
    let ready = means.points && means.stock && means.session;
    prop_oneof![
        more(means.points, 12) => (who(), 20_i64..120)
            .prop_map(|(who, points)| Step::Earn { who, points }),
        more(means.stock, 12) => (2_i32..7, good_days())
            .prop_map(|(pieces, good_days)| Step::Stock { pieces, good_days }),
        more(means.session, 12) => plan().prop_map(Step::OpenSession),
        less(ready, 10) => place(),
        less(means.open, 8) => of_open_ones(),
        less(means.fulfilled, 6) => of_ended_ones(),
        7 => of_points(),
        8 => of_stock(),
        5 => of_the_machine(),
    ]
    .boxed()
}

fn of_points() -> impl Strategy<Value = Step> {
    let who = || 0_usize..2;
    let points = || prop_oneof![20 => 1_i64..120, 1 => POINTS_MAX - 50..=POINTS_MAX];
    prop_oneof![
        1 => (who(), points()).prop_map(|(who, points)| Step::Open { who, points }),
        4 => (who(), points()).prop_map(|(who, points)| Step::Earn { who, points }),
        1 => pick().prop_map(|which| Step::EarnAgain { which }),
        1 => (who(), points()).prop_map(|(who, points)| Step::RollBack { who, points }),
        1 => who().prop_map(|who| Step::ExpirePoints { who }),
        1 => who().prop_map(|who| Step::ZeroOut { who }),
        1 => pick().prop_map(|which| Step::Restore { which }),
        2 => pick().prop_map(|which| Step::Reverse { which }),
        1 => pick().prop_map(|which| Step::ReverseByAnother { which }),
        1 => Just(Step::ReverseNothing),
    ]
}

/// Some is received on the last day it is good, some the day after, some does not spoil.
fn good_days() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![2 => Just(None), 1 => (-1_i64..3).prop_map(Some), 3 => (3_i64..25).prop_map(Some)]
}

fn of_stock() -> impl Strategy<Value = Step> {
    let by = || 0_usize..2;
    prop_oneof![
        2 => (1_i32..7, good_days())
            .prop_map(|(pieces, good_days)| Step::Receive { pieces, good_days }),
        4 => (pick(), by()).prop_map(|(lot, by)| Step::Accept { lot, by }),
        3 => (pick(), by()).prop_map(|(lot, by)| Step::Shelve { lot, by }),
        2 => (pick(), by(), 1_i32..4)
            .prop_map(|(lot, by, pieces)| Step::WriteOff { lot, by, pieces }),
        3 => (pick(), by(), 0_i32..8).prop_map(|(lot, by, pieces)| Step::Count { lot, by, pieces }),
        4 => (pick(), by()).prop_map(|(which, by)| Step::Confirm { which, by }),
        2 => (pick(), by()).prop_map(|(which, by)| Step::Reject { which, by }),
    ]
}

fn place() -> impl Strategy<Value = Step> {
    let pieces = prop_oneof![2 => Just(1), 1 => 2_i32..5];
    (0_usize..2, pieces, mostly(0)).prop_map(|(who, pieces, by)| Step::Place { who, pieces, by })
}

fn of_open_ones() -> impl Strategy<Value = Step> {
    let fulfil = (pick(), mostly(1), prop_oneof![6 => Just(true), 1 => Just(false)]);
    prop_oneof![
        2 => pick().prop_map(|which| Step::Ready { which }),
        5 => fulfil.prop_map(|(which, by, own_card)| Step::Fulfil { which, by, own_card }),
        2 => pick().prop_map(|which| Step::Cancel { which }),
    ]
}

fn of_ended_ones() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (pick(), mostly(0), any::<bool>())
            .prop_map(|(which, by, sound)| Step::TakeBack { which, by, sound }),
        2 => pick().prop_map(|which| Step::HoldAgain { which }),
        3 => (pick(), any::<bool>()).prop_map(|(which, commit)| Step::EndAgain { which, commit }),
        2 => pick().prop_map(|which| Step::GiveBackAgain { which }),
    ]
}

fn of_the_machine() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => pick().prop_map(|which| Step::SendAgain { which }),
        1 => pick().prop_map(|which| Step::SendOtherwise { which }),
        1 => pick().prop_map(|which| Step::CloseSession { which }),
        1 => Just(Step::RunJobs),
        1 => Just(Step::Restart),
        1 => prop_oneof![-4_i64..0, 1_i64..90].prop_map(|minutes| Step::MoveClock { minutes }),
        2 => (1_i64..6).prop_map(|days| Step::PassDays { days }),
    ]
}
