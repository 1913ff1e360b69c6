//! The schema: it goes up and down, matches the entities, and refuses by itself
//! what no program may do.

mod admission;
mod catalogue;
mod entities;
mod given;
mod scratch;
mod uniqueness;

use std::collections::BTreeSet;

use entity::{audit_event, journal_event, setting};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseConnection, EntityTrait,
    IntoActiveModel,
};
use serde_json::json;

use self::{
    catalogue::Columns,
    given::{at, earning, hash, id, insert},
    scratch::on_each_back_end,
};

#[tokio::test]
async fn down_leaves_nothing_and_up_again_gives_the_same() {
    on_each_back_end("updown", async |db| {
        Migrator::up(&db, None).await.unwrap();
        let first = catalogue::dump(&db).await;
        assert!(first.len() > 100, "the dump sees the schema: {} lines", first.len());

        Migrator::down(&db, None).await.unwrap();
        assert_eq!(catalogue::dump(&db).await, Vec::<String>::new());

        Migrator::up(&db, None).await.unwrap();
        assert_eq!(catalogue::dump(&db).await, first);
    })
    .await;
}

#[tokio::test]
async fn entities_and_tables_have_the_same_columns() {
    on_each_back_end("drift", async |db| {
        Migrator::up(&db, None).await.unwrap();
        let expected = entities::tables();
        let found = catalogue::tables(&db).await;

        assert_eq!(names(expected.keys()), names(found.keys()), "tables");
        for (table, columns) in &expected {
            assert_same_columns(table, columns, &found[table], catalogue::is_postgres(&db));
        }
    })
    .await;
}

#[tokio::test]
async fn checks_allow_exactly_the_words_of_the_value_enums() {
    on_each_back_end("words", async |db| {
        Migrator::up(&db, None).await.unwrap();
        for (check, words) in entities::closed_sets() {
            assert_eq!(catalogue::words_of_check(&db, check).await, words, "{check}");
        }
    })
    .await;
}

#[tokio::test]
async fn rows_come_back_as_they_went_in() {
    on_each_back_end("roundtrip", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        let nested = setting::Model {
            id: id(1),
            site_id: id(1),
            key: "publicity.days".to_owned(),
            value: json!({ "days": 7, "note": "七天", "none": null }),
            effective_from: at(0),
            set_by: None,
            created_at: at(0),
        };
        insert(&db, nested.clone().into_active_model().reset_all()).await;

        let volunteer = entity::volunteer::Entity::find_by_id(given::volunteer().id);
        let site = entity::site::Entity::find_by_id(given::site().id);
        let setting = setting::Entity::find_by_id(nested.id);
        assert_eq!(volunteer.one(&db).await.unwrap(), Some(given::volunteer()));
        assert_eq!(site.one(&db).await.unwrap(), Some(given::site()));
        assert_eq!(setting.one(&db).await.unwrap(), Some(nested));
    })
    .await;
}

const APPEND_ONLY: &[&str] = &[
    "setting",
    "disqualification_statement",
    "service_record",
    "stock_movement",
    "ledger_entry",
    "objection_step",
    "audit_event",
    "journal_event",
    "notice_correction",
    "supervisor_appraisal",
];

#[tokio::test]
async fn append_only_rows_refuse_every_change() {
    on_each_back_end("append", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        given::service(&db).await;
        given::redemption(&db).await;
        insert(&db, earning(1, 0)).await;
        insert(&db, a_setting()).await;
        insert(&db, an_audit_event()).await;
        for (table, change) in [
            ("setting", "set_by = NULL"),
            ("service_record", "hours_tenths = 30"),
            ("ledger_entry", "available_delta = 11"),
            ("stock_movement", "quantity = 9"),
            ("audit_event", "result = 'denied'"),
        ] {
            let refusal = format!("{table} is append-only");
            assert_refused(&db, &format!("UPDATE {table} SET {change}"), &refusal).await;
            assert_refused(&db, &format!("DELETE FROM {table}"), &refusal).await;
        }
    })
    .await;
}

