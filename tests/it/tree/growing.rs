//! Every entry gets exactly one leaf, in the journal's order.

use api::tree::core::line::Line;
use entity::{journal_event, ledger_entry, tree_reader};
use harness::{Process, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Village;

/// Each entry's leaf is at the place its event has among the events of points.
async fn assert_one_leaf_each(village: &Village) {
    let events = journal_event::Entity::find()
        .filter(journal_event::Column::Kind.starts_with("points."))
        .order_by_asc(journal_event::Column::Position);
    let events = events.all(&village.app.db).await.unwrap();
    let leaves = village.leaves().await;
    assert_eq!(leaves.len(), events.len());
    for (index, (leaf, event)) in leaves.iter().zip(&events).enumerate() {
        assert_eq!(usize::try_from(leaf.leaf_index), Ok(index));
        assert_eq!(leaf.position, event.position);
        assert_eq!(event.data["entry_id"], leaf.ledger_entry_id.unwrap().to_string());
    }
    let entries = ledger_entry::Entity::find().all(&village.app.db).await.unwrap();
    assert_eq!(entries.len(), leaves.len());
}

#[actix_web::test]
async fn every_entry_has_one_leaf_in_the_journals_order() {
    let village = Village::open(9).await;
    village.app.run_jobs().await;
    village.give(4).await;
    village.app.run_jobs().await;

    assert_one_leaf_each(&village).await;
    let leaves = village.leaves().await;
    assert_eq!(leaves.len(), 13);
    let Ok(Line::Entry(line)) = Line::parse(leaves[2].line.as_deref().unwrap()) else {
        panic!("no entry line: {leaves:?}");
    };
    assert_eq!((line.points, line.balance, line.index), (3, 4, 2));
    assert_eq!(line.card, village.zhang.card_number);
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_step_that_fails_in_the_middle_leaves_nothing_behind() {
    let village = Village::open(3).await;
    village.give(5).await;
    // A node that is in the way: the third batch of writes fails and takes all with it.
    let site = village.row().await.site_id;
    let in_the_way = entity::tree_node::ActiveModel {
        site_id: sea_orm::Set(site),
        level: sea_orm::Set(2),
        node_index: sea_orm::Set(1),
        hash: sea_orm::Set("0".repeat(64)),
    };
    entity::tree_node::Entity::insert(in_the_way)
        .exec_without_returning(&village.app.db)
        .await
        .unwrap();
    let before = tree_reader::Entity::find().one(&village.app.db).await.unwrap();

    assert!(api::jobs::run_all(&village.app.app).await.is_err());

    assert_eq!(village.leaves().await.len(), 3);
    assert_eq!(village.row().await.size, 3);
    assert_eq!(tree_reader::Entity::find().one(&village.app.db).await.unwrap(), before);
    let numbered = journal_event::Entity::find().filter(journal_event::Column::Position.is_null());
    assert_eq!(numbered.all(&village.app.db).await.unwrap().len(), 0, "the journal goes on");

    super::tamper::disarm(&village.app).await;
    let way = entity::tree_node::Entity::delete_by_id((site, 2, 1));
    way.exec(&village.app.db).await.unwrap();
    village.app.run_jobs().await;
    assert_one_leaf_each(&village).await;
}

#[actix_web::test]
async fn readers_at_once_double_nothing() {
    let village = Village::open(2).await;
    village.give(40).await;

    let runs = (0..6).map(|_| async {
        // The loser of a race may be refused; whoever comes next finds all done.
        let _ = api::jobs::run_all(&village.app.app).await;
    });
    futures_util::future::join_all(runs).await;
    village.app.run_jobs().await;

    assert_one_leaf_each(&village).await;
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn processes_that_are_killed_double_nothing_and_lose_nothing() {
    let village = Village::on(TestApp::start_running(|_| {}).await, 2).await;
    for _ in 0..4 {
        let mut two = [Process::start(&village.app), Process::start(&village.app)];
        village.give(20).await;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        two.iter_mut().for_each(Process::kill);
    }
    village.app.run_jobs().await;

    assert_one_leaf_each(&village).await;
    assert_eq!(village.leaves().await.len(), 82);
    village.app.assert_sound().await;
}
