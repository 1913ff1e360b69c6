//! The journal's positions under hostile writers: slow ones, ones that give up, one that stays
//! away, and sequencers that are killed. `DRILL_SECONDS=30` makes the drill as long as wanted.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt;
use chrono::Utc;
use entity::journal_event;
use harness::{Process, TestApp, is_postgres};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction,
    EntityTrait, IntoActiveModel, QueryOrder, TransactionTrait,
};
use uuid::Uuid;

const WRITERS: u64 = 16;

/// An event of one writer, in a transaction that is still open.
async fn write(db: &DatabaseConnection, id: Uuid) -> DatabaseTransaction {
    let tx = db.begin().await.unwrap();
    let event = journal_event::Model {
        id: id.into(),
        position: None,
        kind: "drill.written".into(),
        subject_type: "drill".into(),
        subject_id: id,
        site_id: None,
        data: serde_json::json!({}),
        occurred_at: Utc::now(),
        request_id: "drill".into(),
    };
    event.into_active_model().reset_all().insert(&tx).await.unwrap();
    tx
}

fn id_of(writer: u64, number: u64) -> Uuid {
    Uuid::from_u128((u128::from(writer) << 64) | u128::from(number))
}

/// Writes until told to stop; the ids that were committed, and those that were not.
async fn writer(
    db: DatabaseConnection,
    own: u64,
    stop: Arc<AtomicBool>,
) -> (BTreeSet<Uuid>, BTreeSet<Uuid>) {
    let (mut kept, mut given_up) = (BTreeSet::new(), BTreeSet::new());
    let mut dice = own * 7919 + 1;
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let id = id_of(own, number);
        let tx = write(&db, id).await;
        // SQLite has one writer: holding the file would only slow everybody down.
        let most = if is_postgres() { 20 } else { 1 };
        tokio::time::sleep(Duration::from_millis((dice >> 33) % most)).await;
        if (dice >> 40).is_multiple_of(20) {
            tx.rollback().await.unwrap();
            given_up.insert(id);
        } else {
            tx.commit().await.unwrap();
            kept.insert(id);
        }
    }
    (kept, given_up)
}

async fn connect(app: &TestApp, connections: u32) -> DatabaseConnection {
    if !is_postgres() {
        return app.db.clone();
    }
    let mut options = ConnectOptions::new(app.app.config.database.url.reveal());
    options.max_connections(connections).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// Events without a position.
async fn waiting(app: &TestApp) -> Vec<Uuid> {
    let events = journal_event::Entity::find().all(&app.db).await.unwrap();
    let waiting = events.into_iter().filter(|event| event.position.is_none());
    waiting.map(|event| event.id.into()).collect()
}

#[actix_web::test]
async fn no_position_is_lost_or_doubled_and_nobody_waits_for_a_stalled_writer() {
    let app = TestApp::start_running(|_| {}).await;
    app.county().await;
    let seconds = std::env::var("DRILL_SECONDS").map_or(5, |text| text.parse().unwrap());
    let db = connect(&app, 17).await;
    // SQLite's one writer would keep all others out.
    let stalled = id_of(WRITERS, 1);
    let held = if is_postgres() { Some(write(&db, stalled).await) } else { None };

    let stop = Arc::new(AtomicBool::new(false));
    let write = |own| rt::spawn(writer(db.clone(), own, stop.clone()));
    let writers: Vec<_> = (0..WRITERS).map(write).collect();
    let begin = Instant::now();
    let mut kills = 0;
    while begin.elapsed() < Duration::from_secs(seconds) {
        let app = &app;
        let mut two = [Process::start(app), Process::start(app)];
        tokio::time::sleep(Duration::from_millis(1500)).await;
        two.iter_mut().for_each(Process::kill);
        kills += 2;
    }
    stop.store(true, Ordering::Relaxed);
    let (mut kept, mut given_up) = (BTreeSet::new(), BTreeSet::new());
    for writer in writers {
        let (more, less) = writer.await.unwrap();
        kept.extend(more);
        given_up.extend(less);
    }

    // The stalled one is still there, and everything else gets its number.
    app.run_jobs().await;
    assert_eq!(waiting(&app).await, Vec::<Uuid>::new());
    if let Some(tx) = held {
        tx.commit().await.unwrap();
        kept.insert(stalled);
        app.run_jobs().await;
    }

    let events = journal_event::Entity::find().order_by_asc(journal_event::Column::Position);
    let events = events.all(&app.db).await.unwrap();
    let positions: Vec<_> = events.iter().map(|event| event.position.unwrap()).collect();
    let wanted: Vec<_> = (1..=i64::try_from(events.len()).unwrap()).collect();
    assert_eq!(positions, wanted);
    let drilled = events.iter().filter(|event| event.kind == "drill.written");
    let found: BTreeSet<Uuid> = drilled.map(|event| event.id.into()).collect();
    assert_eq!(found, kept);
    assert!(found.is_disjoint(&given_up));
    assert!(!given_up.is_empty() && kept.len() > 100, "{} and {}", kept.len(), given_up.len());
    if is_postgres() {
        let last = events.last().unwrap();
        assert_eq!(Uuid::from(last.id), stalled, "it came last, and is numbered last");
    }
    println!("{} kept, {} given up, {kills} kills, {seconds} s", kept.len(), given_up.len());
    app.assert_sound().await;
}