#[tokio::test]
async fn append_only_tables_cannot_be_truncated_either() {
    on_each_back_end("truncate", async |db| {
        Migrator::up(&db, None).await.unwrap();
        // SQLite has no TRUNCATE; there the DELETE of the test above is all there is.
        let tables: &[_] = if catalogue::is_postgres(&db) { APPEND_ONLY } else { &[] };
        for table in tables {
            let sql = format!("TRUNCATE {table} CASCADE");
            assert_refused(&db, &sql, &format!("{table} is append-only")).await;
        }
    })
    .await;
}

#[tokio::test]
async fn ledger_entries_follow_each_other_without_gap_or_wrong_link() {
    on_each_back_end("chain", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;

        assert_row_refused(&db, earning(2, 1), "ledger_entry_seq").await;
        insert(&db, earning(1, 0)).await;
        assert_row_refused(&db, earning(3, 1), "ledger_entry_seq").await;
        assert_row_refused(&db, earning(2, 7), "ledger_entry_prev_hash").await;
        insert(&db, earning(2, 1)).await;
        insert(&db, earning(3, 2)).await;

        // Another's account starts its own chain.
        let other = entity::volunteer::ActiveModel {
            id: Set(id(2)),
            id_number_index: Set(Some(hash(2))),
            ..given::volunteer().into_active_model().reset_all()
        };
        insert(&db, other).await;
        let hers = |seq: i64| entity::ledger_entry::ActiveModel {
            id: Set(id(77)),
            volunteer_id: Set(id(2)),
            source_id: Set(id(77)),
            ..earning(seq, 3)
        };
        assert_row_refused(&db, hers(4), "ledger_entry_seq").await;
        insert(&db, hers(1)).await;
    })
    .await;
}

#[tokio::test]
async fn published_rules_are_frozen() {
    on_each_back_end("rules", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        given::rules(&db).await;
        db.execute_unprepared("UPDATE rule_item SET points = 20").await.unwrap();
        db.execute_unprepared("UPDATE rule_version SET state = 'published'").await.unwrap();

        assert_row_refused(&db, given::a_rule_item(2), "rule_item_frozen").await;
        assert_refused(&db, "UPDATE rule_item SET points = 30", "rule_item_frozen").await;
        assert_refused(&db, "DELETE FROM rule_item", "rule_item_frozen").await;
        for change in ["number = 2", "effective_from = '2027-01-01'", "state = 'draft'"] {
            let sql = format!("UPDATE rule_version SET {change}");
            assert_refused(&db, &sql, "rule_version_frozen").await;
        }
        db.execute_unprepared("UPDATE rule_version SET state = 'retired'").await.unwrap();
        assert_row_refused(&db, given::a_rule_item(2), "rule_item_frozen").await;
    })
    .await;
}

#[tokio::test]
async fn a_hold_ends_once() {
    on_each_back_end("hold", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        given::redemption(&db).await;
        assert_refused(&db, "UPDATE hold SET state = 'released'", "hold_ended").await;
        let end = "UPDATE hold SET state = 'released', ended_at = created_at";
        db.execute_unprepared(end).await.unwrap();

        assert_refused(&db, "UPDATE hold SET state = 'committed'", "hold_ends_once").await;
        assert_refused(&db, "DELETE FROM hold", "hold_ends_once").await;
    })
    .await;
}

#[tokio::test]
async fn an_event_is_numbered_once_and_never_changed() {
    on_each_back_end("journal", async |db| {
        Migrator::up(&db, None).await.unwrap();
        let event = journal_event::Model {
            id: id(1),
            position: None,
            kind: "claim.certified".to_owned(),
            subject_type: "claim".to_owned(),
            subject_id: id(9),
            site_id: None,
            data: json!({ "points": 10 }),
            occurred_at: at(0),
            request_id: "r".to_owned(),
        };
        insert(&db, event.into_active_model().reset_all()).await;

        let refusal = "journal_event_number_once";
        let both = "UPDATE journal_event SET position = 1, kind = 'x'";
        assert_refused(&db, both, refusal).await;
        assert_refused(&db, "UPDATE journal_event SET kind = 'x'", refusal).await;
        db.execute_unprepared("UPDATE journal_event SET position = 1").await.unwrap();
        assert_refused(&db, "UPDATE journal_event SET position = 2", refusal).await;
        assert_refused(&db, "UPDATE journal_event SET position = NULL", refusal).await;
        assert_refused(&db, "DELETE FROM journal_event", "append-only").await;
    })
    .await;
}

