//! The memory model: what every step does and answers, without a database.

use api::ledger::domain::{Command, Points};
use api::platform::clock::local_day;
use chrono::{DateTime, TimeDelta, Utc};
use entity::redemption::RedemptionState;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::points::Accounts;
use super::shop::{Change, Redemption, Shop, refuse_if};
use super::step::{Means, Pick, Step, any_step};

/// What a step answers: whether it was a repetition, or the refusal's code.
pub(super) type Answer = Result<bool, String>;

pub(super) fn refuse(code: &str) -> Answer {
    Err(code.to_owned())
}

/// Sources that are redemptions begin here.
pub(super) const REDEMPTION: u128 = 1 << 100;
/// By this much the source of a reversal is above that of its earning.
pub(super) const REVERSAL: u128 = 1 << 64;
/// How long answers are kept for who sends a request again.
const KEPT: TimeDelta = TimeDelta::hours(72);
/// Goods come back within so many days.
const RETURN_WINDOW: TimeDelta = TimeDelta::days(7);
/// Time between two steps. No sum of minutes is a sum of these: nothing happens at the very
/// instant at which something ends.
const PAUSE: TimeDelta = TimeDelta::milliseconds(1001);

/// So far the clock may be behind where it was: by more, limits of tries would count again.
const BACK: TimeDelta = TimeDelta::minutes(4);

/// Two volunteers, a station, and whatever became of them.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// The instant of the last step.
    pub(super) now: DateTime<Utc>,
    latest: DateTime<Utc>,
    /// What the last step answered.
    pub(super) answer: Answer,
    /// The number of the last step, for sources that are new.
    pub(super) number: u128,
    pub(super) accounts: Accounts,
    pub(super) shop: Shop,
    /// When a request was answered that may be sent again; none once that is forgotten.
    sent: Vec<Option<DateTime<Utc>>>,
}

impl Default for Reference {
    fn default() -> Self {
        let now = "2026-11-02T01:00:00Z".parse().unwrap();
        Self {
            now,
            latest: now,
            answer: Ok(false),
            number: 0,
            accounts: Accounts::default(),
            shop: Shop::default(),
            sent: vec![],
        }
    }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        let (rows, now) = (&state.shop.redemptions, state.now);
        any_step(Means {
            points: state.accounts.states.iter().all(|her| her.available() >= 25),
            stock: state.shop.free(local_day(now)) > 1,
            session: state.shop.is_open(now),
            open: rows.iter().any(Redemption::is_open),
            fulfilled: rows.iter().any(|row| row.state == RedemptionState::Fulfilled),
        })
    }

    /// There is something it could be about. Whether it may be is what the test asks.
    fn preconditions(state: &Self, step: &Step) -> bool {
        let Self { accounts, shop, .. } = state;
        match step {
            Step::EarnAgain { .. } | Step::Reverse { .. } | Step::ReverseByAnother { .. } => {
                !accounts.earnings.is_empty()
            }
            Step::Restore { .. } => !accounts.zeroings.is_empty(),
            Step::Accept { .. } | Step::Shelve { .. } | Step::WriteOff { .. } => {
                !shop.lots.is_empty()
            }
            Step::Count { .. } => !shop.lots.is_empty(),
            Step::Confirm { .. } | Step::Reject { .. } => shop.adjustments() > 0,
            Step::Place { .. } | Step::CloseSession { .. } => !shop.sessions.is_empty(),
            Step::Ready { .. }
            | Step::Fulfil { .. }
            | Step::Cancel { .. }
            | Step::TakeBack { .. }
            | Step::HoldAgain { .. } => !shop.redemptions.is_empty(),
            // Below the redemption's rules a first time would leave its row behind.
            Step::EndAgain { which, .. } => {
                !shop.redemptions.is_empty()
                    && !shop.redemptions[which.of(shop.redemptions.len())].is_open()
            }
            Step::GiveBackAgain { which } => {
                !shop.redemptions.is_empty()
                    && shop.redemptions[which.of(shop.redemptions.len())].state
                        != RedemptionState::Fulfilled
            }
            Step::MoveClock { minutes } => {
                state.now + TimeDelta::minutes(*minutes) > state.latest - BACK
            }
            Step::SendAgain { .. } | Step::SendOtherwise { .. } => !state.remembered().is_empty(),
            _ => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.pass_time(step);
        let mut next = state.clone();
        let answer = next.take(*step);
        // A refusal leaves nothing.
        let mut after = if answer.is_ok() { next } else { state };
        after.answer = answer;
        after
    }
}

impl Reference {
    fn pass_time(&mut self, step: &Step) {
        self.number += 1;
        self.now += PAUSE;
        match step {
            Step::MoveClock { minutes } => self.now += TimeDelta::minutes(*minutes),
            Step::PassDays { days } => self.now += TimeDelta::days(*days),
            // A machine that starts asks what time it is: ids go on increasing.
            Step::Restart => self.now = self.now.max(self.latest + PAUSE),
            _ => {}
        }
        self.latest = self.latest.max(self.now);
    }

