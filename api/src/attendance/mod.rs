//! Attendance (签到): codes and screens at the door, check-in by scan or roll-call,
//! confirmation with hours, service records.
//!
//! A scan proves that somebody is near the screen; only the confirmation by a person who
//! runs the activity makes an attendance count.

pub mod code;
mod confirm;
mod correction;
mod domain;
mod dto;
mod error;
pub mod hours;
mod late;
pub(crate) mod page;
mod reading;
mod record_dto;
mod records;
mod repository;
mod retention;
mod routes;
mod rules;
mod scan;
mod screen;
mod screens;
mod service;
mod staff_routes;

pub(crate) use confirm::forget_words;
pub(crate) use correction::{
    CarriedOut, Corrected, DecidedAttendance, Granted, carry_out, decide, decided, decided_about,
    earlier_hands, is_over,
};
pub(crate) use error::ALL as CODES;
pub(crate) use retention::purge;
pub(crate) use routes::configure;
pub use rules::RulesCache;

/// The code a screen shows now, which tests cannot read off its picture.
#[cfg(feature = "test-support")]
pub async fn issue_for_screen(
    app: &crate::app::App,
    screen: uuid::Uuid,
    activity: uuid::Uuid,
) -> Option<String> {
    let code = scan::issue(app, screen, activity.into(), code::Direction::In).await;
    code.ok().map(|code| code.as_str().to_owned())
}
