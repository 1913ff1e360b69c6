//! The audit finds every altered cell and names its row.

use api::audit;
use api::ledger::expiry::Terms;
use api::ledger::{self, Source};
use entity::ids::{LedgerEntryId, RedemptionId};
use entity::ledger_entry::LedgerKind;
use entity::redemption::RedemptionState;
use entity::{hold, ledger_entry, points_account};
use harness::{TestApp, is_postgres};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::given::Bank;
use super::posting::{run, source};

/// Points are good on the day they are earned.
const ONE_DAY: Terms = Terms { months: 0, since: chrono::DateTime::UNIX_EPOCH };

/// Five accounts with every kind of entry.
async fn lively(app: &TestApp) -> Bank {
    let bank = Bank::open(app, 5, 0).await;
    let site = bank.site;
    for (number, her) in (0_u128..).zip(bank.volunteers.iter().copied()) {
        let at = number * 100;
        let [one, two] = [at, at + 1].map(|n| RedemptionId::from(Uuid::from_u128(n + 1)));
        let case = Source { kind: "trial", id: Uuid::from_u128(at + 1) };
        run(app, async |tx| ledger::open(tx, her, site, 5, source(at), "纸质积分册结转").await)
            .await
            .unwrap();
        app.advance(chrono::TimeDelta::days(1));
        run(app, async |tx| {
            assert_eq!(ledger::expire_due(tx, her, ONE_DAY).await?, 5);
            ledger::earn(tx, her, site, 60, source(at + 1), "清扫村道").await?;
            bank.place(tx, one, her, 30).await?;
            bank.finish(tx, one, her, RedemptionState::Fulfilled).await?;
            bank.finish(tx, one, her, RedemptionState::Returned).await?;
            bank.place(tx, two, her, 20).await?;
            ledger::zero_out(tx, her, case, "清零").await?;
            ledger::restore(tx, case, "撤销清零").await?;
            ledger::zero_out(tx, her, source(at + 3), "清零").await?;
            ledger::reverse(tx, source(at + 1), source(at + 4), "认定有误").await?;
            ledger::earn(tx, her, site, 70, source(at + 5), "宣讲").await?;
            bank.finish(tx, two, her, RedemptionState::Cancelled).await
        })
        .await
        .unwrap();
    }
    bank
}

pub(crate) async fn disarm(app: &TestApp) {
    let tables = ["ledger_entry", "hold", "points_account"];
    if is_postgres() {
        for table in tables {
            let sql = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
            app.db.execute_unprepared(&sql).await.unwrap();
        }
        let owes = "ALTER TABLE points_account DROP CONSTRAINT IF EXISTS points_account_owes";
        app.db.execute_unprepared(owes).await.unwrap();
        return;
    }
    for name in [
        "ledger_entry_refuse_update",
        "ledger_entry_refuse_delete",
        "ledger_entry_chain",
        "hold_ends_once_update",
        "hold_ends_once_delete",
        "points_account_owes",
    ] {
        app.db.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
    }
}

async fn named(app: &TestApp, row: &str) -> bool {
    let report = audit::run(&app.app.pools.read).await.unwrap();
    report.violations.iter().any(|violation| violation.row == row)
}

async fn write(app: &TestApp, id: LedgerEntryId, row: &ledger_entry::Model) -> Result<(), DbErr> {
    ledger_entry::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(ledger_entry::Column::Id.eq(id))
        .exec(&app.db)
        .await
        .map(drop)
}

fn other_digit(hash: &str) -> String {
    let last = if hash.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &hash[..63])
}

/// Changes one cell: a number by one, a text by one character.
type Alteration = (&'static str, fn(&mut ledger_entry::Model));

const CELLS: [Alteration; 20] = [
    ("id", |row| row.id = Uuid::from_u128(Uuid::from(row.id).as_u128() ^ 1).into()),
    ("seq", |row| row.seq += 1000),
    ("kind", |row| {
        row.kind = if row.kind == LedgerKind::Earn { LedgerKind::Return } else { LedgerKind::Earn }
    }),
    ("available_delta", |row| row.available_delta += 1),
    ("held_delta", |row| row.held_delta -= 1),
    ("recovery_delta", |row| row.recovery_delta += 1),
    ("available_after", |row| row.available_after += 1),
    ("held_after", |row| row.held_after += 1),
    ("recovery_after", |row| row.recovery_after += 1),
    ("source_kind", |row| row.source_kind.push('x')),
    ("source_id", |row| row.source_id = Uuid::from_u128(row.source_id.as_u128() ^ 1 << 100)),
    ("refers_to", |row| row.refers_to = row.refers_to.map_or(Some(row.id), |_| None)),
    ("actor_role", |row| row.actor_role = row.actor_role[1..].to_owned()),
    ("reason", |row| row.reason.push('。')),
    ("request_id", |row| row.request_id.push('0')),
    ("prev_hash", |row| row.prev_hash = other_digit(&row.prev_hash)),
    ("hash", |row| row.hash = other_digit(&row.hash)),
    ("created_at", |row| row.created_at -= chrono::TimeDelta::microseconds(1)),
    ("two cells", |row| (row.available_delta, row.available_after) = (999, 999)),
    ("whose", |row| (row.available_delta, row.reason) = (row.available_delta + 1, "改".into())),
];

#[actix_web::test]
async fn the_books_of_a_lively_town_are_sound() {
    let app = TestApp::start().await;
    lively(&app).await;
    app.run_jobs().await;

    app.assert_sound().await;

    let report = audit::run(&app.app.pools.read).await.unwrap();
    assert_eq!((report.accounts, report.entries), (5, 5 * 15));
    assert!(report.rules > 25);
    let totals = report.totals;
    assert_eq!((totals.issued, totals.spent, totals.expired), (5 * 135, 0, 5 * 5));
    assert_eq!((totals.reversed, totals.zeroed), (5 * 60, 5 * 80));
    assert_eq!(totals.restored, 5 * 80, "40 by the case, 40 before the reversal");
    assert_eq!(totals.with_volunteers, 5 * 70);
}

#[actix_web::test]
async fn every_altered_cell_of_the_ledger_is_found_and_its_row_named() {
    let app = TestApp::start().await;
    lively(&app).await;
    disarm(&app).await;
    let ordered = ledger_entry::Entity::find().order_by_asc(ledger_entry::Column::Id);
    let rows = ordered.all(&app.db).await.unwrap();

    let (mut altered, mut random) = (0, 0x2545_f491_u64);
    while altered < 30 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let row = &rows[usize::try_from(random >> 33).unwrap() % rows.len()];
        let (cell, alter) = CELLS[altered % CELLS.len()];
        let mut forged = row.clone();
        alter(&mut forged);
        if write(&app, row.id, &forged).await.is_err() {
            continue; // A check or a foreign key refused even this.
        }
        altered += 1;
        assert!(named(&app, &forged.id.to_string()).await, "{cell} of {row:?}");
        write(&app, forged.id, row).await.unwrap();
    }

    let report = audit::run(&app.app.pools.read).await.unwrap();
    assert!(report.violations.iter().all(|violation| violation.rule == "trigger_present"));
    assert!(report.violations.iter().any(|violation| violation.row == "ledger_entry_chain"));
}

