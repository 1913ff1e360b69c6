//! Posting through the one write path.

use api::ledger::{self, Posted, Source};
use api::platform::actor::Actor;
use api::platform::failure::Failure;
use api::platform::tx::{Tx, in_tx};
use entity::hold::HoldState;
use entity::ids::{RedemptionId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::{hold, ledger_entry, points_account};
use harness::TestApp;
use sea_orm::{EntityTrait, QueryOrder};
use uuid::Uuid;

use super::given::Bank;

/// Runs one posting in a transaction of its own.
pub(super) async fn run<T>(
    app: &TestApp,
    work: impl AsyncFn(&Tx<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let actor = Actor::system("test", "request-1".into());
    in_tx(&app.app.core, &actor, work).await
}

/// The code of a refusal.
pub(super) fn refused<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    let failure = result.expect_err("a refusal");
    failure.refusal().unwrap_or_else(|| panic!("no refusal: {failure}")).code.name
}

pub(super) fn source(number: u128) -> Source<'static> {
    Source { kind: "test", id: Uuid::from_u128(number) }
}

async fn earn(app: &TestApp, bank: &Bank, points: i64, by: u128) -> Result<Posted, Failure> {
    let (volunteer, site) = (bank.volunteers[0], bank.site);
    run(app, async |tx| ledger::earn(tx, volunteer, site, points, source(by), "清扫村道").await)
        .await
}

async fn entries(app: &TestApp) -> Vec<ledger_entry::Model> {
    let found = ledger_entry::Entity::find()
        .order_by_asc(ledger_entry::Column::VolunteerId)
        .order_by_asc(ledger_entry::Column::Seq);
    found.all(&app.db).await.unwrap()
}

async fn numbers(app: &TestApp, volunteer: VolunteerId) -> (i64, i64, i64, i64) {
    let found = ledger::balances(&app.db, volunteer).await.unwrap();
    (found.available, found.held, found.recovery_due, found.last_seq)
}

#[actix_web::test]
async fn a_life_of_points() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 2).await;
    let (her, site) = (bank.volunteers[0], bank.site);
    let [one, two] = [bank.redemptions[0].id, bank.redemptions[1].id];

    assert_eq!(numbers(&app, her).await, (0, 0, 0, 0));
    earn(&app, &bank, 100, 1).await.unwrap();
    run(&app, async |tx| ledger::hold(tx, her, 30, one, "换洗衣液").await).await.unwrap();
    assert_eq!(numbers(&app, her).await, (70, 30, 0, 2));
    run(&app, async |tx| ledger::commit(tx, one, "已领取").await).await.unwrap();
    run(&app, async |tx| ledger::hold(tx, her, 60, two, "换大米").await).await.unwrap();
    run(&app, async |tx| ledger::release(tx, two, "取消").await).await.unwrap();
    assert_eq!(numbers(&app, her).await, (70, 0, 0, 5));
    let late = async |tx: &Tx<'_>| ledger::reverse(tx, source(1), source(2), "认定有误").await;
    run(&app, late).await.unwrap();
    assert_eq!(numbers(&app, her).await, (0, 0, 30, 6));
    let paid = async |tx: &Tx<'_>| ledger::earn(tx, her, site, 50, source(3), "宣讲").await;
    run(&app, paid).await.unwrap();
    assert_eq!(numbers(&app, her).await, (20, 0, 0, 8));

    let kinds: Vec<_> = entries(&app).await.iter().map(|entry| entry.kind.as_str()).collect();
    let expected = ["earn", "hold", "commit", "hold", "release", "reverse", "earn", "recover"];
    assert_eq!(kinds, expected);
    let reversed = &entries(&app).await[5];
    assert_eq!(reversed.refers_to, Some(entries(&app).await[0].id));
    assert_eq!((reversed.available_delta, reversed.recovery_delta), (-70, 30));
}

