//! Attendance.

pub mod code;
pub mod hours;
