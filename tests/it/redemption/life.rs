//! Random lives of a station: points, stock, orders, hand-overs and returns over HTTP, against
//! a model of plain numbers. The same answers and the same books after every step.

use std::collections::HashMap;

use api::ledger::domain::{AccountState, Command, Points, decide};
use api::ledger::{self, Source};
use api::platform::actor::Actor;
use api::platform::tx::in_tx;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{points_account, redemption, session_item, stock_lot};
use harness::{Answer, Client, Offer, Person, Shop, TestApp, is_postgres};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

const PRICE: i64 = 30;
const OFFERED: i32 = 12;
const LIMIT: i32 = 6;
const NAMES: [&str; 2] = ["zhang-xiulan", "li-fen"];

/// One thing that may happen. Indexes pick among what happened before.
#[derive(Clone, Debug)]
enum Step {
    Earn { who: usize, points: i64 },
    EarnAgain { which: Index },
    ZeroOut { who: usize },
    Restore { which: Index },
    Redeem { who: usize, pieces: i32 },
    RedeemForCard { who: usize },
    RedeemDry { who: usize },
    OldRequest,
    OldKeyNewRequest,
    Ready { which: Index },
    RenewCode { which: Index },
    HandOver { which: Index },
    Cancel { which: Index },
    CancelAtCounter { which: Index },
    ExpireOverdue,
    ReturnSound { which: Index },
    ReturnDamaged { which: Index },
    ReturnToSameClerk { which: Index },
    Receive { pieces: i32 },
    SignFirst { which: Index },
    SignSecond { which: Index },
    Shelve { which: Index },
    WriteOff { which: Index, pieces: i32 },
    MoveClock { hours: i64 },
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || 0_usize..2;
    let which = any::<Index>;
    prop_oneof![
        2 => (who(), 1_i64..120).prop_map(|(who, points)| Step::Earn { who, points }),
        1 => which().prop_map(|which| Step::EarnAgain { which }),
        1 => who().prop_map(|who| Step::ZeroOut { who }),
        1 => which().prop_map(|which| Step::Restore { which }),
        6 => (who(), 1_i32..4).prop_map(|(who, pieces)| Step::Redeem { who, pieces }),
        1 => who().prop_map(|who| Step::RedeemForCard { who }),
        1 => who().prop_map(|who| Step::RedeemDry { who }),
        1 => Just(Step::OldRequest),
        1 => Just(Step::OldKeyNewRequest),
        2 => which().prop_map(|which| Step::Ready { which }),
        1 => which().prop_map(|which| Step::RenewCode { which }),
        5 => which().prop_map(|which| Step::HandOver { which }),
        1 => which().prop_map(|which| Step::Cancel { which }),
        1 => which().prop_map(|which| Step::CancelAtCounter { which }),
        1 => Just(Step::ExpireOverdue),
        2 => which().prop_map(|which| Step::ReturnSound { which }),
        2 => which().prop_map(|which| Step::ReturnDamaged { which }),
        1 => which().prop_map(|which| Step::ReturnToSameClerk { which }),
        2 => (1_i32..5).prop_map(|pieces| Step::Receive { pieces }),
        2 => which().prop_map(|which| Step::SignFirst { which }),
        2 => which().prop_map(|which| Step::SignSecond { which }),
        2 => which().prop_map(|which| Step::Shelve { which }),
        2 => (which(), 1_i32..3).prop_map(|(which, pieces)| Step::WriteOff { which, pieces }),
        1 => prop_oneof![1_i64..6, 60_i64..200].prop_map(|hours| Step::MoveClock { hours }),
    ]
}

#[derive(Clone, Debug)]
struct Lot {
    id: String,
    state: &'static str,
    signed_by: Option<usize>,
    on_hand: i32,
    reserved: i32,
    issued: i32,
    written_off: i32,
}

#[derive(Clone, Debug)]
struct Order {
    id: String,
    who: usize,
    state: &'static str,
    pieces: i32,
    parts: Vec<(usize, i32)>,
    expires_at: DateTime<Utc>,
    handed_over_at: DateTime<Utc>,
}

