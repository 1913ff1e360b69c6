//! What the service must survive: lost answers, killed processes, absent back ends.

mod database;
mod process;
mod redis;
