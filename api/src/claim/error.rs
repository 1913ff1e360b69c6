//! What claims may be refused for.

use super::domain::ClaimRefusal;
use crate::platform::failure::{Code, Failure, Refusal, code};

crate::codes! {
    /// There is a live claim for it.
    ALREADY_CLAIMED = ("already_claimed", 409, "这项积分已经申请过", "It was claimed already");
    /// An upheld objection took it back.
    CLAIM_STRUCK = ("claim_struck", 409, "经异议核实，这次服务不计分；认为不当的可以提出异议或向县级申诉", "An upheld objection took its points back");
    /// Only what the organiser confirmed earns.
    NOT_CONFIRMED = ("attendance_not_confirmed", 409, "签到记录尚未确认，请等待组织者确认", "The attendance is not confirmed");
    /// The time to claim is over.
    WINDOW_CLOSED = ("claim_window_closed", 409, "已超过积分申请期限", "The time to claim is over");
    /// The activity was published without a rule item.
    EARNS_NO_POINTS = ("earns_no_points", 409, "此活动不计积分", "The activity earns no points");
    /// Caps, or too little time, leave nothing.
    NO_POINTS_LEFT = ("no_points_left", 409, "本次计0分，不需申请", "No points are left to earn");
    /// Only active volunteers earn.
    EARNING_SUSPENDED = ("earning_suspended", 409, "志愿者尚未核验、已暂停、已取消积分资格或已注销，暂不能获得积分", "The volunteer may not earn now");
    /// The town has not published rules.
    NO_RULES = ("no_rules", 409, "本镇尚未发布积分细则", "No rules are in force");
}

impl ClaimRefusal {
    /// Its code.
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::WrongState(_) => code::WRONG_STATE,
            Self::MustRecuse => code::MUST_RECUSE,
            Self::Stale => code::STALE,
            Self::AlreadyClaimed(_) => ALREADY_CLAIMED,
            Self::Struck => CLAIM_STRUCK,
            Self::NotConfirmed => NOT_CONFIRMED,
            Self::WindowClosed => WINDOW_CLOSED,
            Self::EarnsNoPoints => EARNS_NO_POINTS,
            Self::NoPointsLeft(_) => NO_POINTS_LEFT,
            Self::EarningSuspended => EARNING_SUSPENDED,
            Self::NoRules => NO_RULES,
        }
    }
}

impl From<ClaimRefusal> for Failure {
    fn from(refusal: ClaimRefusal) -> Self {
        let answer = Refusal::new(refusal.code());
        match refusal {
            ClaimRefusal::WrongState(state) => answer.with("state", state),
            ClaimRefusal::AlreadyClaimed(claim) => answer.with("claim_id", claim),
            ClaimRefusal::NoPointsLeft(explanation) => answer.detail(explanation),
            ClaimRefusal::MustRecuse
            | ClaimRefusal::Struck
            | ClaimRefusal::Stale
            | ClaimRefusal::NotConfirmed
            | ClaimRefusal::WindowClosed
            | ClaimRefusal::EarnsNoPoints
            | ClaimRefusal::EarningSuspended
            | ClaimRefusal::NoRules => answer,
        }
        .into()
    }
}
