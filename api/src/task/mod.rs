//! Long work that people can watch (后台任务): started once, done step by step by whichever
//! process has time, with progress, cancelling, an error report and a file as the result.
//!
//! ```text
//! queued ──> running ──> succeeded | failed
//!    │          └──cancel──> cancelling ──> cancelled
//!    └──cancel──> cancelled
//! ```
//!
//! Each step is one transaction that writes its effect together with the mark from which
//! the next goes on, so that a step counts once, whatever process dies. A lease with a
//! rising token says who works: one whose lease ran out cannot write any more.
//!
//! Slices above bring the work: they implement [`Work`], `crate::jobs` lists the kinds, and
//! [`start`] puts a task in the queue. (`crate::jobs` itself holds the timers; the worker
//! here is one of them.)
//!
//! | file | for |
//! |---|---|
//! | `work` | what a kind of task is: its name, permission, steps |
//! | `worker` | taking a task, doing its steps, giving it up |
//! | `retention` | tidying files and old tasks away |
//! | `domain` | states and limits (pure) |

mod domain;
#[cfg(feature = "test-support")]
pub mod drill;
mod dto;
mod error;
mod repository;
mod retention;
mod routes;
mod rows;
mod service;
mod work;
mod worker;

pub(crate) use dto::TaskView;
pub(crate) use retention::purge;
pub(crate) use routes::configure;
pub(crate) use service::{NewTask, latest, start, visible};
pub use work::{File, RowError, Run, Step, Work};
pub(crate) use work::{Kind, Kinds};
pub(crate) use worker::run;