impl Order {
    fn is_open(&self) -> bool {
        matches!(self.state, "created" | "ready")
    }
}

/// The model: plain numbers.
struct Model {
    accounts: [AccountState; 2],
    earnings: Vec<(u128, usize, i64)>,
    zeroings: Vec<(u128, usize, i64, bool)>,
    lots: Vec<Lot>,
    orders: Vec<Order>,
    ends_at: DateTime<Utc>,
    pickup_until: DateTime<Utc>,
    last_id: u128,
    /// Who sent the last order, its key, body and answer, and when.
    old: Option<(usize, String, Value, Answer, DateTime<Utc>)>,
}

/// Empty for what is done, the code of a refusal otherwise.
type Code = &'static str;

impl Model {
    fn post(&mut self, who: usize, command: Command) -> Result<(), Code> {
        let decided = decide(&self.accounts[who], &command).map_err(|_| "insufficient_points")?;
        self.accounts[who] = *decided.after();
        Ok(())
    }

    fn taken(&self, who: Option<usize>) -> i32 {
        let live = self.orders.iter().filter(|o| o.is_open() || o.state == "fulfilled");
        live.filter(|o| who.is_none_or(|who| o.who == who)).map(|o| o.pieces).sum()
    }

    fn redeem(&mut self, who: usize, pieces: i32, now: DateTime<Utc>) -> Result<Order, Code> {
        if now >= self.ends_at {
            return Err("session_not_open");
        }
        if self.taken(None) + pieces > OFFERED {
            return Err("out_of_stock");
        }
        if self.taken(Some(who)) + pieces > LIMIT {
            return Err("limit_reached");
        }
        let points = PRICE * i64::from(pieces);
        if points > self.accounts[who].available() {
            return Err("insufficient_points");
        }
        let (mut missing, mut parts) = (pieces, vec![]);
        for (place, lot) in self.lots.iter().enumerate().filter(|(_, l)| l.state == "on_shelf") {
            let part = missing.min(lot.on_hand - lot.reserved);
            missing -= part;
            if part > 0 {
                parts.push((place, part));
            }
        }
        if missing > 0 {
            return Err("out_of_stock");
        }
        let expires_at = (now + TimeDelta::hours(72)).min(self.pickup_until);
        let id = String::new();
        Ok(Order { id, who, state: "created", pieces, parts, expires_at, handed_over_at: now })
    }

    fn place(&mut self, order: Order) {
        self.post(order.who, Command::Hold(points_of(&order))).unwrap();
        for (lot, part) in &order.parts {
            self.lots[*lot].reserved += part;
        }
        self.orders.push(order);
    }

    fn give_up(&mut self, at: usize, to: &'static str) -> Code {
        let order = self.orders[at].clone();
        if !order.is_open() {
            return "wrong_state";
        }
        self.post(order.who, Command::Release(points_of(&order))).unwrap();
        for (lot, part) in &order.parts {
            self.lots[*lot].reserved -= part;
        }
        self.orders[at].state = to;
        ""
    }

    fn hand_over(&mut self, at: usize, now: DateTime<Utc>) -> Code {
        let order = self.orders[at].clone();
        if !order.is_open() {
            return "wrong_state";
        }
        if now >= order.expires_at {
            return "redemption_expired";
        }
        self.post(order.who, Command::Commit(points_of(&order))).unwrap();
        for (lot, part) in &order.parts {
            let lot = &mut self.lots[*lot];
            lot.reserved -= part;
            lot.on_hand -= part;
            lot.issued += part;
            if lot.on_hand == 0 {
                lot.state = "exhausted";
            }
        }
        self.orders[at].state = "fulfilled";
        self.orders[at].handed_over_at = now;
        ""
    }

