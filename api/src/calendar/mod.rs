//! The calendar of working days (工作日历): public holidays and the weekends worked in
//! exchange, announced year by year and kept as data. Deadlines of the law are counted
//! by it. A year not entered yet has its weekends and the holidays on a fixed day.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(crate) use domain::WorkingDays;
pub(crate) use routes::configure;
pub(crate) use service::working_days;
