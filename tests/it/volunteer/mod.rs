//! Volunteers: registration, verification, consents, guardians, kin, privacy.

mod bind_phone;
mod binding;
mod consent;
mod correct;
mod get;
mod guardian;
mod list;
mod paper;
mod privacy;
mod proxy;
mod register;
mod register_assisted;
mod reject;
mod relative;
mod state;
mod update;
mod verify;
