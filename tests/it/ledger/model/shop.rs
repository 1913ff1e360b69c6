//! What the model knows of goods: lots, the sessions that offer them, who took what.

use api::platform::clock::local_day;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::redemption::RedemptionState;
use entity::stock_lot::StockLotState;

use super::reference::Answer;
use super::step::Plan;

/// Answers what a rule refuses, else nothing.
type Rule = Result<(), String>;

/// Refuses when so.
pub(super) fn refuse_if(so: bool, code: &str) -> Rule {
    if so { Err(code.to_owned()) } else { Ok(()) }
}

#[derive(Clone, Debug)]
pub(super) struct Lot {
    pub(super) state: StockLotState,
    pub(super) expires_on: Option<NaiveDate>,
    pub(super) received: i32,
    pub(super) on_hand: i32,
    pub(super) reserved: i32,
    pub(super) issued: i32,
    pub(super) written_off: i32,
    pub(super) surplus: i32,
    signed_by: Option<usize>,
    is_adjusted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    WriteOff(i32),
    Count(i32),
}

#[derive(Clone, Debug)]
struct Adjustment {
    lot: usize,
    change: Change,
    seen: i32,
    by: usize,
    /// Whether it was confirmed, and by whom.
    decided: Option<(bool, usize)>,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    plan: Plan,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    is_closed: bool,
    pub(super) taken: i32,
    persons: [i32; 2],
}

#[derive(Clone, Debug)]
pub(super) struct Redemption {
    pub(super) state: RedemptionState,
    pub(super) who: usize,
    pub(super) points: i64,
    pub(super) by: usize,
    pub(super) pieces: i32,
    pub(super) expires_at: DateTime<Utc>,
    /// When, and by whom.
    pub(super) fulfilled: Option<(DateTime<Utc>, usize)>,
    session: usize,
    parts: Vec<(usize, i32)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Shop {
    pub(super) lots: Vec<Lot>,
    adjustments: Vec<Adjustment>,
    pub(super) sessions: Vec<Session>,
    pub(super) redemptions: Vec<Redemption>,
}

impl Lot {
    fn is_expired(&self, today: NaiveDate) -> bool {
        self.expires_on.is_some_and(|last| last < today)
    }

    fn free(&self) -> i32 {
        self.on_hand - self.reserved
    }

    /// What a write-off or a count comes to: what is lost, what was found.
    fn check(&self, change: Change) -> Result<(i32, i32), String> {
        use StockLotState as S;
        let counted = matches!(change, Change::Count(_));
        let allowed = match self.state {
            S::Accepted | S::OnShelf => true,
            S::Quarantine => !counted,
            S::Exhausted | S::WrittenOff => false,
        };
        refuse_if(!allowed, "wrong_state")?;
        match change {
            Change::WriteOff(pieces) => {
                refuse_if(pieces > self.free(), "out_of_stock")?;
                Ok((pieces, 0))
            }
            Change::Count(pieces) => {
                refuse_if(pieces < self.reserved, "out_of_stock")?;
                refuse_if(pieces == self.on_hand, "invalid_value")?;
                Ok(((self.on_hand - pieces).max(0), (pieces - self.on_hand).max(0)))
            }
        }
    }
}

impl Session {
    pub(super) fn price(&self) -> i64 {
        self.plan.price
    }

    pub(super) fn threshold(&self) -> i64 {
        self.plan.threshold
    }
}

impl Redemption {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, RedemptionState::Created | RedemptionState::Ready)
    }
}

impl Shop {
    /// Pieces that may be kept back.
    pub(super) fn free(&self, today: NaiveDate) -> i32 {
        let usable = |lot: &&Lot| lot.state == StockLotState::OnShelf && !lot.is_expired(today);
        self.lots.iter().filter(usable).map(Lot::free).sum()
    }

    /// Whether the newest session has something to offer.
    pub(super) fn is_open(&self, now: DateTime<Utc>) -> bool {
        let open = |it: &Session| !it.is_closed && now < it.ends_at && it.taken < it.plan.offered;
        self.sessions.last().is_some_and(open)
    }