    fn take_back(&mut self, at: usize, sound: bool, now: DateTime<Utc>) -> Code {
        let order = self.orders[at].clone();
        if order.state != "fulfilled" {
            return "wrong_state";
        }
        if now > order.handed_over_at + TimeDelta::days(7) {
            return "return_window_closed";
        }
        let given_up = |(lot, _): &(usize, i32)| self.lots[*lot].state == "written_off";
        if sound && order.parts.iter().any(given_up) {
            return "wrong_state";
        }
        self.post(order.who, Command::Return(points_of(&order))).unwrap();
        for (lot, part) in &order.parts {
            let lot = &mut self.lots[*lot];
            lot.issued -= part;
            if sound {
                lot.on_hand += part;
                lot.state = "on_shelf";
            } else {
                lot.written_off += part;
            }
        }
        self.orders[at].state = "returned";
        ""
    }

    fn sign(&mut self, at: usize, by: usize) -> Code {
        let lot = &mut self.lots[at];
        match (lot.state, lot.signed_by) {
            ("quarantine", None) => lot.signed_by = Some(by),
            ("quarantine", Some(first)) if first == by => return "second_signer_required",
            ("quarantine", Some(_)) => lot.state = "accepted",
            _ => return "wrong_state",
        }
        ""
    }

    fn write_off(&mut self, at: usize, pieces: i32) -> Code {
        let lot = &mut self.lots[at];
        if !matches!(lot.state, "quarantine" | "accepted" | "on_shelf") {
            return "wrong_state";
        }
        if pieces > lot.on_hand - lot.reserved {
            return "out_of_stock";
        }
        lot.on_hand -= pieces;
        lot.written_off += pieces;
        if lot.on_hand == 0 {
            lot.state = "written_off";
        }
        ""
    }
}

fn points_of(order: &Order) -> Points {
    Points::new(PRICE * i64::from(order.pieces)).unwrap()
}

fn source(id: u128) -> Source<'static> {
    Source { kind: "test", id: Uuid::from_u128(id) }
}

fn place(which: &Index, length: usize) -> Option<usize> {
    (length > 0).then(|| which.index(length))
}

/// The model beside the real thing.
struct World {
    app: TestApp,
    shop: Shop,
    people: Vec<Person>,
    model: Model,
}

