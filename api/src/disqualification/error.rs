//! What steps of a case may be refused for.

use super::domain::CaseRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// She may still speak.
    STATEMENT_PERIOD_RUNNING = ("statement_period_running", 409, "陈述申辩期未满，不能进行", "The time to make a statement is not over");
    /// A review needs a supervisor present.
    SUPERVISOR_MISSING = ("supervisor_missing", 409, "须有监督员到场方可复核", "No supervisor was present");
    /// One supervisor's presence is on record.
    SUPERVISED_ALREADY = ("supervised_already", 409, "已有监督员确认到场", "A supervisor has confirmed her presence already");
    /// The review found that the case should be dropped.
    REVIEW_AGAINST = ("review_against", 409, "复核意见是终止，不能决定清零", "The review was for dropping the case");
    /// There is an open case already.
    CASE_OPEN = ("disqualification_open", 409, "该志愿者已有未结案件", "There is an open case already");
    /// This document has had its effect, or the review was against it.
    DOCUMENT_USED = ("document_used", 409, "该文书已用于一个办结的案件，不能再次立案", "This document was used in a case that was decided");
    /// The time to appeal is over.
    APPEAL_WINDOW_CLOSED = ("appeal_window_closed", 409, "已超过申诉期限", "The time to appeal is over");
}

impl From<CaseRefusal> for Failure {
    fn from(refusal: CaseRefusal) -> Self {
        match refusal {
            CaseRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            CaseRefusal::StatementPeriodRunning(until) => {
                Refusal::new(STATEMENT_PERIOD_RUNNING).with("until", until).into()
            }
            CaseRefusal::SupervisorMissing => SUPERVISOR_MISSING.into(),
            CaseRefusal::SupervisedAlready => SUPERVISED_ALREADY.into(),
            CaseRefusal::ReviewAgainst => REVIEW_AGAINST.into(),
            CaseRefusal::MustRecuse => code::MUST_RECUSE.into(),
            CaseRefusal::AppealWindowClosed => APPEAL_WINDOW_CLOSED.into(),
        }
    }
}
