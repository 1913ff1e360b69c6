//! Entries written behind the service's back, chained and hashed as its own, with their accounts.

use api::ledger::hash_of;
use entity::ids::VolunteerId;
use entity::ledger_entry::{self, LedgerKind};
use entity::points_account;
use harness::TestApp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::tree::found;

/// A kind, what it makes available, and the kind of its source.
type Forgery = (LedgerKind, i64, &'static str);

/// Writes an entry after her only one, and her account as it is then.
async fn forge(app: &TestApp, her: VolunteerId, (kind, points, source): Forgery) -> String {
    let last = ledger_entry::Entity::find().filter(ledger_entry::Column::VolunteerId.eq(her));
    let last = last.one(&app.db).await.unwrap().unwrap();
    let mut entry = ledger_entry::Model {
        id: app.new_id().into(),
        seq: last.seq + 1,
        kind,
        available_delta: points,
        available_after: last.available_after + points,
        source_kind: source.into(),
        source_id: app.new_id(),
        prev_hash: last.hash.clone(),
        ..last
    };
    entry.hash = hash_of(&entry).unwrap();
    let account = points_account::ActiveModel {
        volunteer_id: Set(her),
        available: Set(entry.available_after),
        last_seq: Set(entry.seq),
        last_hash: Set(entry.hash.clone()),
        ..Default::default()
    };
    let id = entry.id.to_string();
    entry.into_active_model().reset_all().insert(&app.db).await.unwrap();
    account.update(&app.db).await.unwrap();
    id
}

#[actix_web::test]
async fn an_entry_of_no_source_that_the_bank_knows_is_named() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let forgeries: [Forgery; 5] = [
        (LedgerKind::Earn, 500, "gift"),
        (LedgerKind::Earn, 500, "disqualification"),
        (LedgerKind::Earn, 500, "redemption"),
        (LedgerKind::Opening, 500, "gift"),
        (LedgerKind::ZeroOut, -5, "gift"),
    ];
    for (number, forgery) in forgeries.into_iter().enumerate() {
        let name = format!("志愿者{number}");
        let (her, _) = app.card_only(&name, &county.town.stations[0]).await;
        app.give(her, 5).await;
        let id = forge(&app, her, forgery).await;
        for rule in ["entry_has_its_source", "entry_is_told_of"] {
            assert!(found(&app, rule, &id).await, "{rule}: {forgery:?}");
        }
    }
}

#[actix_web::test]
async fn an_entry_that_the_journal_does_not_tell_of_is_named() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (her, _) = app.card_only("志愿者", &county.town.stations[0]).await;
    app.give(her, 5).await;
    app.run_jobs().await;
    app.assert_sound().await;

    // As if a test had given it: nothing else is wrong with it.
    let id = forge(&app, her, (LedgerKind::Earn, 500, "test")).await;

    let report = api::audit::run(&app.app.pools.read).await.unwrap();
    let named: Vec<_> =
        report.violations.iter().map(|found| (found.rule, found.row.as_str())).collect();
    assert_eq!(named, [("entry_is_told_of", id.as_str())]);
}
