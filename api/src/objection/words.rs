//! An objection's trail in words, as its filer reads it. Pure.

use chrono::{Datelike, NaiveDate};
use entity::objection::{self, ObjectionEffect, ObjectionOutcome, ObjectionState};
use entity::objection_step::{self, ObjectionAction};

/// A day as people say it.
fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A state in words.
pub(super) const fn state(state: ObjectionState) -> &'static str {
    match state {
        ObjectionState::Filed => "已提交，等待受理",
        ObjectionState::Accepted => "已受理",
        ObjectionState::NotAccepted => "不予受理",
        ObjectionState::Investigating => "正在调查",
        ObjectionState::Decided => "已作出决定",
        ObjectionState::Executed => "决定已执行",
        ObjectionState::Closed => "已办结",
        ObjectionState::Withdrawn => "已撤回",
    }
}

const fn outcome(outcome: ObjectionOutcome) -> &'static str {
    match outcome {
        ObjectionOutcome::Upheld => "异议成立",
        ObjectionOutcome::Partly => "异议部分成立",
        ObjectionOutcome::Rejected => "异议不成立",
    }
}

/// What was done, in words.
pub(super) const fn effect(effect: ObjectionEffect) -> &'static str {
    match effect {
        ObjectionEffect::Reversed => "原认定已撤销，不计积分；已入账的已冲回",
        ObjectionEffect::Reopened => "原申请已重新进入认定",
        // Read by who objected, who need not be who received the goods.
        ObjectionEffect::ReturnNeeded => {
            "这次兑换应当退货，由领取人到兑换点办理，退货期限自执行之日起算"
        }
        ObjectionEffect::Corrected => "签到记录已按决定更正，服务时长和积分随之重新计算",
        ObjectionEffect::CorrectionNeeded => "站点将按决定更正记录，已经更正的不再变动",
    }
}

/// The written reason of the answer: why it was not accepted, or why it was decided so.
pub(super) fn answer(steps: &[objection_step::Model]) -> Option<&str> {
    let answers = [ObjectionAction::Refuse, ObjectionAction::Decide];
    let step = steps.iter().rev().find(|step| answers.contains(&step.action))?;
    step.reason.as_deref()
}

/// One step of the trail as a sentence.
pub(super) fn step(row: &objection::Model, step: &objection_step::Model) -> String {
    let what = match step.action {
        ObjectionAction::File => {
            format!("已收到，将在{}前（含当日）决定是否受理", day(row.accept_due))
        }
        ObjectionAction::Accept => match row.decide_due {
            Some(due) => format!("已受理，将在{}前（含当日）作出决定", day(due)),
            None => "已受理".to_owned(),
        },
        ObjectionAction::Refuse => "不予受理".to_owned(),
        ObjectionAction::Investigate => "已开始调查".to_owned(),
        ObjectionAction::Decide => row.outcome.map_or("已作出决定", outcome).to_owned(),
        ObjectionAction::Execute => row.effect.map_or("决定已执行", effect).to_owned(),
        ObjectionAction::Close => "已办结".to_owned(),
        ObjectionAction::Withdraw => "已由本人撤回".to_owned(),
        ObjectionAction::Appeal => "已向县级申诉".to_owned(),
    };
    match &step.reason {
        Some(reason) => format!("{what}。说明：{reason}"),
        None => format!("{what}。"),
    }
}
