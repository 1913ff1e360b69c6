//! Data of the points bank: tables and value enums, no query and no rule.
//!
//! One module per table, named like it, with the table's value enums. Queries
//! live in the slices' repositories, rules in their domains; the schema itself
//! is written by hand in the migrations, and a test compares the two.

mod value_enum;

pub mod ids;
pub mod string_list;

pub mod account;
pub mod activity;
pub mod appointment;
pub mod attendance;
pub mod audit_event;
pub mod calendar_day;
pub mod calendar_year;
pub mod card;
pub mod check_in_refusal;
pub mod claim;
pub mod consent;
pub mod disqualification;
pub mod goods;
pub mod guardian;
pub mod hold;
pub mod idempotency_key;
pub mod identity_correction;
pub mod job_lease;
pub mod journal_event;
pub mod journal_head;
pub mod journal_seal;
pub mod late_entry;
pub mod ledger_entry;
pub mod notice_correction;
pub mod notice_entry;
pub mod notice_round;
pub mod objection;
pub mod objection_step;
pub mod opening_fault;
pub mod opening_import;
pub mod opening_row;
pub mod points_account;
pub mod proxy;
pub mod redemption;
pub mod redemption_lot;
pub mod redemption_point;
pub mod redemption_session;
pub mod refresh_token;
pub mod relative;
pub mod replay_line;
pub mod role_assignment;
pub mod rule_item;
pub mod rule_set;
pub mod rule_version;
pub mod screen;
pub mod service_record;
pub mod session;
pub mod session_item;
pub mod session_person;
pub mod setting;
pub mod setting_withdrawal;
pub mod sign_up;
pub mod site;
pub mod staff_invitation;
pub mod stock_adjustment;
pub mod stock_lot;
pub mod stock_movement;
pub mod task;
pub mod task_chunk;
pub mod task_error;
pub mod tree;
pub mod tree_checkpoint;
pub mod tree_cosignature;
pub mod tree_key;
pub mod tree_leaf;
pub mod tree_node;
pub mod tree_reader;
pub mod volunteer;
pub mod volunteer_binding;
pub mod wechat_identity;
