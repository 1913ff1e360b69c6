//! With the database's own guards off, the audit still finds every changed cell.

use api::audit;
use entity::{
    journal_event, journal_seal, tree, tree_checkpoint, tree_leaf, tree_node, tree_reader,
};
use harness::{TestApp, is_postgres};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder};

use super::Village;

const TABLES: [&str; 7] = [
    "bulletin",
    "journal_event",
    "journal_seal",
    "tree_leaf",
    "tree_node",
    "tree_checkpoint",
    "tree_cosignature",
];

/// Switches the guards of the trees, the journal and what is published of them off.
pub(crate) async fn disarm(app: &TestApp) {
    if is_postgres() {
        for table in TABLES {
            let sql = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
            app.db.execute_unprepared(&sql).await.unwrap();
        }
        return;
    }
    let sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'";
    let statement = sea_orm::Statement::from_string(app.db.get_database_backend(), sql);
    for row in app.db.query_all_raw(statement).await.unwrap() {
        let (name, table): (String, String) =
            (row.try_get("", "name").unwrap(), row.try_get("", "tbl_name").unwrap());
        if TABLES.contains(&table.as_str()) {
            app.db.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
        }
    }
}

/// Findings of a rule about a row.
pub(crate) async fn found(app: &TestApp, rule: &str, row: &str) -> bool {
    let report = audit::run(&app.app.pools.read).await.unwrap();
    report.violations.iter().any(|found| found.rule == rule && found.row == row)
}

/// Nothing but the missing guards themselves.
async fn assert_untouched(app: &TestApp) {
    let report = audit::run(&app.app.pools.read).await.unwrap();
    let other: Vec<_> =
        report.violations.iter().filter(|found| found.rule != "trigger_present").collect();
    assert!(other.is_empty(), "{other:#?}");
    assert!(!report.is_sound(), "the guards are missed");
}

fn other_digit(hash: &str) -> String {
    let last = if hash.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &hash[..hash.len() - 1])
}

macro_rules! store {
    ($app:expr, $row:expr) => {
        $row.into_active_model().reset_all().update(&$app.db).await.map(drop)
    };
}

/// A hundred cells of journal and seals, one after the other, each put back afterwards.
#[actix_web::test]
async fn a_hundred_altered_cells_of_the_journal_are_found_and_the_event_is_named() {
    type Alteration = (&'static str, fn(&mut journal_event::Model));
    const CELLS: [Alteration; 8] = [
        ("kind", |row| row.kind.push('x')),
        ("subject_type", |row| row.subject_type.push('x')),
        ("subject_id", |row| {
            row.subject_id = uuid::Uuid::from_u128(row.subject_id.as_u128() ^ 1);
        }),
        ("site_id", |row| row.site_id = None),
        ("data", |row| row.data["seq"] = 77.into()),
        ("data's member", |row| row.data["more"] = true.into()),
        ("occurred_at", |row| row.occurred_at += chrono::TimeDelta::microseconds(1)),
        ("request_id", |row| row.request_id.push('0')),
    ];
    let village = Village::open(10).await;
    // Seals also what the signer told.
    village.app.run_jobs().await;
    disarm(&village.app).await;
    assert_untouched(&village.app).await;
    let events = journal_event::Entity::find().order_by_asc(journal_event::Column::Position);
    let events = events.all(&village.app.db).await.unwrap();
    let (mut altered, mut random) = (0, 0x2545_f491_u64);
    while altered < 100 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let event = &events[usize::try_from(random >> 33).unwrap() % events.len()];
        let (cell, alter) = CELLS[altered % CELLS.len()];
        let mut forged = event.clone();
        alter(&mut forged);
        altered += 1;
        if forged == *event {
            continue;
        }
        store!(village.app, forged.clone()).unwrap();
        let name = event.id.to_string();
        assert!(found(&village.app, "journal_sealed", &name).await, "{cell} of {event:?}");
        store!(village.app, event.clone()).unwrap();
    }
    assert_untouched(&village.app).await;
}