impl World {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        let now = app.clock.now();
        let offer = Offer { stock: 3, quantity: OFFERED, limit: Some(LIMIT), ..Offer::default() };
        let shop = app.shop(offer).await;
        let lot = Lot {
            id: shop.lot.clone(),
            state: "on_shelf",
            signed_by: Some(0),
            on_hand: 3,
            reserved: 0,
            issued: 0,
            written_off: 0,
        };
        let mut people = vec![];
        for name in NAMES {
            people.push(app.rich_volunteer(name, &shop.station, 100).await);
        }
        let mut model = Model {
            accounts: [AccountState::default(); 2],
            earnings: vec![],
            zeroings: vec![],
            lots: vec![lot],
            orders: vec![],
            ends_at: now + TimeDelta::days(1),
            pickup_until: now + TimeDelta::days(7),
            last_id: 0,
            old: None,
        };
        for who in 0..2 {
            model.post(who, Command::Earn(Points::new(100).unwrap())).unwrap();
        }
        Self { app, shop, people, model }
    }

    async fn sign_in_again(&mut self) {
        for (person, name) in self.people.iter_mut().zip(NAMES) {
            person.client = self.app.sign_in(name).await;
        }
        let tail = self.shop.station.division_code.clone();
        self.shop.keepers.clerk = self.app.sign_in(&format!("clerk-{tail}")).await;
        self.shop.keepers.manager = self.app.sign_in(&format!("manager-{tail}")).await;
    }

    /// Takes a step on both sides: what it answered, and what it should have.
    async fn step(&mut self, step: &Step) -> Option<(String, Code)> {
        match step {
            Step::Earn { .. }
            | Step::EarnAgain { .. }
            | Step::ZeroOut { .. }
            | Step::Restore { .. } => self.points(step).await,
            Step::Redeem { .. }
            | Step::RedeemForCard { .. }
            | Step::RedeemDry { .. }
            | Step::OldRequest
            | Step::OldKeyNewRequest => self.order(step).await,
            Step::Receive { .. }
            | Step::SignFirst { .. }
            | Step::SignSecond { .. }
            | Step::Shelve { .. }
            | Step::WriteOff { .. } => self.stock(step).await,
            Step::MoveClock { hours } => {
                self.app.advance(TimeDelta::hours(*hours));
                self.sign_in_again().await;
                None
            }
            Step::ExpireOverdue => {
                self.app.run_jobs().await;
                let now = self.app.clock.now();
                for at in 0..self.model.orders.len() {
                    let order = &self.model.orders[at];
                    if order.is_open() && order.expires_at <= now {
                        self.model.give_up(at, "expired");
                    }
                }
                None
            }
            Step::Ready { which }
            | Step::RenewCode { which }
            | Step::HandOver { which }
            | Step::Cancel { which }
            | Step::CancelAtCounter { which }
            | Step::ReturnSound { which }
            | Step::ReturnDamaged { which }
            | Step::ReturnToSameClerk { which } => {
                let at = place(which, self.model.orders.len())?;
                Some(self.serve(step, at).await)
            }
        }
    }

    async fn points(&mut self, step: &Step) -> Option<(String, Code)> {
        let Self { app, shop, people, model } = self;
        let actor = Actor::system("test", "test".into());
        let (home, core) = (shop.station.id, &app.app.core);
        let real = match step {
            Step::Earn { who, points } => {
                model.last_id += 1;
                let id = model.last_id;
                model.earnings.push((id, *who, *points));
                model.post(*who, Command::Earn(Points::new(*points).unwrap())).unwrap();
                let her = people[*who].volunteer;
                in_tx(core, &actor, async |tx| {
                    ledger::earn(tx, her, home, *points, source(id), "宣讲").await
                })
                .await
            }
            Step::EarnAgain { which } => {
                let (id, who, points) = model.earnings[place(which, model.earnings.len())?];
                let her = people[who].volunteer;
                in_tx(core, &actor, async |tx| {
                    ledger::earn(tx, her, home, points, source(id), "宣讲").await
                })
                .await
            }
            Step::ZeroOut { who } => {
                model.last_id += 1;
                let (id, points) = (model.last_id, model.accounts[*who].available());
                model.zeroings.push((id, *who, points, false));
                model.post(*who, Command::ZeroOut).unwrap();
                let her = people[*who].volunteer;
                in_tx(core, &actor, async |tx| ledger::zero_out(tx, her, source(id), "清零").await)
                    .await
            }
            Step::Restore { which } => {
                let at = place(which, model.zeroings.len())?;
                let (id, who, points, done) = model.zeroings[at];
                let real =
                    in_tx(core, &actor, async |tx| ledger::restore(tx, source(id), "撤销").await);
                let real = real.await;
                if points == 0 {
                    let code = real.unwrap_err().refusal().unwrap().code.name;
                    return Some((code.into(), "not_found"));
                }
                if !done {
                    model.zeroings[at].3 = true;
                    model.post(who, Command::Restore(Points::new(points).unwrap())).unwrap();
                }
                real
            }
            _ => return None,
        };
        real.unwrap();
        None
    }

    async fn order(&mut self, step: &Step) -> Option<(String, Code)> {
        let now = self.app.clock.now();
        let (who, pieces) = match step {
            Step::Redeem { who, pieces } => (*who, *pieces),
            Step::RedeemForCard { who } | Step::RedeemDry { who } => (*who, 1),
            Step::OldRequest | Step::OldKeyNewRequest => {
                let (who, key, body, answer, at) = self.model.old.clone()?;
                // An answer is kept for three days; after that its key is free again.
                if now - at > TimeDelta::hours(71) {
                    return None;
                }
                let client = &self.people[who].client;
                if matches!(step, Step::OldRequest) {
                    let again = client.post_with_key("/v1/redemptions", body, &key).await;
                    assert_eq!(again.body, answer.body, "the old answer");
                    return Some((again.code(), ""));
                }
                let other = self.shop.wish(5);
                let again = client.post_with_key("/v1/redemptions", other, &key).await;
                return Some((again.code(), "idempotency_key_reused"));
            }
            _ => return None,
        };
        let expected = self.model.redeem(who, pieces, now);
        let person = &self.people[who];
        let key = Uuid::now_v7().to_string();
        let body = self.shop.wish(pieces);
        let answer = match step {
            Step::RedeemForCard { .. } => {
                let mut body = body.clone();
                body["card_number"] = json!(person.card_number);
                let path = format!("/v1/sites/{}/redemptions", self.shop.station.id);
                // Who places an order for somebody else does not hand it out as well.
                self.shop.keepers.manager.post(path, body).await
            }
            Step::RedeemDry { .. } => {
                let path = "/v1/redemptions?dry_run=true";
                person.client.post(path, body.clone()).await
            }
            _ => person.client.post_with_key("/v1/redemptions", body.clone(), &key).await,
        };
        let code = answer.code();
        let expected = match expected {
            Err(code) => code,
            Ok(_) if matches!(step, Step::RedeemDry { .. }) => "",
            Ok(order) => {
                if code.is_empty() {
                    let id = answer.id();
                    self.model.place(Order { id, ..order });
                    if matches!(step, Step::Redeem { .. }) {
                        self.model.old = Some((who, key, body, answer, now));
                    }
                }
                ""
            }
        };
        Some((code, expected))
    }

    async fn serve(&mut self, step: &Step, at: usize) -> (String, Code) {
        let now = self.app.clock.now();
        let Self { shop, people, model, .. } = self;
        let order = model.orders[at].clone();
        let (clerk, manager) = (&shop.keepers.clerk, &shop.keepers.manager);
        let person = &people[order.who];
        let send = async |by: &Client, verb: &str, body: Value| {
            by.post(format!("/v1/redemptions/{}/{verb}", order.id), body).await.code()
        };
        let back = |condition: &str| json!({"condition": condition, "reason": "包装破损"});
        match step {
            Step::Ready { .. } => {
                let expected = if order.state == "created" {
                    model.orders[at].state = "ready";
                    ""
                } else {
                    "wrong_state"
                };
                (send(clerk, "ready", json!({})).await, expected)
            }
            Step::RenewCode { .. } => {
                let expected = if order.is_open() { "" } else { "wrong_state" };
                let path = format!("/v1/me/redemptions/{}/code", order.id);
                (person.client.post(path, json!({})).await.code(), expected)
            }
            Step::HandOver { .. } => {
                let body = json!({"card_number": person.card_number, "signature": "card"});
                (send(clerk, "fulfil", body).await, model.hand_over(at, now))
            }
            Step::Cancel { .. } => {
                let code = send(&person.client, "cancel", json!({})).await;
                (code, model.give_up(at, "cancelled"))
            }
            Step::CancelAtCounter { .. } => {
                let code = send(manager, "cancel", json!({"reason": "缺货"})).await;
                (code, model.give_up(at, "cancelled"))
            }
            Step::ReturnSound { .. } => {
                let code = send(manager, "return", back("sound")).await;
                (code, model.take_back(at, true, now))
            }
            Step::ReturnDamaged { .. } => {
                let code = send(manager, "return", back("damaged")).await;
                (code, model.take_back(at, false, now))
            }
            _ => {
                let open = order.state != "fulfilled";
                let expected = if open { "wrong_state" } else { "must_recuse" };
                (send(clerk, "return", back("sound")).await, expected)
            }
        }
    }

    async fn stock(&mut self, step: &Step) -> Option<(String, Code)> {
        let Self { shop, model, .. } = self;
        let keepers = [&shop.keepers.clerk, &shop.keepers.manager];
        if let Step::Receive { pieces } = step {
            let id = shop.keepers.receive(&shop.station, &shop.goods, *pieces, None).await;
            let (on_hand, signed_by) = (*pieces, None);
            let (reserved, issued, written_off) = (0, 0, 0);
            let state = "quarantine";
            model.lots.push(Lot { id, state, signed_by, on_hand, reserved, issued, written_off });
            return None;
        }
        let (Step::SignFirst { which }
        | Step::SignSecond { which }
        | Step::Shelve { which }
        | Step::WriteOff { which, .. }) = step
        else {
            return None;
        };
        let at = place(which, model.lots.len())?;
        let send = async |by: &Client, verb: &str, body: Value, lot: &Lot| {
            by.post(format!("/v1/stock-lots/{}/{verb}", lot.id), body).await.code()
        };
        let lot = model.lots[at].clone();
        Some(match step {
            Step::SignFirst { .. } => {
                (send(keepers[0], "accept", json!({}), &lot).await, model.sign(at, 0))
            }
            Step::SignSecond { .. } => {
                (send(keepers[1], "accept", json!({}), &lot).await, model.sign(at, 1))
            }
            Step::Shelve { .. } => {
                let code = send(keepers[0], "shelve", json!({}), &lot).await;
                let ready = lot.state == "accepted";
                if ready {
                    model.lots[at].state = "on_shelf";
                }
                (code, if ready { "" } else { "wrong_state" })
            }
            Step::WriteOff { pieces, .. } => {
                let body = json!({"quantity": pieces, "reason": "受潮"});
                (written_off(keepers, &lot, body).await, model.write_off(at, *pieces))
            }
            _ => return None,
        })
    }

    async fn compare(&self) {
        let db = &self.app.db;
        for (person, expected) in self.people.iter().zip(self.model.accounts) {
            let row = points_account::Entity::find_by_id(person.volunteer).one(db).await;
            let row = row.unwrap().unwrap();
            assert_eq!(
                (row.available, row.held, row.recovery_due, row.last_seq),
                (
                    expected.available(),
                    expected.held(),
                    expected.recovery_due(),
                    expected.last_seq()
                )
            );
        }
        let lots = stock_lot::Entity::find().all(db).await.unwrap();
        let lots: HashMap<_, _> = lots.into_iter().map(|lot| (lot.id.to_string(), lot)).collect();
        assert_eq!(lots.len(), self.model.lots.len());
        for expected in &self.model.lots {
            let lot = &lots[&expected.id];
            assert_eq!(
                (lot.state.as_str(), lot.on_hand, lot.reserved, lot.issued, lot.written_off),
                (
                    expected.state,
                    expected.on_hand,
                    expected.reserved,
                    expected.issued,
                    expected.written_off
                )
            );
        }
        let orders = redemption::Entity::find().all(db).await.unwrap();
        assert_eq!(orders.len(), self.model.orders.len());
        for expected in &self.model.orders {
            let order = orders.iter().find(|row| row.id.to_string() == expected.id).unwrap();
            assert_eq!(order.state.as_str(), expected.state);
        }
        let item = session_item::Entity::find().one(db).await.unwrap().unwrap();
        assert_eq!(item.quantity_taken, self.model.taken(None));
    }
}

