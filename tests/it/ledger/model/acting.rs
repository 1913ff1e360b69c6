//! How the world takes each step.

use api::ledger::expiry::Terms;
use api::ledger::{self, Posted};
use api::platform::clock::local_day;
use api::platform::failure::Failure;
use chrono::{DateTime, TimeDelta};
use serde_json::json;

use super::super::posting::run;
use super::reference::{Answer, REVERSAL, Reference};
use super::step::{Pick, Step};
use super::world::{Scene, said, source};

/// Points are good for a month.
const TERMS: Terms = Terms { months: 1, since: DateTime::UNIX_EPOCH };

impl Scene {
    /// Takes a step that the model has taken already.
    pub(super) async fn take(&mut self, reference: &Reference, step: Step) -> Answer {
        self.set_clock(reference.now);
        match step {
            Step::Receive { .. }
            | Step::Accept { .. }
            | Step::Shelve { .. }
            | Step::WriteOff { .. }
            | Step::Count { .. }
            | Step::Confirm { .. }
            | Step::Reject { .. } => self.keep_stock(reference, step).await,
            Step::Stock { pieces, good_days } => {
                let lot = Pick::NEWEST;
                self.keep_stock(reference, Step::Receive { pieces, good_days }).await?;
                self.keep_stock(reference, Step::Accept { lot, by: 0 }).await?;
                self.keep_stock(reference, Step::Accept { lot, by: 1 }).await?;
                self.keep_stock(reference, Step::Shelve { lot, by: 0 }).await
            }
            Step::OpenSession(_)
            | Step::CloseSession { .. }
            | Step::Place { .. }
            | Step::Ready { .. }
            | Step::Fulfil { .. }
            | Step::Cancel { .. }
            | Step::TakeBack { .. } => self.serve(reference, step).await,
            Step::HoldAgain { .. } | Step::EndAgain { .. } | Step::GiveBackAgain { .. } => {
                self.post_again(reference, step).await
            }
            Step::SendAgain { which } | Step::SendOtherwise { which } => {
                let remembered = reference.remembered();
                let other = if matches!(step, Step::SendAgain { .. }) { "" } else { " " };
                self.send_again(remembered[which.of(remembered.len())], other).await
            }
            Step::RunJobs => {
                self.app.run_jobs().await;
                Ok(false)
            }
            Step::Restart => {
                self.restart().await;
                Ok(false)
            }
            Step::MoveClock { .. } | Step::PassDays { .. } => Ok(false),
            points => self.keep_points(reference, points).await,
        }
    }

    async fn keep_points(&self, reference: &Reference, step: Step) -> Answer {
        let (people, site) = (self.people, self.station.id);
        let (accounts, id) = (&reference.accounts, source(reference.number));
        let earnings = &accounts.earnings;
        match step {
            Step::Open { who, points } => {
                let her = people[who];
                self.ledger(async |tx| ledger::open(tx, her, site, points, id, "结转").await).await
            }
            Step::Earn { who, points } => {
                let her = people[who];
                self.ledger(async |tx| ledger::earn(tx, her, site, points, id, "宣讲").await).await
            }
            Step::EarnAgain { which } => {
                let (id, who, points) = earnings[which.of(earnings.len())];
                let (her, id) = (people[who], source(id));
                self.ledger(async |tx| ledger::earn(tx, her, site, points, id, "宣讲").await).await
            }
            Step::RollBack { who, points } => {
                let her = people[who];
                let work = self.ledger(async |tx| {
                    ledger::earn(tx, her, site, points, id, "宣讲").await?;
                    Err::<Posted, _>(Failure::field("/points", "不行"))
                });
                work.await
            }
            Step::ExpirePoints { who } => {
                let her = people[who];
                let done = run(&self.app, async |tx| ledger::expire_due(tx, her, TERMS).await);
                done.await.map(|_| false).map_err(|failure| failure.for_log())
            }
            Step::ZeroOut { who } => {
                let her = people[who];
                self.ledger(async |tx| ledger::zero_out(tx, her, id, "清零").await).await
            }
            Step::Restore { which } => {
                let id = source(accounts.zeroings[which.of(accounts.zeroings.len())]);
                self.ledger(async |tx| ledger::restore(tx, id, "撤销").await).await
            }
            Step::Reverse { which } => {
                let (of, ..) = earnings[which.of(earnings.len())];
                let (of, by) = (source(of), source(of + REVERSAL));
                self.ledger(async |tx| ledger::reverse(tx, of, by, "认定有误").await).await
            }
            Step::ReverseByAnother { which } => {
                let (of, ..) = earnings[which.of(earnings.len())];
                self.ledger(async |tx| ledger::reverse(tx, source(of), id, "认定有误").await).await
            }
            Step::ReverseNothing => {
                let (of, by) = (source(1 << 90), source(1 << 91));
                self.ledger(async |tx| ledger::reverse(tx, of, by, "认定有误").await).await
            }
            other => unreachable!("{other:?} is not about points"),
        }
    }

