//! The schema of the points bank, step by step, for PostgreSQL and SQLite.
//!
//! This file is only the list. A released step is never edited: what changes
//! later is a new step. Steps use plain names and never the entities, because
//! entities change and history must not.

mod columns;
mod sql;

mod m20261124_000001_site;
mod m20261124_000002_refuse_change;
mod m20261124_000003_account;
mod m20261124_000004_session;
mod m20261124_000005_setting;
mod m20261124_000006_role_assignment;
mod m20261124_000007_appointment;
mod m20261124_000008_volunteer;
mod m20261124_000009_consent;
mod m20261124_000010_relative;
mod m20261124_000011_card;
mod m20261124_000012_rule;
mod m20261124_000013_activity;
mod m20261124_000014_sign_up;
mod m20261124_000015_attendance;
mod m20261124_000016_service_record;
mod m20261124_000017_claim;
mod m20261124_000018_ledger;
mod m20261124_000019_goods;
mod m20261124_000020_stock_lot;
mod m20261124_000021_redemption_session;
mod m20261124_000022_redemption;
mod m20261124_000023_stock_movement;
mod m20261124_000024_hold;
mod m20261124_000025_idempotency_key;
mod m20261124_000026_audit_event;
mod m20261124_000027_journal;
mod m20261124_000028_job_lease;
mod m20261125_000032_volunteer_binding;
mod m20261125_000033_identity_correction;
mod m20261125_000034_late_entry;
mod m20261125_000035_stock_adjustment;
mod m20261125_000040_tree;
mod m20261125_000041_tree_leaf;
mod m20261125_000042_tree_key;
mod m20261125_000043_tree_checkpoint;
mod m20261125_000044_task;
mod m20261125_000045_replay_line;
mod m20261125_000048_opening_import;
mod m20261125_000049_opening_row;
mod m20261125_000052_calendar;
mod m20261125_000053_disqualification;
mod m20261125_000054_notice_round;
mod m20261125_000055_notice_entry;
mod m20261125_000056_notice_correction;
mod m20261125_000060_objection;
mod m20261125_000061_objection_step;
mod m20261125_000070_general_office;
mod m20261125_000071_supervisor_post;
mod m20261125_000072_supervision_freeze;
mod m20261125_000073_supervision_sample;
mod m20261125_000074_supervision_report;
mod m20261125_000080_bulletin;
mod m20261125_000081_bulletin_figure;
mod m20261125_000082_bulletin_line;
mod m20261125_000083_bulletin_correction;
mod m20261125_000090_account_status;
mod m20261125_000091_setting_withdrawal;
mod m20261125_000092_pickup_delegate;
mod m20261128_000100_supervision_reason;
mod m20261129_000110_disqualification_statement;
mod m20261129_000111_claim_entry;
mod m20261129_000120_objection_appeal;
mod m20261129_000130_owes_nothing_to_spend;
mod m20261129_000131_setting_instant;
mod m20261129_000132_case_hands;
mod m20261129_000133_admission;
mod m20261129_000135_objection_withdrawal;
mod m20261129_000138_entered_by_hand;
mod m20261129_000140_line_of_the_closed;
mod m20261129_000141_key_check;
mod m20261130_000142_attendance_correction;
mod m20261130_000143_opening_discarded;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    #[expect(clippy::too_many_lines, reason = "a list with a line for each step")]
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_site::Migration),
            Box::new(m20261124_000002_refuse_change::Migration),
            Box::new(m20261124_000003_account::Migration),
            Box::new(m20261124_000004_session::Migration),
            Box::new(m20261124_000005_setting::Migration),
            Box::new(m20261124_000006_role_assignment::Migration),
            Box::new(m20261124_000007_appointment::Migration),
            Box::new(m20261124_000008_volunteer::Migration),
            Box::new(m20261124_000009_consent::Migration),
            Box::new(m20261124_000010_relative::Migration),
            Box::new(m20261124_000011_card::Migration),
            Box::new(m20261124_000012_rule::Migration),
            Box::new(m20261124_000013_activity::Migration),
            Box::new(m20261124_000014_sign_up::Migration),
            Box::new(m20261124_000015_attendance::Migration),
            Box::new(m20261124_000016_service_record::Migration),
            Box::new(m20261124_000017_claim::Migration),
            Box::new(m20261124_000018_ledger::Migration),
            Box::new(m20261124_000019_goods::Migration),
            Box::new(m20261124_000020_stock_lot::Migration),
            Box::new(m20261124_000021_redemption_session::Migration),
            Box::new(m20261124_000022_redemption::Migration),
            Box::new(m20261124_000023_stock_movement::Migration),
            Box::new(m20261124_000024_hold::Migration),
            Box::new(m20261124_000025_idempotency_key::Migration),
            Box::new(m20261124_000026_audit_event::Migration),
            Box::new(m20261124_000027_journal::Migration),
            Box::new(m20261124_000028_job_lease::Migration),
            Box::new(m20261125_000032_volunteer_binding::Migration),
            Box::new(m20261125_000033_identity_correction::Migration),
            Box::new(m20261125_000034_late_entry::Migration),
            Box::new(m20261125_000035_stock_adjustment::Migration),
            Box::new(m20261125_000040_tree::Migration),
            Box::new(m20261125_000041_tree_leaf::Migration),
            Box::new(m20261125_000042_tree_key::Migration),
            Box::new(m20261125_000043_tree_checkpoint::Migration),
            Box::new(m20261125_000044_task::Migration),
            Box::new(m20261125_000045_replay_line::Migration),
            Box::new(m20261125_000048_opening_import::Migration),
            Box::new(m20261125_000049_opening_row::Migration),
            Box::new(m20261125_000052_calendar::Migration),
            Box::new(m20261125_000053_disqualification::Migration),
            Box::new(m20261125_000054_notice_round::Migration),
            Box::new(m20261125_000055_notice_entry::Migration),
            Box::new(m20261125_000056_notice_correction::Migration),
            Box::new(m20261125_000060_objection::Migration),
            Box::new(m20261125_000061_objection_step::Migration),
            Box::new(m20261125_000070_general_office::Migration),
            Box::new(m20261125_000071_supervisor_post::Migration),
            Box::new(m20261125_000072_supervision_freeze::Migration),
            Box::new(m20261125_000073_supervision_sample::Migration),
            Box::new(m20261125_000074_supervision_report::Migration),
            Box::new(m20261125_000080_bulletin::Migration),
            Box::new(m20261125_000081_bulletin_figure::Migration),
            Box::new(m20261125_000082_bulletin_line::Migration),
            Box::new(m20261125_000083_bulletin_correction::Migration),
            Box::new(m20261125_000090_account_status::Migration),
            Box::new(m20261125_000091_setting_withdrawal::Migration),
            Box::new(m20261125_000092_pickup_delegate::Migration),
            Box::new(m20261128_000100_supervision_reason::Migration),
            Box::new(m20261129_000110_disqualification_statement::Migration),
            Box::new(m20261129_000111_claim_entry::Migration),
            Box::new(m20261129_000120_objection_appeal::Migration),
            Box::new(m20261129_000130_owes_nothing_to_spend::Migration),
            Box::new(m20261129_000131_setting_instant::Migration),
            Box::new(m20261129_000132_case_hands::Migration),
            Box::new(m20261129_000133_admission::Migration),
            Box::new(m20261129_000135_objection_withdrawal::Migration),
            Box::new(m20261129_000138_entered_by_hand::Migration),
            Box::new(m20261129_000140_line_of_the_closed::Migration),
            Box::new(m20261129_000141_key_check::Migration),
            Box::new(m20261130_000142_attendance_correction::Migration),
            Box::new(m20261130_000143_opening_discarded::Migration),
        ]
    }
}
