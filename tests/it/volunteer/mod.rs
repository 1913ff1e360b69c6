//! Volunteers: registration, verification, consents, guardians, kin, privacy.

mod bind_phone;
mod binding;
mod binding_document;
mod consent;
mod consent_child;
mod correct;
mod get;
mod guardian;
mod list;
mod onlooker;
mod paper;
mod privacy;
mod proxy;
mod proxy_own;
mod recusal;
mod register;
mod register_assisted;
mod reject;
mod relative;
mod state;
mod update;
mod verify;
