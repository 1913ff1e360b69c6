//! Appointments: a person's dated posts at a site (任职). They are on record for the
//! public and the county; what somebody may do in this system her roles say.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use domain::AppointmentRefusal;
pub(super) use routes::configure;
