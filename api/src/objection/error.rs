//! What objections may be refused for.

use super::domain::{ObjectionRefusal, SaidRefusal};
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// She has one open about the same record.
    OBJECTION_OPEN = ("objection_open", 409, "您对该记录已有未办结的异议", "There is an open objection already");
    /// Upheld and not executed yet, or rejected and nothing to execute.
    WRONG_OUTCOME = ("objection_outcome", 409, "处理结论不允许此操作", "The outcome does not allow this");
    /// The county decides once.
    APPEALED_ALREADY = ("objection_appealed", 409, "已向县级申诉过，不能再次申诉", "It was appealed already");
    /// The time to turn to the county is over.
    APPEAL_WINDOW_CLOSED = ("objection_appeal_closed", 409, "已超过申诉期限", "The time to appeal is over");
}

impl From<ObjectionRefusal> for Failure {
    fn from(refusal: ObjectionRefusal) -> Self {
        match refusal {
            ObjectionRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            ObjectionRefusal::MustRecuse => code::MUST_RECUSE.into(),
            ObjectionRefusal::WrongOutcome => WRONG_OUTCOME.into(),
            ObjectionRefusal::AppealedAlready => APPEALED_ALREADY.into(),
            ObjectionRefusal::AppealWindowClosed => APPEAL_WINDOW_CLOSED.into(),
        }
    }
}

impl From<SaidRefusal> for Failure {
    fn from(refusal: SaidRefusal) -> Self {
        let words = match refusal {
            SaidRefusal::NotGranted => "异议不成立的，不更正签到记录，请不要填写",
            SaidRefusal::NoAttendance => "这项记录不是由签到产生的，请不要填写",
            SaidRefusal::Missing => "请写明核实的到场情况，签到记录将据此更正",
        };
        Self::field("/attendance", words)
    }
}
