//! Claims: a volunteer asks for the points of what she did, another person certifies
//! (积分申请与认定).
//!
//! ```text
//!             ┌────────────── submit ──────────────┐
//! draft ──> submitted ──return──> returned ────────┘
//!             │  │ └────withdraw────┴──> withdrawn
//!             │  └──reject──> rejected
//!             └──certify──> certified ──revoke──> revoked
//! ```
//!
//! `under_review` is a submitted claim somebody has taken up; deciding does that by
//! itself. From `certified` on, notice rounds go on with it (`notice`):
//!
//! ```text
//! certified ──> in_notice ──────> effective
//!                  │  ^ └──strike──┬──┘
//!               object clear       v
//!                  v  │         revoked
//!               objected ──strike──^
//! ```
//!
//! An upheld objection revokes what was certified, or sends what was rejected back to
//! `submitted`. Where it put the attendance right, its claims follow (`following`).
//!
//! - Points are computed here, from the rule version the activity was published under;
//!   no request says how many.
//! - One claim per attendance (or honour) and rule item is alive at a time. What was taken back
//!   after somebody's objection is not claimed again, unless an objection of its holder about it
//!   is upheld afterwards; of every other new claim its certifier sees what was decided before.
//! - A cap of a day or a month counts every live claim of that volunteer for that item,
//!   whichever version of the rules it was made under; her row is locked meanwhile.
//! - Who has no account has the same rights on paper: staff of her station file for her, on
//!   record with the reason (`assisted`). Who acts for her by a live authorisation does so from
//!   her own phone. Both are counted as one hand's share of all claims (`supervision`).
//! - Who is close to a claim decides nothing about it: the volunteer, who acts for her,
//!   her relatives, who entered or last submitted the claim, who entered the attendance by hand.
//! - While a supervisor has frozen a claim nobody decides on it, and it enters no notice.
//! - Certified points count at once, or when the notice round closes, by setting.

mod again;
mod application;
mod assisted;
mod award;
mod case_view;
mod claimable;
mod desk_routes;
mod domain;
mod dto;
mod earlier_dto;
mod error;
#[cfg(test)]
mod fixture;
mod following;
mod freezing;
mod locking;
mod notice;
mod objected;
mod points;
mod repository;
mod routes;
mod service;

pub(crate) use application::withdraw_open_of;
pub(crate) use domain::NoticeStep;
pub(crate) use error::ALL as CODES;
pub(crate) use following::{
    Becomes, Ruling, ask_anew, list_for_attendance, revalue, stand_anew, take_back,
};
pub(crate) use freezing::{freeze, is_kept, lock, mark_noticed, require_free, thaw};
pub(crate) use notice::{book, enter_notice, explain, strike, take_notice_step};
pub(crate) use objected::{PutRight, put_right, reopen_refused, standing_for};
pub(crate) use repository::doubts_of;
pub(crate) use routes::configure;