#[actix_web::test]
async fn the_same_source_posts_once_whatever_happened_since() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 1).await;
    let (her, redemption) = (bank.volunteers[0], bank.redemptions[0].id);
    let first = earn(&app, &bank, 30, 1).await.unwrap();

    let again = earn(&app, &bank, 30, 1).await.unwrap();
    assert_eq!((again.entry, again.replayed, first.replayed), (first.entry, true, false));
    let hold = async |tx: &Tx<'_>| ledger::hold(tx, her, 30, redemption, "换洗衣液").await;
    let held = run(&app, hold).await.unwrap();
    // Nothing is left to hold, and yet the repeated command is not refused.
    assert_eq!(run(&app, hold).await.unwrap().entry, held.entry);
    let commit = async |tx: &Tx<'_>| ledger::commit(tx, redemption, "已领取").await;
    let committed = run(&app, commit).await.unwrap();
    assert_eq!(run(&app, commit).await.unwrap().entry, committed.entry);
    assert!(run(&app, hold).await.unwrap().replayed);

    assert_eq!(entries(&app).await.len(), 3);
    let holds = hold::Entity::find().all(&app.db).await.unwrap();
    assert_eq!((holds.len(), holds[0].state), (1, HoldState::Committed));
    assert_eq!(holds[0].ended_entry_id, committed.entry);
    let otherwise = earn(&app, &bank, 31, 1).await.unwrap_err();
    assert!(otherwise.to_string().contains("posted otherwise"), "{otherwise}");
}

#[actix_web::test]
async fn refusals_leave_nothing_behind() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 2, 2).await;
    let (her, redemption) = (bank.volunteers[0], bank.redemptions[0].id);
    let hold = async |tx: &Tx<'_>| ledger::hold(tx, her, 30, redemption, "换洗衣液").await;

    assert_eq!(refused(run(&app, hold).await), "insufficient_points");
    earn(&app, &bank, 29, 1).await.unwrap();
    let short = run(&app, hold).await.unwrap_err();
    assert_eq!(short.refusal().unwrap().extra["available"], 29);
    earn(&app, &bank, 1, 2).await.unwrap();
    run(&app, hold).await.unwrap();
    run(&app, async |tx| ledger::release(tx, redemption, "取消").await).await.unwrap();
    let late = run(&app, async |tx| ledger::commit(tx, redemption, "领取").await).await;
    assert_eq!(refused(late), "hold_ended");
    let reverse = async |by: u128| {
        run(&app, async |tx| ledger::reverse(tx, source(1), source(by), "有误").await).await
    };
    reverse(11).await.unwrap();
    assert_eq!(refused(reverse(12).await), "already_reversed");
    assert!(reverse(11).await.unwrap().replayed);
    let nothing = run(&app, async |tx| ledger::reverse(tx, source(9), source(1), "有误").await);
    assert_eq!(refused(nothing.await), "not_found");

    assert_eq!(numbers(&app, her).await, (1, 0, 0, 5));
    assert_eq!(entries(&app).await.len(), 5);
}

#[actix_web::test]
async fn a_paper_book_opens_an_account_and_a_zero_out_is_undone_exactly() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 0).await;
    let (her, site) = (bank.volunteers[0], bank.site);
    let book = Source { kind: "test", id: Uuid::from_u128(1) };
    let case = Source { kind: "disqualification", id: Uuid::from_u128(1) };

    let empty = run(&app, async |tx| ledger::zero_out(tx, her, case, "清零").await).await;
    assert_eq!(empty.unwrap().entry, None);
    let open = async |tx: &Tx<'_>| ledger::open(tx, her, site, 88, book, "纸质积分册结转").await;
    run(&app, open).await.unwrap();
    let other = Source { kind: "test", id: Uuid::from_u128(2) };
    let twice = async |tx: &Tx<'_>| ledger::open(tx, her, site, 88, other, "结转").await;
    assert_eq!(refused(run(&app, twice).await), "ledger_already_opened");
    let zeroed = run(&app, async |tx| ledger::zero_out(tx, her, case, "清零").await).await.unwrap();
    assert_eq!(zeroed.points, 88);
    run(&app, async |tx| ledger::restore(tx, case, "撤销清零").await).await.unwrap();
    assert_eq!(numbers(&app, her).await, (88, 0, 0, 3));
}