    pub(super) fn adjustments(&self) -> usize {
        self.adjustments.len()
    }

    pub(super) fn receive(
        &mut self,
        pieces: i32,
        last: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Answer {
        refuse_if(last.is_some_and(|last| last < today), "invalid_value")?;
        self.lots.push(Lot {
            state: StockLotState::Quarantine,
            expires_on: last,
            received: pieces,
            on_hand: pieces,
            reserved: 0,
            issued: 0,
            written_off: 0,
            surplus: 0,
            signed_by: None,
            is_adjusted: false,
        });
        Ok(false)
    }

    pub(super) fn accept(&mut self, lot: usize, by: usize) -> Answer {
        let lot = &mut self.lots[lot];
        refuse_if(lot.state != StockLotState::Quarantine, "wrong_state")?;
        refuse_if(lot.signed_by == Some(by), "second_signer_required")?;
        if lot.signed_by.replace(by).is_some() {
            lot.state = StockLotState::Accepted;
        }
        Ok(false)
    }

    pub(super) fn shelve(&mut self, lot: usize, today: NaiveDate) -> Answer {
        let lot = &mut self.lots[lot];
        refuse_if(lot.state != StockLotState::Accepted, "wrong_state")?;
        refuse_if(lot.is_expired(today), "stock_expired")?;
        lot.state = StockLotState::OnShelf;
        Ok(false)
    }

    pub(super) fn propose(&mut self, at: usize, by: usize, change: Change) -> Answer {
        let lot = &mut self.lots[at];
        lot.check(change)?;
        refuse_if(lot.is_adjusted, "adjustment_pending")?;
        lot.is_adjusted = true;
        let seen = lot.on_hand;
        self.adjustments.push(Adjustment { lot: at, change, seen, by, decided: None });
        Ok(false)
    }

    pub(super) fn settle(&mut self, which: usize, by: usize, confirm: bool) -> Answer {
        let row = &mut self.adjustments[which];
        if row.decided == Some((confirm, by)) {
            return Ok(false);
        }
        refuse_if(row.decided.is_some(), "wrong_state")?;
        refuse_if(row.by == by, "second_signer_required")?;
        let lot = &mut self.lots[row.lot];
        if confirm {
            let moved = matches!(row.change, Change::Count(_)) && row.seen != lot.on_hand;
            refuse_if(moved, "stock_moved")?;
            let (lost, found) = lot.check(row.change)?;
            lot.on_hand += found - lost;
            lot.written_off += lost;
            lot.surplus += found;
            if lot.on_hand == 0 {
                lot.state = StockLotState::WrittenOff;
            }
        }
        row.decided = Some((confirm, by));
        lot.is_adjusted = false;
        Ok(false)
    }

    pub(super) fn open_session(&mut self, plan: Plan, now: DateTime<Utc>) -> Answer {
        self.sessions.push(Session {
            plan,
            starts_at: plan.starts_at(now),
            ends_at: plan.ends_at(now),
            is_closed: false,
            taken: 0,
            persons: [0; 2],
        });
        Ok(false)
    }

    pub(super) fn close_session(&mut self, which: usize) -> Answer {
        let was = std::mem::replace(&mut self.sessions[which].is_closed, true);
        refuse_if(was, "wrong_state").map(|()| false)
    }

    /// Takes from the newest session's offer.
    pub(super) fn take(&mut self, who: usize, pieces: i32, now: DateTime<Utc>) -> Rule {
        let session = self.sessions.last_mut().expect("a session");
        let in_time = now >= session.starts_at && now < session.ends_at;
        refuse_if(session.is_closed || !in_time, "session_not_open")?;
        session.taken += pieces;
        refuse_if(session.taken > session.plan.offered, "out_of_stock")?;
        session.persons[who] += pieces;
        let over = session.plan.limit.is_some_and(|limit| session.persons[who] > limit);
        refuse_if(over, "limit_reached")
    }

    /// Puts a placed redemption on the list and keeps its pieces back.
    pub(super) fn reserve(
        &mut self,
        (who, by): (usize, usize),
        pieces: i32,
        now: DateTime<Utc>,
    ) -> Rule {
        let parts = self.keep_back(pieces, local_day(now))?;
        let session = self.sessions.last().expect("a session");
        self.redemptions.push(Redemption {
            state: RedemptionState::Created,
            who,
            points: session.plan.price * i64::from(pieces),
            by,
            pieces,
            expires_at: (now + TimeDelta::hours(72))
                .min(session.plan.pickup_until(session.ends_at)),
            fulfilled: None,
            session: self.sessions.len() - 1,
            parts,
        });
        Ok(())
    }

    /// What expires first goes first; of equals, what was received first.
    fn keep_back(&mut self, pieces: i32, today: NaiveDate) -> Result<Vec<(usize, i32)>, String> {
        let usable = |lot: &Lot| lot.state == StockLotState::OnShelf && !lot.is_expired(today);
        let mut order: Vec<_> = (0..self.lots.len()).filter(|at| usable(&self.lots[*at])).collect();
        order.sort_by_key(|at| (self.lots[*at].expires_on.unwrap_or(NaiveDate::MAX), *at));
        let (mut missing, mut parts) = (pieces, vec![]);
        for at in order {
            let part = self.lots[at].free().min(missing);
            if part > 0 {
                self.lots[at].reserved += part;
                missing -= part;
                parts.push((at, part));
            }
        }
        refuse_if(missing > 0, "out_of_stock")?;
        parts.sort_unstable();
        Ok(parts)
    }

    fn let_go(&mut self, which: usize) {
        for (lot, part) in std::mem::take(&mut self.redemptions[which].parts) {
            self.lots[lot].reserved -= part;
        }
    }

    /// Hands over; in place of what expired since, fresh pieces.
    pub(super) fn issue(&mut self, which: usize, by: usize, now: DateTime<Utc>) -> Rule {
        let today = local_day(now);
        let row = &self.redemptions[which];
        if row.parts.iter().any(|(lot, _)| self.lots[*lot].is_expired(today)) {
            let pieces = row.pieces;
            self.let_go(which);
            self.redemptions[which].parts = self.keep_back(pieces, today)?;
        }
        let row = &mut self.redemptions[which];
        for (lot, part) in &row.parts {
            let lot = &mut self.lots[*lot];
            lot.on_hand -= part;
            lot.reserved -= part;
            lot.issued += part;
            if lot.on_hand == 0 {
                lot.state = StockLotState::Exhausted;
            }
        }
        row.state = RedemptionState::Fulfilled;
        row.fulfilled = Some((now, by));
        Ok(())
    }

    /// Cancels or expires.
    pub(super) fn give_up(&mut self, which: usize, state: RedemptionState) {
        self.let_go(which);
        self.end(which, state);
    }

    /// Sound pieces go on the shelf again, others are written off.
    pub(super) fn take_back(&mut self, which: usize, sound: bool, today: NaiveDate) -> Rule {
        for (lot, part) in std::mem::take(&mut self.redemptions[which].parts) {
            let lot = &mut self.lots[lot];
            lot.issued -= part;
            if sound {
                refuse_if(lot.is_expired(today), "stock_expired")?;
                let fits = matches!(lot.state, StockLotState::OnShelf | StockLotState::Exhausted);
                refuse_if(!fits, "wrong_state")?;
                lot.on_hand += part;
                lot.state = StockLotState::OnShelf;
            } else {
                lot.written_off += part;
            }
        }
        self.end(which, RedemptionState::Returned);
        Ok(())
    }

    /// What one took of a session is free for others.
    fn end(&mut self, which: usize, state: RedemptionState) {
        let row = &mut self.redemptions[which];
        row.state = state;
        let session = &mut self.sessions[row.session];
        session.taken -= row.pieces;
        session.persons[row.who] -= row.pieces;
    }
}

impl Plan {
    pub(super) fn starts_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::minutes(1)
    }

    pub(super) fn ends_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::days(self.days)
    }

    pub(super) fn pickup_until(self, ends_at: DateTime<Utc>) -> DateTime<Utc> {
        ends_at + TimeDelta::hours(12)
    }
}