    /// Which requests may be sent again.
    pub(super) fn remembered(&self) -> Vec<usize> {
        (0..self.sent.len()).filter(|at| self.sent[*at].is_some()).collect()
    }

    /// A request that succeeded is remembered.
    fn remember(&mut self, answer: Answer) -> Answer {
        let answer = answer?;
        self.sent.push(Some(self.now));
        Ok(answer)
    }

    fn take(&mut self, step: Step) -> Answer {
        match step {
            Step::Receive { .. }
            | Step::Accept { .. }
            | Step::Shelve { .. }
            | Step::WriteOff { .. }
            | Step::Count { .. }
            | Step::Confirm { .. }
            | Step::Reject { .. }
            | Step::CloseSession { .. } => {
                let answer = self.keep_stock(step);
                self.remember(answer)
            }
            Step::Place { .. }
            | Step::Ready { .. }
            | Step::Fulfil { .. }
            | Step::Cancel { .. }
            | Step::TakeBack { .. } => {
                let answer = self.serve(step);
                self.remember(answer)
            }
            Step::Stock { pieces, good_days } => self.stock(pieces, good_days),
            Step::OpenSession(plan) => self.shop.open_session(plan, self.now),
            Step::HoldAgain { which } => {
                let row = &self.shop.redemptions[which.of(self.shop.redemptions.len())];
                self.accounts.expire(row.who, self.now);
                Ok(true)
            }
            Step::SendAgain { .. } => Ok(true),
            Step::SendOtherwise { .. } => refuse("idempotency_key_reused"),
            Step::EndAgain { which, commit } => {
                let row = &self.shop.redemptions[which.of(self.shop.redemptions.len())];
                let committed = row.fulfilled.is_some();
                if committed == commit { Ok(true) } else { refuse("hold_ended") }
            }
            Step::GiveBackAgain { which } => {
                let row = &self.shop.redemptions[which.of(self.shop.redemptions.len())];
                let back = row.state == RedemptionState::Returned;
                if back { Ok(true) } else { refuse("not_found") }
            }
            Step::RunJobs => self.run_jobs(),
            Step::Restart | Step::MoveClock { .. } | Step::PassDays { .. } => Ok(false),
            points => self.keep_points(points),
        }
    }

    fn keep_points(&mut self, step: Step) -> Answer {
        let (id, now, accounts) = (self.number, self.now, &mut self.accounts);
        let points = |points: i64| Points::new(points).unwrap();
        match step {
            Step::Open { who, points: p } => {
                accounts.post(who, Command::Opening(points(p)), id, now)
            }
            Step::Earn { who, points: p } => {
                accounts.earnings.push((id, who, p));
                accounts.post(who, Command::Earn(points(p)), id, now)
            }
            Step::EarnAgain { which } => {
                let (id, who, p) = accounts.earnings[which.of(accounts.earnings.len())];
                accounts.post(who, Command::Earn(points(p)), id, now)
            }
            Step::RollBack { who, points: p } => {
                accounts.post(who, Command::Earn(points(p)), id, now)?;
                refuse("invalid_value")
            }
            Step::ExpirePoints { who } => {
                accounts.expire(who, now);
                Ok(false)
            }
            Step::ZeroOut { who } => {
                accounts.zeroings.push(id);
                accounts.post(who, Command::ZeroOut, id, now)
            }
            Step::Restore { which } => {
                let id = accounts.zeroings[which.of(accounts.zeroings.len())];
                accounts.restore(id, now)
            }
            Step::Reverse { which } => {
                let (of, ..) = accounts.earnings[which.of(accounts.earnings.len())];
                accounts.reverse(of, of + REVERSAL, now)
            }
            Step::ReverseByAnother { which } => {
                let (of, ..) = accounts.earnings[which.of(accounts.earnings.len())];
                accounts.reverse(of, id, now)
            }
            Step::ReverseNothing => refuse("not_found"),
            other => unreachable!("{other:?} is not about points"),
        }
    }

    fn keep_stock(&mut self, step: Step) -> Answer {
        let (today, shop) = (local_day(self.now), &mut self.shop);
        let at = |lot: Pick, shop: &Shop| lot.of(shop.lots.len());
        match step {
            Step::Receive { pieces, good_days } => {
                let last = good_days.map(|days| today + TimeDelta::days(days));
                shop.receive(pieces, last, today)
            }
            Step::Accept { lot, by } => shop.accept(at(lot, shop), by),
            Step::Shelve { lot, .. } => shop.shelve(at(lot, shop), today),
            Step::WriteOff { lot, by, pieces } => {
                shop.propose(at(lot, shop), by, Change::WriteOff(pieces))
            }
            Step::Count { lot, by, pieces } => {
                shop.propose(at(lot, shop), by, Change::Count(pieces))
            }
            Step::Confirm { which, by } => shop.settle(which.of(shop.adjustments()), by, true),
            Step::Reject { which, by } => shop.settle(which.of(shop.adjustments()), by, false),
            Step::CloseSession { which } => shop.close_session(which.of(shop.sessions.len())),
            other => unreachable!("{other:?} is not about stock"),
        }
    }

