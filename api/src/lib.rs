//! The civilization-practice points bank (新时代文明实践积分银行) of a Chinese township.
//!
//! Rooms: [`platform`] knows no township word; [`http`] is the door; [`wechat`] is the
//! only place that knows WeChat; every other folder is a slice named after the field's
//! noun, with the same small files: `routes`, `dto`, `service`, `domain` (pure),
//! `repository`, `error`.

pub mod activity;
pub mod app;
pub mod attendance;
pub mod audit;
pub mod auth;
mod bulletin;
mod calendar;
pub mod card;
pub mod claim;
pub mod cli;
pub mod config;
mod disqualification;
pub mod goods;
pub mod http;
pub mod jobs;
pub mod journal;
pub mod ledger;
pub mod me;
mod objection;
pub mod openapi;
pub mod opening;
mod pages;
mod paper;
pub mod platform;
mod probes;
pub mod publicity;
pub mod redemption;
pub mod replay;
pub mod rule;
pub mod seed;
pub mod server;
mod shared_token;
pub mod site;
mod supervision;
pub mod task;
pub mod telemetry;
pub mod tree;
pub mod volunteer;
pub mod wechat;

pub use cli::main;
