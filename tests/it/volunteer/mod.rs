//! Volunteers: registration, verification, consents, guardians, kin, privacy.

mod bind_phone;
mod consent;
mod get;
mod guardian;
mod list;
mod privacy;
mod proxy;
mod register;
mod register_assisted;
mod relative;
mod state;
mod update;
mod verify;
