//! Attendances put right as a decided objection says (签到记录更正). The decision says whether she
//! was there and when; another person puts it into effect: the attendance becomes what was
//! decided, the service record gets its next version, and what stood there before is kept.

mod domain;
mod dto;
mod repository;
mod service;

pub(crate) use domain::Granted;
pub(crate) use dto::DecidedAttendance;
pub(crate) use service::{
    CarriedOut, Corrected, carry_out, decide, decided, decided_about, earlier_hands, is_over,
};
