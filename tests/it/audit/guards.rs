//! The triggers that refuse changes: each that the schema has is missed when it is gone.

use std::collections::BTreeSet;

use harness::{TestApp, is_postgres};
use sea_orm::{ConnectionTrait, QueryResult, Statement};

/// Two texts of each row: its name and another.
async fn pairs(app: &TestApp, sql: &str) -> Vec<(String, String)> {
    let statement = Statement::from_string(app.db.get_database_backend(), sql);
    let rows = app.db.query_all_raw(statement).await.unwrap();
    let text = |row: &QueryResult, column| row.try_get::<String>("", column).unwrap();
    rows.iter().map(|row| (text(row, "name"), text(row, "other"))).collect()
}

/// Writes past the triggers of a table, and puts them back.
pub(super) async fn write_unguarded(app: &TestApp, table: &str, sql: &str) {
    if is_postgres() {
        for sql in [
            format!("ALTER TABLE {table} DISABLE TRIGGER USER").as_str(),
            sql,
            format!("ALTER TABLE {table} ENABLE TRIGGER USER").as_str(),
        ] {
            app.db.execute_unprepared(sql).await.unwrap();
        }
        return;
    }
    let list = format!(
        "SELECT name, sql AS other FROM sqlite_master \
         WHERE type = 'trigger' AND tbl_name = '{table}'"
    );
    let guards = pairs(app, &list).await;
    for (name, _) in &guards {
        app.db.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
    }
    app.db.execute_unprepared(sql).await.unwrap();
    for (_, text) in &guards {
        app.db.execute_unprepared(text).await.unwrap();
    }
}

#[actix_web::test]
async fn every_trigger_of_the_schema_is_missed_when_it_is_gone() {
    let app = TestApp::start().await;
    app.assert_sound().await;
    let list = if is_postgres() {
        "SELECT tgname::text AS name, tgrelid::regclass::text AS other FROM pg_trigger \
         WHERE NOT tgisinternal"
    } else {
        "SELECT name, tbl_name AS other FROM sqlite_master WHERE type = 'trigger'"
    };
    let guards = pairs(&app, list).await;
    assert!(guards.len() > 40, "{guards:?}");
    for (name, table) in &guards {
        let place = if is_postgres() { format!(" ON {table}") } else { String::new() };
        app.db.execute_unprepared(&format!("DROP TRIGGER {name}{place}")).await.unwrap();
    }

    let report = api::audit::run(&app.app.pools.read).await.unwrap();

    let missed = report.violations.iter().filter(|found| found.rule == "trigger_present");
    let missed: BTreeSet<_> = missed.map(|found| found.row.clone()).collect();
    let guards: BTreeSet<_> = guards.into_iter().map(|(name, _)| name).collect();
    assert_eq!(missed, guards, "the audit asks for every trigger, and for no other");
}
