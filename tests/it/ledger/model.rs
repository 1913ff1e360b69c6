//! Random lives of two volunteers: the real write path on a real database against the
//! pure rules and plain maps. The same answers and the same balances after every step.

use std::collections::{HashMap, HashSet};

use api::ledger::domain::{AccountState, Command, LedgerRefusal, POINTS_MAX, Points, decide};
use api::ledger::expiry::Terms;
use api::ledger::{self, Posted, Source};
use api::platform::clock::local_day;
use api::platform::failure::Failure;
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use entity::ids::RedemptionId;
use entity::ledger_entry::{self, LedgerKind};
use entity::redemption::RedemptionState;
use harness::{TestApp, is_postgres};
use proptest::prelude::*;
use proptest::sample::Index;
use sea_orm::{EntityTrait, PaginatorTrait};
use uuid::Uuid;

use super::given::Bank;
use super::posting::run;

/// One thing that may happen. Indexes pick among what happened before.
#[derive(Clone, Debug)]
enum Step {
    Open { who: usize, points: i64 },
    Earn { who: usize, points: i64 },
    EarnAgain { which: Index },
    Hold { who: usize, points: i64 },
    HoldAgain { which: Index },
    Commit { which: Index },
    Release { which: Index },
    GiveBack { which: Index },
    Expire { who: usize },
    ZeroOut { who: usize },
    Restore { which: Index },
    Reverse { which: Index },
    ReverseByAnother { which: Index },
    ReverseNothing,
    RollBack { who: usize, points: i64 },
    MoveClock { minutes: i64 },
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || 0_usize..2;
    let points = || prop_oneof![12 => 1_i64..120, 1 => POINTS_MAX - 50..=POINTS_MAX];
    let which = any::<Index>;
    prop_oneof![
        1 => (who(), points()).prop_map(|(who, points)| Step::Open { who, points }),
        4 => (who(), points()).prop_map(|(who, points)| Step::Earn { who, points }),
        1 => which().prop_map(|which| Step::EarnAgain { which }),
        4 => (who(), points()).prop_map(|(who, points)| Step::Hold { who, points }),
        1 => which().prop_map(|which| Step::HoldAgain { which }),
        2 => which().prop_map(|which| Step::Commit { which }),
        2 => which().prop_map(|which| Step::Release { which }),
        1 => which().prop_map(|which| Step::GiveBack { which }),
        2 => who().prop_map(|who| Step::Expire { who }),
        1 => who().prop_map(|who| Step::ZeroOut { who }),
        1 => which().prop_map(|which| Step::Restore { which }),
        2 => which().prop_map(|which| Step::Reverse { which }),
        1 => which().prop_map(|which| Step::ReverseByAnother { which }),
        1 => Just(Step::ReverseNothing),
        1 => (who(), points()).prop_map(|(who, points)| Step::RollBack { who, points }),
        1 => (-90_i64..90).prop_map(|minutes| Step::MoveClock { minutes }),
        2 => (1_i64..20).prop_map(|days| Step::MoveClock { minutes: days * 24 * 60 }),
    ]
}

/// What a step answers: whether it was a repetition, or the refusal's code.
type Answer = Result<bool, &'static str>;

fn code_of(refusal: LedgerRefusal) -> &'static str {
    match refusal {
        LedgerRefusal::InsufficientPoints { .. } => "insufficient_points",
        LedgerRefusal::InsufficientHeld { .. } => "hold_ended",
        LedgerRefusal::AlreadyOpened => "ledger_already_opened",
        LedgerRefusal::AccountFull => "points_account_full",
        LedgerRefusal::PointsOutOfRange
        | LedgerRefusal::ImpossibleBalances
        | LedgerRefusal::Overflow => "internal",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Committed,
    Released,
}

/// The model: pure decisions and maps.
#[derive(Default)]
struct Model {
    accounts: [AccountState; 2],
    posted: HashMap<(u128, LedgerKind), (usize, i64)>,
    earnings: Vec<(u128, usize, i64)>,
    holds: Vec<(u128, usize, i64, End)>,
    zeroings: Vec<u128>,
    reversed: HashSet<u128>,
    entries: u64,
    last_id: u128,
    purses: [Purse; 2],
    now: DateTime<Utc>,
}