    /// Received, signed by both and shelved: four requests, of which the first may be refused.
    fn stock(&mut self, pieces: i32, good_days: Option<i64>) -> Answer {
        let lot = Pick::NEWEST;
        for step in [
            Step::Receive { pieces, good_days },
            Step::Accept { lot, by: 0 },
            Step::Accept { lot, by: 1 },
            Step::Shelve { lot, by: 0 },
        ] {
            let answer = self.keep_stock(step);
            self.remember(answer)?;
        }
        Ok(false)
    }

    fn serve(&mut self, step: Step) -> Answer {
        if let Step::Place { who, pieces, by } = step {
            return self.place(who, pieces, by);
        }
        let (Step::Ready { which }
        | Step::Fulfil { which, .. }
        | Step::Cancel { which }
        | Step::TakeBack { which, .. }) = step
        else {
            unreachable!("{step:?} is not about a redemption")
        };
        let at = which.of(self.shop.redemptions.len());
        let row = self.shop.redemptions[at].clone();
        match step {
            Step::Ready { .. } => {
                refuse_if(row.state != RedemptionState::Created, "wrong_state")?;
                self.shop.redemptions[at].state = RedemptionState::Ready;
            }
            Step::Fulfil { by, own_card, .. } => {
                refuse_if(row.by == by, "must_recuse")?;
                refuse_if(!row.is_open(), "wrong_state")?;
                refuse_if(self.now >= row.expires_at, "redemption_expired")?;
                refuse_if(!own_card, "pickup_proof_wrong")?;
                self.post_for(at, Command::Commit)?;
                self.shop.issue(at, by, self.now)?;
            }
            Step::Cancel { .. } => {
                refuse_if(!row.is_open(), "wrong_state")?;
                self.give_up(at, RedemptionState::Cancelled)?;
            }
            Step::TakeBack { by, sound, .. } => {
                refuse_if(row.state != RedemptionState::Fulfilled, "wrong_state")?;
                let (when, handed_out_by) = row.fulfilled.expect("was handed over");
                refuse_if(handed_out_by == by, "must_recuse")?;
                refuse_if(self.now > when + RETURN_WINDOW, "return_window_closed")?;
                self.post_for(at, Command::Return)?;
                self.shop.take_back(at, sound, local_day(self.now))?;
            }
            other => unreachable!("{other:?} is not about one redemption"),
        }
        Ok(false)
    }

    fn place(&mut self, who: usize, pieces: i32, by: usize) -> Answer {
        self.shop.take(who, pieces, self.now)?;
        let session = self.shop.sessions.last().expect("a session");
        let points = Points::new(session.price() * i64::from(pieces)).unwrap();
        let id = REDEMPTION + self.shop.redemptions.len() as u128;
        // Nobody buys with what is over its time.
        self.accounts.expire(who, self.now);
        self.accounts.post(who, Command::Hold(points), id, self.now)?;
        let has = self.accounts.states[who];
        refuse_if(has.available() + has.held() < session.threshold(), "below_threshold")?;
        self.shop.reserve((who, by), pieces, self.now)?;
        Ok(false)
    }

    /// Posts what becomes of a redemption's points.
    fn post_for(&mut self, at: usize, command: fn(Points) -> Command) -> Answer {
        let row = &self.shop.redemptions[at];
        let (id, command) = (REDEMPTION + at as u128, command(Points::new(row.points).unwrap()));
        self.accounts.post(row.who, command, id, self.now)
    }

    fn give_up(&mut self, at: usize, state: RedemptionState) -> Answer {
        self.post_for(at, Command::Release)?;
        self.shop.give_up(at, state);
        Ok(false)
    }

    /// What nobody fetched goes back; points end; answers are forgotten.
    fn run_jobs(&mut self) -> Answer {
        for at in 0..self.shop.redemptions.len() {
            let row = &self.shop.redemptions[at];
            if row.is_open() && row.expires_at <= self.now {
                self.give_up(at, RedemptionState::Expired)?;
            }
        }
        for who in 0..2 {
            self.accounts.expire(who, self.now);
        }
        for sent in &mut self.sent {
            *sent = sent.filter(|at| *at + KEPT >= self.now);
        }
        Ok(false)
    }
}