    /// What a redemption has posted already, once more from below it.
    async fn post_again(&self, reference: &Reference, step: Step) -> Answer {
        let rows = &reference.shop.redemptions;
        match step {
            Step::HoldAgain { which } => {
                let at = which.of(rows.len());
                let (her, points) = (self.people[rows[at].who], rows[at].points);
                let id = self.redemption(at);
                self.ledger(async |tx| ledger::hold(tx, her, points, id, "换洗衣液").await).await
            }
            Step::EndAgain { which, commit: true } => {
                let id = self.redemption(which.of(rows.len()));
                self.ledger(async |tx| ledger::commit(tx, id, "已领取").await).await
            }
            Step::EndAgain { which, commit: false } => {
                let id = self.redemption(which.of(rows.len()));
                self.ledger(async |tx| ledger::release(tx, id, "取消").await).await
            }
            Step::GiveBackAgain { which } => {
                let id = self.redemption(which.of(rows.len()));
                self.ledger(async |tx| ledger::give_back(tx, id, "退回").await).await
            }
            other => unreachable!("{other:?} is not a repetition"),
        }
    }

    async fn keep_stock(&mut self, reference: &Reference, step: Step) -> Answer {
        let lots = self.lots.len();
        let path = |what: &str, id: &str, verb: &str| format!("/v1/{what}/{id}/{verb}");
        let reply = match step {
            Step::Receive { pieces, good_days } => {
                let today = local_day(reference.now);
                let last = good_days.map(|days| today + TimeDelta::days(days));
                let body = json!({
                    "goods_id": self.goods, "quantity": pieces, "source": "purchase",
                    "expires_on": last,
                });
                let path = format!("/v1/sites/{}/stock-lots", self.station.id);
                let reply = self.send(0, path, body).await;
                self.lots.extend(made(&reply));
                reply
            }
            Step::Accept { lot, by } => {
                let path = path("stock-lots", &self.lots[lot.of(lots)], "accept");
                self.send(by, path, json!({})).await
            }
            Step::Shelve { lot, by } => {
                let path = path("stock-lots", &self.lots[lot.of(lots)], "shelve");
                self.send(by, path, json!({})).await
            }
            Step::WriteOff { lot, by, pieces } => {
                let path = path("stock-lots", &self.lots[lot.of(lots)], "write-off");
                let body = json!({"quantity": pieces, "reason": "运输破损"});
                let reply = self.send(by, path, body).await;
                self.adjustments.extend(made(&reply));
                reply
            }
            Step::Count { lot, by, pieces } => {
                let path = path("stock-lots", &self.lots[lot.of(lots)], "count");
                let body = json!({"counted": pieces, "reason": "月末盘点"});
                let reply = self.send(by, path, body).await;
                self.adjustments.extend(made(&reply));
                reply
            }
            Step::Confirm { which, by } => {
                let id = &self.adjustments[which.of(self.adjustments.len())];
                self.send(by, path("stock-adjustments", id, "confirm"), json!({})).await
            }
            Step::Reject { which, by } => {
                let id = &self.adjustments[which.of(self.adjustments.len())];
                let body = json!({"reason": "请重新清点"});
                self.send(by, path("stock-adjustments", id, "reject"), body).await
            }
            other => unreachable!("{other:?} is not about stock"),
        };
        said(&reply)
    }

    async fn serve(&mut self, reference: &Reference, step: Step) -> Answer {
        let rows = self.redemptions.len();
        let path = |id: &str, verb: &str| format!("/v1/redemptions/{id}/{verb}");
        let reply = match step {
            Step::OpenSession(plan) => {
                let ends_at = plan.ends_at(reference.now);
                let body = json!({
                    "title": "李家村兑换", "threshold": plan.threshold,
                    "starts_at": plan.starts_at(reference.now), "ends_at": ends_at,
                    "limit_per_person": plan.limit, "pickup_until": plan.pickup_until(ends_at),
                    "items": [{
                        "goods_id": self.goods, "points": plan.price,
                        "quantity_offered": plan.offered,
                    }],
                });
                return self.open_session(body).await;
            }
            Step::CloseSession { which } => {
                let id = &self.sessions[which.of(self.sessions.len())];
                self.send(1, format!("/v1/redemption-sessions/{id}/close"), json!({})).await
            }
            Step::Place { who, pieces, by } => {
                let body = json!({
                    "card_number": self.cards[who], "session_id": self.sessions.last(),
                    "goods_id": self.goods, "quantity": pieces,
                });
                let path = format!("/v1/sites/{}/redemptions", self.station.id);
                let reply = self.send(by, path, body).await;
                self.redemptions.extend(made(&reply));
                reply
            }
            Step::Ready { which } => {
                let path = path(&self.redemptions[which.of(rows)], "ready");
                self.send(0, path, json!({})).await
            }
            Step::Fulfil { which, by, own_card } => {
                let at = which.of(rows);
                let hers = reference.shop.redemptions[at].who;
                let card = &self.cards[if own_card { hers } else { 1 - hers }];
                let body = json!({"card_number": card, "signature": "card"});
                self.send(by, path(&self.redemptions[at], "fulfil"), body).await
            }
            Step::Cancel { which } => {
                let path = path(&self.redemptions[which.of(rows)], "cancel");
                self.send(0, path, json!({"reason": "本人来电取消"})).await
            }
            Step::TakeBack { which, by, sound } => {
                let condition = if sound { "sound" } else { "damaged" };
                let body = json!({"condition": condition, "reason": "家中已有"});
                self.send(by, path(&self.redemptions[which.of(rows)], "return"), body).await
            }
            other => unreachable!("{other:?} is not about redemptions"),
        };
        said(&reply)
    }
}

/// The id of what a request has made.
fn made(reply: &harness::Answer) -> Option<String> {
    reply.status.is_success().then(|| reply.id())
}