/// Points are good for a month.
const TERMS: Terms = Terms { months: 1, since: DateTime::UNIX_EPOCH };

/// The points of an account one heap after the other, the oldest first: when they were earned,
/// how long they are kept at least, how many there are.
#[derive(Default)]
struct Purse {
    heaps: Vec<(DateTime<Utc>, NaiveDate, i64)>,
    taken: HashMap<(u128, LedgerKind), Vec<(usize, i64)>>,
    last: DateTime<Utc>,
}

impl Purse {
    fn take(&mut self, mut points: i64) -> Vec<(usize, i64)> {
        let mut parts = vec![];
        for (place, heap) in self.heaps.iter_mut().enumerate() {
            let part = heap.2.min(points);
            heap.2 -= part;
            points -= part;
            parts.push((place, part));
        }
        assert_eq!(points, 0, "the heaps are less than the account");
        parts
    }

    /// Does with the heaps what an entry does with the account.
    fn follow(&mut self, source: u128, kind: LedgerKind, change: i64) {
        match kind {
            LedgerKind::Opening | LedgerKind::Earn => {
                self.heaps.push((self.last, NaiveDate::MIN, change));
            }
            LedgerKind::Return | LedgerKind::Restore => {
                let undone = if kind == LedgerKind::Return {
                    LedgerKind::Commit
                } else {
                    LedgerKind::ZeroOut
                };
                for (place, part) in self.taken.remove(&(source, undone)).expect("what was taken") {
                    self.heaps[place].2 += part;
                    if part > 0 {
                        self.heaps[place].1 = local_day(self.last + TimeDelta::days(30));
                    }
                }
            }
            _ => {
                let parts = self.take(-change);
                self.taken.insert((source, kind), parts);
            }
        }
    }

    /// What is over its time, the held points left out, heap by heap.
    fn due(&self, held: i64, today: NaiveDate) -> Vec<(usize, i64)> {
        let mut held = held;
        let mut due = vec![];
        for (place, (earned, kept, points)) in self.heaps.iter().enumerate() {
            let covered = held.min(*points);
            held -= covered;
            let last = local_day(*earned).checked_add_months(Months::new(1)).unwrap().max(*kept);
            if last < today && *points > covered {
                due.push((place, points - covered));
            }
        }
        due
    }
}

impl Model {
    fn expire(&mut self, who: usize) -> i64 {
        let due = self.purses[who].due(self.accounts[who].held(), local_day(self.now));
        for (place, points) in &due {
            let command = Command::Expire(Points::new(*points).unwrap());
            self.accounts[who] = *decide(&self.accounts[who], &command).unwrap().after();
            self.purses[who].heaps[*place].2 -= points;
            self.purses[who].last = self.purses[who].last.max(self.now);
            self.entries += 1;
        }
        due.iter().map(|(_, points)| points).sum()
    }

    fn new_id(&mut self) -> u128 {
        self.last_id += 1;
        self.last_id
    }

    fn post(&mut self, who: usize, command: Command, source: u128) -> Answer {
        let key = (source, command.kind());
        if self.posted.contains_key(&key) {
            return Ok(true);
        }
        let decided = decide(&self.accounts[who], &command).map_err(code_of)?;
        self.accounts[who] = *decided.after();
        for posting in decided.postings() {
            let points = posting.deltas.points(posting.kind).expect("a sound posting");
            self.posted.insert((source, posting.kind), (who, points));
            self.entries += 1;
            let purse = &mut self.purses[who];
            purse.last = purse.last.max(self.now);
            let change = posting.deltas.available + posting.deltas.held;
            if change != 0 {
                purse.follow(source, posting.kind, change);
            }
        }
        Ok(false)
    }