async fn live(steps: &[Step]) {
    let mut world = World::begin().await;
    for step in steps {
        if let Some((real, expected)) = world.step(step).await {
            assert_eq!(real, expected, "{step:?}");
        }
        world.compare().await;
    }
    world.app.run_jobs().await;
    world.app.assert_books_agree().await;
    world.app.assert_sound().await;
    world.app.stop().await;
}

#[test]
fn any_life_of_a_station_ends_as_the_model_says() {
    let cases = if is_postgres() { 4 } else { 8 };
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in prop::collection::vec(any_step(), 30..80))| {
        actix_web::rt::System::new().block_on(live(&steps));
    });
}

#[test]
fn there_are_at_least_twenty_kinds_of_steps() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds = std::collections::HashSet::new();
    for _ in 0..2_000 {
        let step = any_step().new_tree(&mut runner).unwrap().current();
        let name = format!("{step:?}");
        kinds.insert(name.split([' ', '{']).next().unwrap().to_owned());
    }
    assert_eq!(kinds.len(), 24, "{kinds:?}");
}

/// One keeper asks that pieces be written off, the other agrees: the code of whichever was
/// refused.
async fn written_off(keepers: [&Client; 2], lot: &Lot, body: Value) -> String {
    let asked = keepers[1].post(format!("/v1/stock-lots/{}/write-off", lot.id), body).await;
    if !asked.status.is_success() {
        return asked.code();
    }
    let confirm = format!("/v1/stock-adjustments/{}/confirm", asked.id());
    keepers[0].post(confirm, json!({})).await.code()
}
