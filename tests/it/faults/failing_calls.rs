//! Each write of the story has its connection to PostgreSQL cut at its first call, its second,
//! and so on, be it a read, a write, BEGIN or COMMIT, before the database hears of it; and after
//! the database has done it, wherever that is not the same: at COMMIT and outside of
//! transactions. (What is done within one is undone with the connection.) All or nothing each
//! time, and the same key carries on. When what was lost is the answer to COMMIT, the effect is
//! there once, and who asks again gets its answer.
//!
//! SQLite has no wire: a call is a function of this process. See `failing_file`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use entity::audit_event;
use harness::{Answer, Client, Cut, Sabotage, Severed, TestApp, Wire, is_postgres};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::story::{self, Way};

/// No write of the story has more calls; one that never comes to an end is a fault.
const MANY: u32 = 300;

/// A service at the end of a wire that is cut.
struct Frayed {
    app: TestApp,
    wire: Wire,
    /// Counts the rows; fails none.
    rows: Sabotage,
    writes: Cell<u32>,
    /// Effects whose answer was lost.
    in_doubt: Cell<u32>,
    /// How often what was cut, and how.
    cuts: RefCell<BTreeMap<String, u32>>,
}

/// One write on its way.
struct Sending<'a> {
    who: &'a Client,
    path: &'a str,
    body: &'a Value,
    key: String,
    /// Effects, and rows, before it.
    before: (u64, i64),
    effects: u64,
}

/// What a cut led to.
enum Fate {
    /// There was no such call: this is the answer.
    Arrived(Answer),
    /// Nothing is left.
    Failed(Severed),
    /// It is done, and the answer was lost.
    Lost,
}

impl Frayed {
    async fn begin() -> Self {
        let wire = Wire::to(&std::env::var("DATABASE_URL").expect("set")).await;
        let app = TestApp::start_with(|config| {
            config.limits.enabled = false;
            config.database.url = wire.rewrite(config.database.url.reveal()).as_str().into();
        });
        let app = app.await;
        let rows = Sabotage::prepare(&app.db).await;
        let (writes, in_doubt) = (Cell::new(0), Cell::new(0));
        Self { app, wire, rows, writes, in_doubt, cuts: RefCell::default() }
    }

    /// How many effects there are, and what counts the rows.
    async fn state(&self) -> (u64, i64) {
        let trail = audit_event::Entity::find().filter(audit_event::Column::Result.eq("ok"));
        (trail.count(&self.app.db).await.unwrap(), self.rows.count().await)
    }

    async fn send(&self, it: &Sending<'_>, call: u32, cut: Cut) -> Fate {
        self.wire.cut_at(call, cut);
        let answer = it.who.post_into_fault(it.path, it.body, &it.key).await;
        let seen = self.wire.mend();
        let Some(severed) = seen.cut else {
            answer.assert_ok();
            assert!(seen.calls < call, "{seen:?}");
            return Fate::Arrived(answer);
        };
        answer.assert_problem(503, "unavailable");
        let what = severed.statement.split_whitespace().next().unwrap_or("prepared");
        let place = if severed.in_transaction { "within" } else { "outside" };
        let name = format!("{cut:?} {what} {place}");
        *self.cuts.borrow_mut().entry(name).or_default() += 1;
        let is_batch = it.body.get("claim_ids").or(it.body.get("attendance_ids")).is_some();
        let state = self.state().await;
        // Items of a batch are transactions of their own: what is done stays done.
        if is_batch || state == it.before {
            return Fate::Failed(severed);
        }
        let (path, effects) = (it.path, state.0 - it.before.0);
        assert_eq!(
            (effects, cut, severed.statement.as_str()),
            (it.effects, Cut::After, "COMMIT"),
            "{path} left something behind at call {call}: {severed:?}"
        );
        Fate::Lost
    }

    /// Sends it with one call after the other cut until there is an answer.
    async fn insist(&self, it: &Sending<'_>) -> Answer {
        // Now and then COMMIT is let through, to see what comes after it.
        let see_the_end = self.writes.replace(self.writes.get() + 1) % 4 == 3;
        for call in 1..MANY {
            let severed = match self.send(it, call, Cut::Before).await {
                Fate::Arrived(answer) => return answer,
                Fate::Failed(severed) => severed,
                Fate::Lost => unreachable!("the database had not heard of it"),
            };
            let commits = severed.statement == "COMMIT";
            if severed.in_transaction && (!commits || see_the_end) {
                continue;
            }
            match self.send(it, call, Cut::After).await {
                Fate::Arrived(answer) => return answer,
                // A COMMIT after nothing but reads; an item of a batch.
                Fate::Failed(_) => {}
                Fate::Lost => {
                    self.in_doubt.set(self.in_doubt.get() + 1);
                    let again = it.who.post_into_fault(it.path, it.body, &it.key).await;
                    let replayed = again.headers.get("idempotency-replayed").map(String::as_str);
                    assert_eq!(replayed, Some("true"), "{}", again.describe());
                    return again;
                }
            }
        }
        panic!("{} has no end", it.path);
    }
}

impl Way for Frayed {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn send_items(
        &self,
        who: &Client,
        path: impl AsRef<str>,
        body: Value,
        effects: u64,
    ) -> Answer {
        let (path, body, key) = (path.as_ref(), &body, Uuid::now_v7().to_string());
        let before = self.state().await;
        let answer = self.insist(&Sending { who, path, body, key, before, effects }).await;
        answer.assert_ok();
        assert_eq!(self.state().await.0 - before.0, effects, "{}", answer.describe());
        answer
    }
}

#[actix_web::test]
#[ignore = "minutes long: each cut costs a new connection; run by name"]
async fn a_write_cut_off_at_any_call_leaves_nothing_or_is_done_once() {
    if !is_postgres() {
        return;
    }
    let frayed = Frayed::begin().await;
    story::tell(&frayed).await;
    let (writes, cuts) = (frayed.writes.get(), frayed.cuts.borrow().clone());
    println!("{writes} writes, {} cuts: {cuts:?}", cuts.values().sum::<u32>());
    let of = |name: &str| cuts.get(name).copied().unwrap_or_default();
    for name in [
        "Before BEGIN outside",
        "After BEGIN outside",
        "Before prepared outside",
        "After prepared outside",
        "Before COMMIT within",
    ] {
        assert!(of(name) >= 20, "{name}: {cuts:?}");
    }
    assert!(of("Before prepared within") > 200, "{cuts:?}");
    let in_doubt = frayed.in_doubt.get();
    assert!(in_doubt > 15, "only {in_doubt} commits were left in doubt: {cuts:?}");
}
