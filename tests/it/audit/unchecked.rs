//! Rows that the schema's own checks no longer keep sound are named all the same.

use harness::{Offer, TestApp, is_postgres};
use sea_orm::ConnectionTrait;

use crate::tree::{Village, found};

/// Writes past some checks of a table.
async fn write_unchecked(app: &TestApp, (table, checks): (&str, &[&str]), sql: &str) {
    let sql = if is_postgres() {
        let drops: Vec<_> = checks.iter().map(|check| format!("DROP CONSTRAINT {check}")).collect();
        format!("ALTER TABLE {table} {}; {sql}", drops.join(", "))
    } else {
        format!(
            "PRAGMA ignore_check_constraints = ON; {sql}; PRAGMA ignore_check_constraints = OFF"
        )
    };
    app.db.execute_unprepared(&sql).await.expect("a write past the check");
}

#[actix_web::test]
async fn a_key_approved_by_who_proposed_it_is_named() {
    let village = Village::open(2).await;
    let somebody = "(SELECT id FROM account ORDER BY id LIMIT 1)";
    let sql = format!("UPDATE tree_key SET proposed_by = {somebody}, approved_by = {somebody}");
    write_unchecked(&village.app, ("tree_key", &["tree_key_two_persons"]), &sql).await;

    let report = api::audit::run(&village.app.app.pools.read).await.expect("the audit");

    let named = report.violations.iter().filter(|v| v.rule == "tree_key_has_two_persons");
    assert_eq!(named.count(), 2, "{:?}", report.violations);
}

#[actix_web::test]
async fn what_nobody_handed_over_is_named() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (redemption, _) = shop.redeem(&zhang).await;
    shop.hand_over(&redemption, &zhang).await.assert_ok();
    app.assert_sound().await;

    app.db.execute_unprepared("UPDATE redemption SET fulfilled_by = NULL").await.expect("a row");

    assert!(found(&app, "handed_over_by_somebody", &redemption).await);
}

#[actix_web::test]
async fn a_value_that_cannot_be_read_is_named_and_the_other_rules_are_asked() {
    let village = Village::open(2).await;
    let sql = "UPDATE tree_key SET role = 'nobody'";
    write_unchecked(&village.app, ("tree_key", &["tree_key_role", "tree_key_approved"]), sql).await;
    let sql = format!("UPDATE tree_reader SET seal = '{}'", "0".repeat(64));
    village.app.db.execute_unprepared(&sql).await.expect("a row");

    let report = api::audit::run(&village.app.app.pools.read).await.expect("it goes on");

    assert!(!report.is_sound());
    assert!(found(&village.app, "tree_head", &village.tree).await, "{:?}", report.violations);
    assert!(found(&village.app, "journal_sealed", "1").await, "{:?}", report.violations);
}
