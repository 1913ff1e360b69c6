//! What the service must survive: lost answers, killed processes, absent back ends.

mod database;
mod failing_calls;
mod failing_file;
mod failing_rows;
mod keys;
mod killed;
mod lost_answers;
mod process;
mod redis;
mod story;