#[actix_web::test]
async fn altered_seals_leaves_nodes_and_heads_are_found() {
    let village = Village::open(10).await;
    let app = &village.app;
    disarm(app).await;

    for seal in journal_seal::Entity::find().all(&app.db).await.unwrap() {
        let forged = journal_seal::Model { seal: other_digit(&seal.seal), ..seal.clone() };
        store!(app, forged).unwrap();
        assert!(found(app, "journal_sealed", &seal.event_id.to_string()).await);
        store!(app, seal).unwrap();
    }
    for leaf in village.leaves().await {
        let name = format!("{}/{}", village.tree, leaf.leaf_index);
        let line = leaf.line.clone().unwrap();
        for at in [line.len() - 1, line.find("EARN").unwrap() + 6] {
            let mut bytes = line.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            let line = Some(String::from_utf8(bytes).unwrap());
            store!(app, tree_leaf::Model { line, ..leaf.clone() }).unwrap();
            assert!(found(app, "leaf_hash", &name).await, "{name}");
        }
        let forged = tree_leaf::Model { leaf_hash: other_digit(&leaf.leaf_hash), ..leaf.clone() };
        store!(app, forged).unwrap();
        assert!(found(app, "leaf_hash", &name).await, "{name}");
        assert!(found(app, "signed_head", &format!("{}/10", village.tree)).await);
        store!(app, leaf).unwrap();
    }
    for node in tree_node::Entity::find().all(&app.db).await.unwrap() {
        let name = format!("{}/{}/{}", village.tree, node.level, node.node_index);
        store!(app, tree_node::Model { hash: other_digit(&node.hash), ..node.clone() }).unwrap();
        assert!(found(app, "tree_node", &name).await, "{name}");
        store!(app, node).unwrap();
    }
    let head = tree_checkpoint::Entity::find().one(&app.db).await.unwrap().unwrap();
    let name = format!("{}/10", village.tree);
    for forged in [
        tree_checkpoint::Model { root: other_digit(&head.root), ..head.clone() },
        tree_checkpoint::Model { note: head.note.replace("\n10\n", "\n11\n"), ..head.clone() },
    ] {
        store!(app, forged).unwrap();
        assert!(found(app, "signed_head", &name).await);
    }
    store!(app, head).unwrap();
    assert_untouched(app).await;
}

#[actix_web::test]
async fn an_altered_tree_or_reader_is_found() {
    let village = Village::open(5).await;
    let app = &village.app;
    let row = village.row().await;
    let site = row.site_id.to_string();
    for forged in [
        tree::Model { size: 4, ..row.clone() },
        tree::Model { root: other_digit(&row.root), ..row.clone() },
        tree::Model { peaks: other_digit(&row.peaks), ..row.clone() },
    ] {
        store!(app, forged).unwrap();
        assert!(found(app, "tree_head", &site).await);
    }
    store!(app, row).unwrap();
    let reader = tree_reader::Entity::find().one(&app.db).await.unwrap().unwrap();
    let forged = tree_reader::Model { seal: other_digit(&reader.seal), ..reader.clone() };
    store!(app, forged).unwrap();
    assert!(found(app, "journal_sealed", "1").await);
    store!(app, reader).unwrap();
    app.assert_sound().await;
}

/// An entry changed together with its hash and all that follows, so that the account's own
/// chain fits: the published line still says what it was.
#[actix_web::test]
async fn an_entry_rewritten_with_its_chain_disagrees_with_its_line() {
    let village = Village::open(4).await;
    crate::ledger::disarm(&village.app).await;
    let sql = "UPDATE ledger_entry SET source_id = volunteer_id WHERE seq = 1";
    village.app.db.execute_unprepared(sql).await.unwrap();
    for index in [0, 1] {
        let name = format!("{}/{index}", village.tree);
        assert!(found(&village.app, "leaf_agrees", &name).await, "{name}");
    }
}

#[actix_web::test]
async fn the_database_refuses_to_change_what_is_published() {
    let village = Village::open(3).await;
    for sql in [
        "UPDATE tree_leaf SET line = 'x'",
        "UPDATE tree_leaf SET leaf_hash = leaf_hash, line = line",
        "DELETE FROM tree_leaf",
        "UPDATE tree_node SET hash = hash",
        "DELETE FROM tree_node",
        "UPDATE tree_checkpoint SET note = ''",
        "DELETE FROM tree_checkpoint",
        "UPDATE journal_seal SET seal = seal",
        "DELETE FROM journal_seal",
    ] {
        assert!(village.app.db.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    village.app.assert_sound().await;
}
