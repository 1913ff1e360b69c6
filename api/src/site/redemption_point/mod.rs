//! Redemption points: the one place of a site where points are redeemed (积分兑换点).

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use domain::RedemptionPointRefusal;
pub(super) use routes::configure;
