//! The county's organisation: the tree of centers, institutes and stations (中心、所、站),
//! and what hangs on it: settings, staff and their roles, appointments, redemption points.
//!
//! A center stands for a county, an institute for a town, a station for a village. A
//! site's path holds the ids from the center down to itself, so a subtree is a prefix;
//! roles and settings hold for the subtree.

mod appointment;
mod domain;
mod dto;
mod error;
mod redemption_point;
mod repository;
mod routes;
mod service;
mod setting;
mod staff;

pub(crate) use error::ALL as CODES;
pub(crate) use repository::{below, shown_at};
pub(crate) use routes::configure;
pub(crate) use service::{center, found_county, get, list_towns, lock};
pub(crate) use setting::{
    NoticeLevel, PointsEffective, Settings, SupervisionSettings, do_points_end_anywhere,
    effective_settings, public_texts, supervision_settings,
};
pub(crate) use staff::{
    Granted, OperatorInvitation, forget_name, grant_role, invite_by_operator, staff_of_chain,
    take_role,
};
