//! What the integration tests stand on: a whole service per test, with its own
//! database, a movable clock and people who sign in.
//!
//! On SQLite files by default; on PostgreSQL and Redis when `DATABASE_URL` and
//! `REDIS_URL` are set.

mod app;
mod client;
mod database;
mod document;
mod documented;
mod fragile_file;
mod gate;
mod given_activity;
mod given_claim;
mod given_goods;
mod given_redemption;
mod given_rule;
mod given_volunteer;
pub mod pdf;
mod people;
mod process;
mod proxy;
mod relay;
mod sabotage;
mod tables;
mod wire;
pub mod workbook;

pub use app::{TestApp, month_of};
pub use client::{Answer, Client};
pub use database::{TestDatabase, is_postgres};
pub use document::{Described, Document, UNKNOWN_ID};
pub use fragile_file::FragileFile;
pub use gate::Gate;
pub use given_claim::Attended;
pub use given_goods::{Keepers, goods_details};
pub use given_redemption::{Offer, Shop};
pub use given_volunteer::{
    assisted_registration, born_years_ago, document, guardianship, register_assisted, registration,
    resident_id,
};
pub use people::{County, Person, Town};
pub use process::Process;
pub use proxy::LossyProxy;
pub use sabotage::Sabotage;
pub use tables::Tables;
pub use wire::{Refused, Wire};
