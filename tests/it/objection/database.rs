//! What the database itself refuses, whatever program writes.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::Office;

#[actix_web::test]
async fn people_are_kept_apart_and_the_trail_stays() {
    let office = Office::open().await;
    office.decided(&office.certified(5).await, "upheld").await;
    let refused = [
        (
            "UPDATE objection SET state = 'executed', effect = 'reversed', executed_by = \
             decided_by, executed_at = decided_at",
            "objection_executed_by_another",
        ),
        ("UPDATE objection SET decided_by = first_decider", "objection_not_the_first_decider"),
        ("UPDATE objection SET admitted_by = filed_by", "objection_not_ones_own"),
        ("UPDATE objection SET outcome = NULL", "objection_decided"),
        ("UPDATE objection SET channel = 'anonymous'", "objection_filer"),
        ("UPDATE objection SET kind = 'appeal'", "objection_appeal"),
        ("UPDATE objection_step SET reason = NULL", "append-only"),
        ("DELETE FROM objection_step", "append-only"),
    ];

    for (sql, by) in refused {
        let error = office.app.db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(error.contains(by), "{sql}: {error}");
    }
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn an_upheld_objection_without_its_reversal_is_found() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "partly").await;
    office.step("head", &id, "execute", json!({})).await.assert_ok();
    office.app.assert_sound().await;

    let sql = "UPDATE objection SET outcome = 'upheld'";
    office.app.db.execute_unprepared(sql).await.expect("a forgery");

    let report = api::audit::run(&office.app.db).await.expect("an audit");
    let found: Vec<_> = report.violations.iter().map(ToString::to_string).collect();
    assert!(found.iter().any(|line| line.contains("upheld_objection_was_reversed")), "{found:?}");
}
