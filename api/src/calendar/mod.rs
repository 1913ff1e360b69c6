//! The calendar of working days (工作日历): public holidays and the weekends worked in
//! exchange, announced year by year and kept as data. Deadlines of the law are counted
//! by it. A year not entered yet has its weekends and the holidays on a fixed day.
//!
//! That counts the Spring Festival's week as worked. Where somebody must not have less time than
//! she was promised (her hearing before points are taken), the other holidays of a year not
//! entered count as if they fell into her period: it is never too short, and some days longer
//! than by the order.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(crate) use domain::WorkingDays;
pub(crate) use routes::configure;
pub(crate) use service::working_days;