#[actix_web::test]
async fn removed_and_recomputed_entries_are_found_by_the_row_of_the_account() {
    let app = TestApp::start().await;
    let bank = lively(&app).await;
    disarm(&app).await;
    let her = bank.volunteers[0];
    let newest = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(her))
        .order_by_desc(ledger_entry::Column::Seq)
        .one(&app.db);
    let newest = newest.await.unwrap().unwrap();
    let first = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(her))
        .filter(ledger_entry::Column::Seq.eq(2));
    let first = first.one(&app.db).await.unwrap().unwrap();

    app.db.execute_unprepared("UPDATE hold SET ended_entry_id = NULL").await.unwrap();
    ledger_entry::Entity::delete_by_id(newest.id).exec(&app.db).await.unwrap();
    assert!(named(&app, &her.to_string()).await);
    let new: ledger_entry::ActiveModel = newest.into();
    ledger_entry::Entity::insert(new).exec_without_returning(&app.db).await.unwrap();
    assert!(!named(&app, &her.to_string()).await);

    // She who earned 60 is made to have earned 61, and her balance with it.
    let more = ledger_entry::Model { available_delta: 61, available_after: 101, ..first.clone() };
    write(&app, first.id, &more).await.unwrap();
    let sql = "UPDATE points_account SET available = available + 1";
    app.db.execute_unprepared(sql).await.unwrap();
    assert!(named(&app, &first.id.to_string()).await);
}

#[actix_web::test]
async fn altered_accounts_and_holds_are_found() {
    let app = TestApp::start().await;
    let bank = lively(&app).await;
    disarm(&app).await;
    let accounts = points_account::Entity::find_by_id(bank.volunteers[1]).one(&app.db);
    let account = accounts.await.unwrap().unwrap();
    let alterations: [fn(&mut points_account::Model); 6] = [
        |row| row.available += 1,
        |row| row.held += 1,
        |row| row.recovery_due += 1,
        |row| row.last_seq -= 1,
        |row| row.last_hash = other_digit(&row.last_hash),
        |row| row.updated_at += chrono::TimeDelta::seconds(1),
    ];
    let write_account = async |row: points_account::Model| {
        points_account::Entity::update(row.into_active_model().reset_all())
            .exec(&app.db)
            .await
            .unwrap();
    };
    for (number, alter) in alterations.iter().enumerate() {
        let mut forged = account.clone();
        alter(&mut forged);
        write_account(forged).await;
        assert!(named(&app, &account.volunteer_id.to_string()).await, "account cell {number}");
        write_account(account.clone()).await;
    }

    for row in hold::Entity::find().all(&app.db).await.unwrap().iter().take(4) {
        let alterations: [fn(&mut hold::Model); 5] = [
            |row| row.points += 1,
            |row| (row.state, row.ended_at) = (hold::HoldState::Open, None),
            |row| row.created_at += chrono::TimeDelta::seconds(1),
            |row| row.ended_at = row.ended_at.map(|at| at + chrono::TimeDelta::seconds(1)),
            |row| row.ended_entry_id = None,
        ];
        for (number, alter) in alterations.iter().enumerate() {
            let mut forged = row.clone();
            alter(&mut forged);
            let write = async |row: hold::Model| {
                let update = hold::Entity::update(row.into_active_model().reset_all());
                update.exec(&app.db).await.unwrap();
            };
            write(forged).await;
            assert!(named(&app, &row.id.to_string()).await, "hold cell {number}");
            write(row.clone()).await;
        }
    }
}

#[actix_web::test]
async fn the_database_refuses_to_change_or_remove_an_entry() {
    let app = TestApp::start().await;
    lively(&app).await;

    for sql in [
        "UPDATE ledger_entry SET reason = 'x'",
        "UPDATE ledger_entry SET seq = seq",
        "DELETE FROM ledger_entry",
        "DELETE FROM hold WHERE state <> 'open'",
    ] {
        assert!(app.db.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    app.assert_sound().await;
}
