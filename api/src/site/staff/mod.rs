//! Staff: roles at a site and its subtree, given by invitation only (工作人员).
//!
//! An invitation carries a code that is shown once and stored as its hash. Accepting
//! it binds the roles to an account. The first administrator is invited by whoever
//! runs the service, on the command line; everybody else by somebody who may manage
//! staff. Nobody accepts her own invitation, and the administrations that must be
//! kept apart are kept apart over all the roles a person holds anywhere.

mod domain;
mod dto;
mod held;
mod repository;
mod routes;
mod service;

pub(super) use domain::StaffRefusal;
pub(crate) use held::{Granted, forget_name, grant_role, staff_of_chain, take_role};
pub(super) use routes::configure;
pub(crate) use service::{OperatorInvitation, invite_by_operator};