/// Points taken over wrongly are taken back as an earning is; the account is not opened again.
#[actix_web::test]
async fn what_a_paper_book_brought_is_taken_back_once_and_not_what_ended_of_it() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 1).await;
    let (her, site, redemption) = (bank.volunteers[0], bank.site, bank.redemptions[0].id);
    let book = Source { kind: "test", id: Uuid::from_u128(1) };
    run(&app, async |tx| ledger::open(tx, her, site, 88, book, "纸质积分册结转").await)
        .await
        .unwrap();
    run(&app, async |tx| ledger::hold(tx, her, 20, redemption, "换大米").await).await.unwrap();
    run(&app, async |tx| ledger::commit(tx, redemption, "已领取").await).await.unwrap();
    run(&app, async |tx| ledger::zero_out(tx, her, source(9), "清零").await).await.unwrap();

    let reverse = async |by: u128| {
        run(&app, async |tx| ledger::reverse(tx, book, source(by), "结转有误").await).await
    };
    let posted = reverse(11).await.unwrap();

    assert_eq!((posted.points, posted.replayed), (88, false));
    assert_eq!(numbers(&app, her).await, (0, 0, 20, 6), "the 20 that were spent");
    assert!(reverse(11).await.unwrap().replayed);
    assert_eq!(refused(reverse(12).await), "already_reversed");
    let other = Source { kind: "test", id: Uuid::from_u128(2) };
    let again = async |tx: &Tx<'_>| ledger::open(tx, her, site, 8, other, "结转").await;
    assert_eq!(refused(run(&app, again).await), "ledger_already_opened");
    let kinds: Vec<_> = entries(&app).await.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opening", "hold", "commit", "zero_out", "restore", "reverse"]);
    let report = api::audit::run(&app.app.pools.read).await.unwrap();
    let entries = report.violations.iter().filter(|found| found.table == "ledger_entry");
    assert_eq!(entries.count(), 0, "{:?}", report.violations);
}

/// What an earning gave is lost once: by the zeroing, or by being taken back.
#[actix_web::test]
async fn what_was_zeroed_of_an_earning_is_not_charged_again_nor_given_back() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 1).await;
    let (her, redemption) = (bank.volunteers[0], bank.redemptions[0].id);
    let case = source(9);
    earn(&app, &bank, 50, 1).await.unwrap();
    run(&app, async |tx| ledger::hold(tx, her, 20, redemption, "换大米").await).await.unwrap();
    run(&app, async |tx| ledger::commit(tx, redemption, "已领取").await).await.unwrap();
    earn(&app, &bank, 8, 2).await.unwrap();
    run(&app, async |tx| ledger::zero_out(tx, her, case, "清零").await).await.unwrap();
    earn(&app, &bank, 25, 3).await.unwrap();

    let revoke = async |tx: &Tx<'_>| ledger::reverse(tx, source(1), source(11), "有误").await;
    let posted = run(&app, revoke).await.unwrap();
    assert_eq!((posted.points, posted.replayed), (50, false));
    assert_eq!(numbers(&app, her).await, (5, 0, 0, 8), "the 20 that were spent");
    assert!(run(&app, revoke).await.unwrap().replayed);
    let restore = async |tx: &Tx<'_>| ledger::restore(tx, case, "撤销清零").await;
    assert_eq!(run(&app, restore).await.unwrap().points, 8, "and nothing of the first");
    assert!(run(&app, restore).await.unwrap().replayed);

    assert_eq!(numbers(&app, her).await, (13, 0, 0, 9));
    let kinds: Vec<_> = entries(&app).await.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds[5..], ["earn", "restore", "reverse", "restore"]);
    let report = api::audit::run(&app.app.pools.read).await.unwrap();
    let entries = report.violations.iter().filter(|found| found.table == "ledger_entry");
    assert_eq!(entries.count(), 0, "{:?}", report.violations);
}

