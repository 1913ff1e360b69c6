//! What every slice stands on. No township word may appear here.

pub mod actor;
pub mod audit_row;
pub mod batch;
pub mod body;
pub mod clock;
pub mod command;
pub mod core;
pub mod crypto;
pub mod db;
pub mod etag;
pub mod failure;
pub mod frozen;
pub mod idempotency;
pub mod ids;
pub mod json;
pub mod kv;
pub mod lease;
pub mod number;
pub mod operation;
pub mod paging;
pub mod query;
pub mod text;
pub mod tx;
pub mod vault;
pub mod workbook;
