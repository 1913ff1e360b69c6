//! The audit trail, and the audit as a command.

mod audit_event_list;
mod closed;
mod command;
mod tree;
mod unchecked;