#[actix_web::test]
async fn what_comes_back_pays_what_is_due_before_it_can_be_spent() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 2).await;
    let her = bank.volunteers[0];
    let [one, two] = [bank.redemptions[0].id, bank.redemptions[1].id];
    earn(&app, &bank, 50, 1).await.unwrap();
    run(&app, async |tx| ledger::hold(tx, her, 30, one, "换大米").await).await.unwrap();
    run(&app, async |tx| ledger::commit(tx, one, "已领取").await).await.unwrap();
    run(&app, async |tx| ledger::hold(tx, her, 20, two, "换洗衣液").await).await.unwrap();
    run(&app, async |tx| ledger::reverse(tx, source(1), source(11), "有误").await).await.unwrap();
    assert_eq!(numbers(&app, her).await, (0, 20, 50, 5));

    let release = async |tx: &Tx<'_>| ledger::release(tx, two, "取消").await;
    assert_eq!(run(&app, release).await.unwrap().points, 20);
    assert_eq!(numbers(&app, her).await, (0, 0, 30, 7));
    assert!(run(&app, release).await.unwrap().replayed);
    run(&app, async |tx| ledger::give_back(tx, one, "退回").await).await.unwrap();
    assert_eq!(numbers(&app, her).await, (0, 0, 0, 9));

    let kinds: Vec<_> = entries(&app).await.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds[5..], ["release", "recover", "return", "recover"]);
    assert!(entries(&app).await[6].refers_to.is_none());
}

#[actix_web::test]
async fn the_database_refuses_an_account_that_owes_and_can_spend() {
    let app = TestApp::start().await;
    let her = Bank::open(&app, 1, 0).await.volunteers[0];
    ledger::give_points(&app.app, her, 5).await.unwrap();
    let owe = "UPDATE points_account SET recovery_due = 1 WHERE available > 0";
    let refused = sea_orm::ConnectionTrait::execute_unprepared(&app.db, owe).await.unwrap_err();
    assert!(refused.to_string().contains("points_account_owes"), "{refused}");
}

#[actix_web::test]
async fn time_never_runs_backwards_within_an_account() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 0).await;

    for (by, minutes) in [(1, 30), (2, -90), (3, 20), (4, 70)] {
        app.advance(chrono::TimeDelta::minutes(minutes));
        earn(&app, &bank, 1, by).await.unwrap();
    }

    let times: Vec<_> = entries(&app).await.iter().map(|entry| entry.created_at).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(
        (times[0] == times[1], times[1] == times[2], times[2] < times[3]),
        (true, true, true)
    );
}

#[actix_web::test]
async fn each_entry_carries_the_hash_of_the_one_before_and_is_told_to_the_journal() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 0).await;

    for by in 1..=3 {
        earn(&app, &bank, 5, by).await.unwrap();
    }

    let entries = entries(&app).await;
    assert_eq!(entries[0].prev_hash, "0".repeat(64));
    assert_eq!(
        (&entries[1].prev_hash, &entries[2].prev_hash),
        (&entries[0].hash, &entries[1].hash)
    );
    let row = points_account::Entity::find().one(&app.db).await.unwrap().unwrap();
    assert_eq!((row.last_hash, row.updated_at), (entries[2].hash.clone(), entries[2].created_at));
    assert!(entries.iter().all(|entry| entry.kind == LedgerKind::Earn));
    let events = entity::journal_event::Entity::find().all(&app.db).await.unwrap();
    let told: Vec<_> = events.iter().filter(|event| event.kind == "points.earn").collect();
    assert_eq!(told.len(), 3);
    assert_eq!(told[2].data["entry_id"], entries[2].id.to_string());
}

#[actix_web::test]
async fn fifty_races_for_the_last_points_have_one_winner() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 50).await;
    let her = bank.volunteers[0];
    ledger::give_points(&app.app, her, 30).await.unwrap();

    let hold = async |redemption: RedemptionId| {
        run(&app, async |tx| ledger::hold(tx, her, 30, redemption, "换洗衣液").await).await
    };
    let races = bank.redemptions.iter().map(|row| hold(row.id));
    let results = futures_util::future::join_all(races).await;

    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 49));
    assert!(lost.into_iter().all(|result| refused(result) == "insufficient_points"));
    assert_eq!(numbers(&app, her).await, (0, 30, 0, 2));
}
