//! Checks that the database still refuses to change what is evidence.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};

use super::report::Report;
use crate::platform::db;

/// Tables whose rows are written once.
const APPEND_ONLY: [&str; 16] = [
    "attendance_correction",
    "audit_event",
    "bulletin_correction",
    "disqualification_statement",
    "journal_seal",
    "ledger_entry",
    "notice_correction",
    "objection_step",
    "service_record",
    "setting",
    "setting_withdrawal",
    "stock_movement",
    "supervisor_appraisal",
    "tree_checkpoint",
    "tree_cosignature",
    "tree_node",
];

const POSTGRES: &[&str] = &[
    "bulletin_figure_frozen",
    "bulletin_frozen",
    "bulletin_line_frozen",
    "ledger_entry_chain",
    "hold_ends_once",
    "journal_event_number_once",
    "journal_event_refuse_delete",
    "journal_event_refuse_truncate",
    "notice_entry_frozen",
    "notice_round_frozen",
    "opening_import_refuse_change",
    "rule_item_frozen",
    "rule_version_frozen",
    "setting_instant_once",
    "task_ends_once",
    "tree_leaf_follows",
    "tree_leaf_only_erased",
    "tree_leaf_refuse_delete",
    "tree_leaf_refuse_truncate",
];

const SQLITE: &[&str] = &[
    "bulletin_figure_frozen_delete",
    "bulletin_figure_frozen_insert",
    "bulletin_figure_frozen_update",
    "bulletin_frozen_delete",
    "bulletin_frozen_update",
    "bulletin_line_frozen_delete",
    "bulletin_line_frozen_insert",
    "bulletin_line_frozen_update",
    "ledger_entry_chain",
    "hold_ends_once_update",
    "hold_ends_once_delete",
    "journal_event_number_once",
    "journal_event_refuse_delete",
    "notice_entry_frozen_delete",
    "notice_entry_frozen_insert",
    "notice_entry_frozen_update",
    "notice_round_frozen_delete",
    "notice_round_frozen_update",
    "opening_import_refuse_change",
    "points_account_owes",
    "rule_item_frozen_delete",
    "rule_item_frozen_insert",
    "rule_item_frozen_update",
    "rule_version_frozen_delete",
    "rule_version_frozen_update",
    "setting_instant_once",
    "task_ends_once",
    "tree_leaf_follows",
    "tree_leaf_only_erased",
    "tree_leaf_refuse_delete",
];

// A trigger that is switched off is as good as gone.
const POSTGRES_PRESENT: &str = "SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')";
const SQLITE_PRESENT: &str = "SELECT name FROM sqlite_master WHERE type = 'trigger'";

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let (present, own, refusals): (_, &[&str], &[&str]) = if db::is_postgres(backend) {
        (POSTGRES_PRESENT, POSTGRES, &["refuse_change", "refuse_truncate"])
    } else {
        (SQLITE_PRESENT, SQLITE, &["refuse_update", "refuse_delete"])
    };
    let rows = db.query_all_raw(Statement::from_string(backend, present)).await?;
    let names = rows.iter().map(|row| row.try_get::<String>("", "name"));
    let present = names.collect::<Result<BTreeSet<_>, DbErr>>()?;
    let refusing = APPEND_ONLY
        .iter()
        .flat_map(|table| refusals.iter().map(move |refusal| format!("{table}_{refusal}")));
    for name in refusing.chain(own.iter().map(|name| (*name).to_owned())) {
        if !present.contains(&name) {
            report.add("trigger_present", "schema", name, "missing or disabled");
        }
    }
    report.rules += 1;
    Ok(())
}
