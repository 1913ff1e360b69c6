//! The database refuses to change what was published, and the audit finds who did it anyway.

use sea_orm::ConnectionTrait;

use super::Quarter;

const FROZEN: [&str; 10] = [
    "UPDATE bulletin SET line_count = 99",
    "UPDATE bulletin SET digest = replace(digest, substr(digest, 1, 1), 'z')",
    "UPDATE bulletin SET tree_root = NULL, tree = NULL, tree_size = NULL, checkpoint = NULL",
    "UPDATE bulletin SET state = 'drafting', published_at = NULL, published_by = NULL, \
     digest = NULL, tree = NULL, tree_size = NULL, tree_root = NULL, checkpoint = NULL",
    "UPDATE bulletin_figure SET earned = earned + 1, closing = closing + 1",
    "DELETE FROM bulletin_figure",
    "UPDATE bulletin_line SET points = points + 1",
    "DELETE FROM bulletin_line",
    "INSERT INTO bulletin_line SELECT bulletin_id, position + 100, redemption_id, volunteer_id, \
     site_id, goods_name, unit_label, quantity, points, handed_at, returned_at FROM bulletin_line",
    "DELETE FROM bulletin",
];

#[actix_web::test]
async fn nothing_published_can_be_changed_added_or_taken_away() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    for sql in FROZEN {
        let error = quarter.app.db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(error.contains("frozen"), "{sql}: {error}");
    }
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn sums_that_do_not_add_up_are_refused_even_in_a_draft() {
    let quarter = Quarter::over().await;
    quarter.drafted().await;
    let sql = "UPDATE bulletin_figure SET closing = closing + 1";
    let error = quarter.app.db.execute_unprepared(sql).await.expect_err(sql).to_string();
    assert!(error.contains("bulletin_figure_adds_up"), "{error}");
}

#[actix_web::test]
async fn what_was_changed_behind_the_triggers_is_found() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    let tables = ["bulletin", "bulletin_figure", "bulletin_line"];
    if harness::is_postgres() {
        for table in tables {
            let sql = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
            quarter.app.db.execute_unprepared(&sql).await.unwrap();
        }
    } else {
        for (table, what) in [("bulletin_figure", "update"), ("bulletin_line", "update")] {
            let sql = format!("DROP TRIGGER {table}_frozen_{what}");
            quarter.app.db.execute_unprepared(&sql).await.unwrap();
        }
    }
    for sql in [
        "UPDATE bulletin_figure SET earned = earned + 7, closing = closing + 7",
        "UPDATE bulletin_line SET points = points + 1, goods_name = 'x' WHERE position = 1",
    ] {
        quarter.app.db.execute_unprepared(sql).await.unwrap();
    }
    let report = api::audit::run(&quarter.app.app.pools.read).await.unwrap();
    let rules: std::collections::BTreeSet<_> =
        report.violations.iter().map(|found| found.rule).collect();
    for rule in [
        "bulletin_digest",
        "bulletin_balance",
        "bulletin_whole_is_its_sites",
        "bulletin_counts_its_lines",
        "bulletin_line_is_its_redemption",
        "trigger_present",
    ] {
        assert!(rules.contains(rule), "{rule} in {rules:?}");
    }
}

/// Who takes a whole bulletin away leaves no row that could be wrong; the journal remembers it.
#[actix_web::test]
async fn a_bulletin_taken_away_whole_is_missed() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    let tables = ["bulletin_line", "bulletin_figure", "bulletin"];
    for table in tables {
        let sql = if harness::is_postgres() {
            format!("ALTER TABLE {table} DISABLE TRIGGER USER")
        } else {
            format!("DROP TRIGGER {table}_frozen_delete")
        };
        quarter.app.db.execute_unprepared(&sql).await.unwrap();
    }
    for table in tables {
        quarter.app.db.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }

    let report = api::audit::run(&quarter.app.app.pools.read).await.unwrap();

    let found: Vec<_> = report.violations.iter().map(ToString::to_string).collect();
    let told = "what_the_journal_tells_of_is_there";
    assert!(found.iter().any(|line| line.contains(told)), "{found:?}");
}
