//! Claims of somebody without an account, filed at her station (代为申请): she holds out her
//! card, or is looked up, and a member of the staff who manages volunteers there does for her
//! what others do on their phones.
//!
//! It is on record who did it and why. Nobody does it for herself, for her kin or for whom she
//! acts for anyway, and whoever did it does not decide on the claim. Who has an account asks
//! for her points herself, or authorises somebody to act for her: staff who could claim in
//! anybody's name would be the very hand that certification is to be kept apart from.

mod dto;
mod routes;
mod service;

pub(super) use routes::configure;
