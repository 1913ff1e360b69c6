//! What the service must survive: lost answers, killed processes, absent back ends.

mod database;
mod killed;
mod lost_answers;
mod process;
mod redis;
