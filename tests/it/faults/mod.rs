//! What the service must survive: lost answers, killed processes, absent back ends.

mod process;