    fn end(&mut self, at: usize, end: End) -> Answer {
        let (id, who, points, state) = self.holds[at];
        if state != End::Open && state != end {
            return Err("hold_ended");
        }
        let points = Points::new(points).unwrap();
        let command =
            if end == End::Committed { Command::Commit(points) } else { Command::Release(points) };
        let answer = self.post(who, command, id);
        self.holds[at].3 = end;
        answer
    }

    fn undo(
        &mut self,
        (of, kind): (u128, LedgerKind),
        command: fn(Points) -> Command,
        by: u128,
    ) -> Answer {
        let (who, points) = *self.posted.get(&(of, kind)).ok_or("not_found")?;
        let command = command(Points::new(points).unwrap());
        let done = self.posted.contains_key(&(by, command.kind()));
        if kind == LedgerKind::Earn && !done && !self.reversed.insert(of) {
            return Err("already_reversed");
        }
        self.post(who, command, by)
    }
}

/// The model beside the real thing.
struct World {
    app: TestApp,
    bank: Bank,
    model: Model,
}

fn source(id: u128) -> Source<'static> {
    Source { kind: "test", id: Uuid::from_u128(id) }
}

fn redemption(id: u128) -> RedemptionId {
    Uuid::from_u128(id).into()
}

fn answer(result: Result<Posted, Failure>) -> Answer {
    match result {
        Ok(posted) => Ok(posted.replayed),
        Err(failure) => Err(failure.refusal().map_or("internal", |refusal| refusal.code.name)),
    }
}

impl World {
    /// Takes a step on both sides; none when there is nothing it could be about.
    async fn step(&mut self, step: &Step) -> Option<(Answer, Answer)> {
        let Self { app, bank, model } = self;
        model.now = app.clock.now();
        let (site, people) = (bank.site, &bank.volunteers);
        let points = |points: i64| Points::new(points).unwrap();
        Some(match step {
            Step::Open { who, points: p } => {
                let id = model.new_id();
                let real = run(app, async |tx| {
                    ledger::open(tx, people[*who], site, *p, source(id), "结转").await
                });
                (model.post(*who, Command::Opening(points(*p)), id), answer(real.await))
            }
            Step::Earn { who, points: p } => {
                let id = model.new_id();
                let expected = model.post(*who, Command::Earn(points(*p)), id);
                if expected.is_ok() {
                    model.earnings.push((id, *who, *p));
                }
                let real = run(app, async |tx| {
                    ledger::earn(tx, people[*who], site, *p, source(id), "宣讲").await
                });
                (expected, answer(real.await))
            }
            Step::EarnAgain { which } => {
                let (id, who, p) = *pick(&model.earnings, which)?;
                let real = run(app, async |tx| {
                    ledger::earn(tx, people[who], site, p, source(id), "宣讲").await
                });
                (model.post(who, Command::Earn(points(p)), id), answer(real.await))
            }
            Step::Hold { who, points: p } => {
                let id = model.new_id();
                let expected = model.post(*who, Command::Hold(points(*p)), id);
                if expected.is_ok() {
                    model.holds.push((id, *who, *p, End::Open));
                }
                let real =
                    run(app, async |tx| bank.place(tx, redemption(id), people[*who], *p).await);
                (expected, answer(real.await))
            }
            Step::HoldAgain { which } => {
                let (id, who, p, _) = *pick(&model.holds, which)?;
                let real =
                    run(app, async |tx| bank.place(tx, redemption(id), people[who], p).await);
                (model.post(who, Command::Hold(points(p)), id), answer(real.await))
            }
            Step::Commit { .. } | Step::Release { .. } | Step::GiveBack { .. } => {
                return self.finish(step).await;
            }
            Step::Expire { who } => {
                let expected = model.expire(*who);
                let her = people[*who];
                let real = run(app, async |tx| ledger::expire_due(tx, her, TERMS).await).await;
                assert_eq!(real.unwrap(), expected, "what expires");
                return None;
            }
            Step::ZeroOut { who } => {
                let id = model.new_id();
                model.zeroings.push(id);
                let real = run(app, async |tx| {
                    ledger::zero_out(tx, people[*who], source(id), "清零").await
                });
                (model.post(*who, Command::ZeroOut, id), answer(real.await))
            }
            Step::Restore { which } => {
                let id = *pick(&model.zeroings, which)?;
                let expected = model.undo((id, LedgerKind::ZeroOut), Command::Restore, id);
                let real = run(app, async |tx| ledger::restore(tx, source(id), "撤销").await);
                (expected, answer(real.await))
            }
            Step::Reverse { which } | Step::ReverseByAnother { which } => {
                let (id, ..) = *pick(&model.earnings, which)?;
                let another = matches!(step, Step::ReverseByAnother { .. });
                let by = if another { model.new_id() } else { id + (1 << 64) };
                let expected = model.undo((id, LedgerKind::Earn), Command::Reverse, by);
                let real = run(app, async |tx| {
                    ledger::reverse(tx, source(id), source(by), "认定有误").await
                });
                (expected, answer(real.await))
            }
            Step::ReverseNothing => {
                let real = run(app, async |tx| {
                    ledger::reverse(tx, source(1 << 90), source(1 << 91), "认定有误").await
                });
                (Err("not_found"), answer(real.await))
            }
            Step::RollBack { who, points: p } => {
                let id = source(model.new_id());
                let real = run(app, async |tx| {
                    ledger::earn(tx, people[*who], site, *p, id, "宣讲").await?;
                    Err::<Posted, _>(Failure::field("/points", "不行"))
                });
                let full = decide(&model.accounts[*who], &Command::Earn(points(*p))).is_err();
                let expected = if full { "points_account_full" } else { "invalid_value" };
                (Err(expected), answer(real.await))
            }
            Step::MoveClock { minutes } => {
                app.advance(TimeDelta::minutes(*minutes));
                return None;
            }
        })
    }

