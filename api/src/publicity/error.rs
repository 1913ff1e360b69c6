//! What publicity may refuse.

use super::domain::RoundRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// The days of the notice are not over.
    NOTICE_RUNNING = ("notice_running", 409, "公示期未满", "The notice must stay open longer");
    /// No certified claim waits for a notice.
    NOTICE_EMPTY = ("notice_empty", 409, "没有可公示的积分", "There is nothing to give notice of");
    /// One round per site and month.
    NOTICE_EXISTS = ("notice_exists", 409, "这个月的公示已经起草", "The month's notice exists already");
    /// The setting gives the notice of this site to its town.
    NOTICE_ELSEWHERE = ("notice_elsewhere", 409, "按设置，本站的公示由所统一发布；设置更改前起草的，请放弃", "The town gives notice for this station");
    /// The closed round's points are still being booked.
    NOTICE_SETTLING = ("notice_settling", 409, "积分正在入账，请稍候", "The points are still being booked");
    /// Frozen entries keep a round from being archived.
    NOTICE_HAS_FROZEN = ("notice_has_frozen", 409, "还有暂缓的条目，不能归档", "Some entries are still frozen");
    /// Another objection froze it.
    ENTRY_FROZEN = ("notice_entry_frozen", 423, "该条目已暂缓", "The entry is frozen already");
    /// It took effect or was struck before.
    ENTRY_SETTLED = ("notice_entry_settled", 409, "该条目已有结果", "The entry is settled already");
}

impl From<RoundRefusal> for Failure {
    fn from(refusal: RoundRefusal) -> Self {
        match refusal {
            RoundRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            RoundRefusal::Running(until) => {
                Refusal::new(NOTICE_RUNNING).with("closes_at", until).into()
            }
            RoundRefusal::Empty => NOTICE_EMPTY.into(),
            RoundRefusal::Settling => NOTICE_SETTLING.into(),
            RoundRefusal::Frozen => NOTICE_HAS_FROZEN.into(),
        }
    }
}
