//! The audit trail, and the audit as a command.

mod audit_event_list;
mod closed;
mod command;
mod forged;
mod guards;
mod tree;
mod unchecked;
mod undone;