#[tokio::test]
async fn balances_stock_and_capacity_cannot_go_below_nothing() {
    on_each_back_end("checks", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        given::service(&db).await;
        given::redemption(&db).await;
        let account = entity::points_account::Model {
            volunteer_id: id(1),
            site_id: id(1),
            available: 10,
            held: 0,
            recovery_due: 0,
            last_seq: 0,
            last_hash: hash(0),
            updated_at: at(0),
        };
        insert(&db, account.into_active_model().reset_all()).await;
        for (change, rule) in [
            ("points_account SET available = -1", "points_account_available"),
            ("points_account SET held = -1", "points_account_held"),
            ("points_account SET last_hash = 'short'", "points_account_last_hash"),
            ("stock_lot SET reserved = 11", "stock_lot_on_hand"),
            ("stock_lot SET issued = 1", "stock_lot_balance"),
            (
                "stock_lot SET accepted_by = received_by, second_accepted_by = received_by",
                "stock_lot_two_persons",
            ),
            ("session_item SET quantity_taken = 11", "session_item_quantity"),
            ("activity SET signed_up_count = 3", "activity_capacity"),
            ("activity SET risk_level = 'dangerous'", "activity_insurance"),
            ("activity SET ends_at = starts_at", "activity_ends_at"),
            ("volunteer SET gender = 3", "volunteer_gender"),
        ] {
            assert_refused(&db, &format!("UPDATE {change}"), rule).await;
        }
    })
    .await;
}

/// SQLite's type names are its own, so types are compared on PostgreSQL only.
fn assert_same_columns(table: &str, expected: &Columns, found: &Columns, with_types: bool) {
    assert_eq!(names(expected.keys()), names(found.keys()), "columns of {table}");
    for (column, expected) in expected {
        let found = &found[column];
        assert_eq!(expected.nullable, found.nullable, "{table}.{column} may be null");
        if with_types {
            assert_eq!(expected.type_name, found.type_name, "type of {table}.{column}");
        }
    }
}

fn names<'a>(keys: impl Iterator<Item = &'a String>) -> BTreeSet<&'a str> {
    keys.map(String::as_str).collect()
}

async fn assert_refused(db: &DatabaseConnection, sql: &str, refusal: &str) {
    let error = db.execute_unprepared(sql).await.expect_err(sql).to_string();
    assert!(error.contains(refusal), "{sql}: {error}");
}

async fn assert_row_refused<A: ActiveModelTrait>(db: &DatabaseConnection, row: A, refusal: &str) {
    let row = <A::Entity as EntityTrait>::insert(row);
    let error = row.exec_without_returning(db).await.expect_err(refusal).to_string();
    assert!(error.contains(refusal), "{error}");
}

fn a_setting() -> setting::ActiveModel {
    setting::ActiveModel {
        id: Set(id(1)),
        site_id: Set(id(1)),
        key: Set("k".to_owned()),
        value: Set(json!(1)),
        effective_from: Set(at(0)),
        created_at: Set(at(0)),
        ..Default::default()
    }
}

fn an_audit_event() -> audit_event::ActiveModel {
    audit_event::ActiveModel {
        id: Set(id(1)),
        occurred_at: Set(at(0)),
        actor_kind: Set(audit_event::ActorKind::System),
        actor_role: Set(None),
        action: Set("job.run".to_owned()),
        object_type: Set("job".to_owned()),
        result: Set("ok".to_owned()),
        request_id: Set("r".to_owned()),
        ..Default::default()
    }
}
