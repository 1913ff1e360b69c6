//! Many at once: what must hold at every moment, and once all is over.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use api::ledger::{self, Posted, Source};
use api::platform::failure::Failure;
use entity::ids::{RedemptionId, VolunteerId};
use entity::redemption::RedemptionState;
use futures_util::future::join_all;
use harness::TestApp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::given::Bank;
use super::posting::{refused, run};

const ACCOUNTS: usize = 40;
const TASKS: u64 = 16;
/// Tries of each task.
const TRIES: u32 = 40;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }
}

/// What was acknowledged, by kind of entry.
type Acknowledged = RefCell<BTreeMap<&'static str, i64>>;

async fn teller(app: &TestApp, bank: &Bank, seed: u64, done: &Acknowledged) {
    let mut dice = Dice(seed);
    let mut open: Vec<(RedemptionId, VolunteerId)> = Vec::new();
    for _ in 0..TRIES {
        let her = bank.volunteers[usize::try_from(dice.roll(40)).unwrap()];
        let points = i64::try_from(1 + dice.roll(20)).unwrap();
        let (kind, result) = match (dice.roll(4), open.pop()) {
            (0, back) => {
                open.extend(back);
                let source = Source { kind: "test", id: Uuid::now_v7() };
                let site = bank.site;
                let earn = run(app, async |tx| {
                    ledger::earn(tx, her, site, points, source, "清扫村道").await
                });
                ("earn", earn.await)
            }
            (1, Some((id, her))) => {
                let state = RedemptionState::Fulfilled;
                ("commit", run(app, async |tx| bank.finish(tx, id, her, state).await).await)
            }
            (2, Some((id, her))) => {
                let state = RedemptionState::Cancelled;
                ("release", run(app, async |tx| bank.finish(tx, id, her, state).await).await)
            }
            (_, back) => {
                open.extend(back);
                let id = RedemptionId::from(Uuid::now_v7());
                let placed = run(app, async |tx| bank.place(tx, id, her, points).await).await;
                if placed.is_ok() {
                    open.push((id, her));
                }
                ("hold", placed)
            }
        };
        match result {
            Ok(_) => *done.borrow_mut().entry(kind).or_default() += 1,
            Err(failure) => assert_eq!(refused::<Posted>(Err(failure)), "insufficient_points"),
        }
    }
}

/// One statement sees one state of the database, whatever is going on.
const SUMS: &str = "\
SELECT CAST((SELECT coalesce(sum(available), 0) FROM points_account) AS bigint) AS available,
    CAST((SELECT coalesce(sum(available_delta), 0) FROM ledger_entry) AS bigint) AS moved,
    CAST((SELECT coalesce(sum(held), 0) FROM points_account) AS bigint) AS held,
    CAST((SELECT coalesce(sum(points), 0) FROM hold WHERE state = 'open') AS bigint) AS open,
    CAST((SELECT count(*) FROM points_account WHERE available < 0 OR held < 0) AS bigint) AS below";

/// Reads for as long as the tellers work, and once more.
async fn reader(app: &TestApp, over: &Cell<bool>) -> u32 {
    let (mut reads, mut last) = (0, false);
    while !last {
        last = over.get();
        let db = &app.app.pools.read;
        let sums = Statement::from_string(db.get_database_backend(), SUMS);
        let row = db.query_one_raw(sums).await.unwrap().unwrap();
        let number = |name: &str| row.try_get::<i64>("", name).unwrap();
        assert_eq!(number("available"), number("moved"));
        assert_eq!(number("held"), number("open"));
        assert_eq!(number("below"), 0);
        reads += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    reads
}

#[actix_web::test]
async fn sixteen_tellers_keep_the_books_of_forty_volunteers() {
    let app = TestApp::start_with(|config| config.database.acquire_timeout_ms = 30_000).await;
    let bank = Bank::open(&app, ACCOUNTS, 0).await;
    for volunteer in &bank.volunteers {
        ledger::give_points(&app.app, *volunteer, 50).await.unwrap();
    }
    let done = Acknowledged::default();

    let tellers = join_all((1..=TASKS).map(|seed| teller(&app, &bank, seed * 7919, &done)));
    let over = Cell::new(false);
    let work = async {
        tellers.await;
        over.set(true);
    };
    let ((), reads) = tokio::join!(work, reader(&app, &over));

    app.run_jobs().await;
    app.assert_sound().await;
    let done = done.into_inner();
    let total: i64 = done.values().sum();
    let report = api::audit::run(&app.app.pools.read).await.unwrap();
    let speed = report.entries_per_second();
    println!("{total} postings {done:?}, {reads} reads, audit {speed} entries/s");
    assert!(total > 100 && reads > 1, "{total} postings, {reads} reads");
    assert_eq!(done.len(), 4, "every kind of posting was made: {done:?}");
    for (kind, acknowledged) in done {
        let given = if kind == "earn" { 40 } else { 0 };
        let sql = format!("SELECT count(*) AS written FROM ledger_entry WHERE kind = '{kind}'");
        let count = Statement::from_string(app.db.get_database_backend(), sql);
        let row = app.db.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "written").unwrap(), acknowledged + given, "{kind}");
    }
}

#[actix_web::test]
async fn two_hundred_holds_end_once_when_committed_and_released_at_once() {
    let app = TestApp::start_with(|config| config.database.acquire_timeout_ms = 30_000).await;
    let bank = Bank::open(&app, 4, 0).await;
    let mut holds: Vec<(RedemptionId, VolunteerId)> = Vec::new();
    for volunteer in &bank.volunteers {
        ledger::give_points(&app.app, *volunteer, 500).await.unwrap();
        for _ in 0..50 {
            let id = RedemptionId::from(Uuid::now_v7());
            run(&app, async |tx| bank.place(tx, id, *volunteer, 10).await).await.unwrap();
            holds.push((id, *volunteer));
        }
    }

    let end = async |(id, her): (RedemptionId, VolunteerId), state: RedemptionState| {
        run(&app, async |tx| bank.finish(tx, id, her, state).await).await
    };
    // Each starts first half of the time, so that each wins some.
    let race = async |(number, hold): (usize, (RedemptionId, VolunteerId))| {
        let states = [RedemptionState::Fulfilled, RedemptionState::Cancelled];
        let (one, other) = (states[number % 2], states[1 - number % 2]);
        let all = join_all([end(hold, one), end(hold, other), end(hold, one)]).await;
        (one, all)
    };
    let mut committed = 0;
    for some in holds.iter().copied().enumerate().collect::<Vec<_>>().chunks(40) {
        for (first, results) in join_all(some.iter().copied().map(race)).await {
            let ended = |result: &&Result<Posted, Failure>| {
                result.as_ref().is_ok_and(|posted| !posted.replayed)
            };
            assert_eq!(results.iter().filter(ended).count(), 1, "{results:?}");
            let first_won = results[1].is_err();
            committed += usize::from(first_won == (first == RedemptionState::Fulfilled));
            for lost in results.into_iter().filter(Result::is_err) {
                assert_eq!(refused(lost), "hold_ended");
            }
        }
    }

    println!("{committed} of 200 were committed, the others released");
    app.run_jobs().await;
    app.assert_sound().await;
}