    async fn finish(&mut self, step: &Step) -> Option<(Answer, Answer)> {
        let Self { app, bank, model } = self;
        model.now = app.clock.now();
        let (Step::Commit { which } | Step::Release { which } | Step::GiveBack { which }) = step
        else {
            return None;
        };
        pick(&model.holds, which)?;
        let at = which.index(model.holds.len());
        let (id, who, ..) = model.holds[at];
        let (expected, state) = match step {
            Step::Commit { .. } => (model.end(at, End::Committed), RedemptionState::Fulfilled),
            Step::Release { .. } => (model.end(at, End::Released), RedemptionState::Cancelled),
            _ => {
                let undone = model.undo((id, LedgerKind::Commit), Command::Return, id);
                (undone, RedemptionState::Returned)
            }
        };
        let her = bank.volunteers[who];
        let real = run(app, async |tx| bank.finish(tx, redemption(id), her, state).await).await;
        Some((expected, answer(real)))
    }

    async fn compare(&self) {
        for (volunteer, expected) in self.bank.volunteers.iter().zip(self.model.accounts) {
            let real = ledger::balances(&self.app.db, *volunteer).await.unwrap();
            assert_eq!(real.available, expected.available());
            assert_eq!(real.held, expected.held());
            assert_eq!(real.recovery_due, expected.recovery_due());
            assert_eq!(real.last_seq, expected.last_seq());
        }
    }
}

fn pick<'a, T>(from: &'a [T], which: &Index) -> Option<&'a T> {
    if from.is_empty() { None } else { Some(which.get(from)) }
}

async fn live(steps: &[Step]) {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 2, 0).await;
    let mut world = World { app, bank, model: Model::default() };
    for step in steps {
        if let Some((expected, real)) = world.step(step).await {
            assert_eq!(real, expected, "{step:?}");
        }
        world.compare().await;
    }
    let written = ledger_entry::Entity::find().count(&world.app.db).await.unwrap();
    assert_eq!(written, world.model.entries);
    world.app.run_jobs().await;
    world.app.assert_sound().await;
    world.app.stop().await;
}

#[test]
fn any_life_ends_as_the_rules_say() {
    let cases = if is_postgres() { 12 } else { 40 };
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in prop::collection::vec(any_step(), 20..90))| {
        actix_web::rt::System::new().block_on(live(&steps));
    });
}
