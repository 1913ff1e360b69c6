//! A past quarter computed once more under another version of the rules (细则重算): who
//! gains, who loses, in all, by volunteer and by item; and one attendance in words.
//!
//! What is computed: the confirmed attendances of the quarter that earn by the town's rules,
//! and the live claims for honours entered in it, in the order of time, with caps. *Before*
//! is by the version each was frozen to, *after* by the version under test; both by
//! `rule::compute`. Nothing is written to anybody's account.
//!
//! | file | for |
//! |---|---|
//! | `domain` | quarters, events, points with caps (pure) |
//! | `work` | the background task: a batch of volunteers a step, then the workbook |
//! | `service` | starting, reading the lines, one attendance |
//! | `workbook` | the lines as XLSX |

mod domain;
mod dto;
mod repository;
mod routes;
mod service;
mod work;
mod workbook;

pub(crate) use routes::configure;
pub(crate) use work::Replay;
