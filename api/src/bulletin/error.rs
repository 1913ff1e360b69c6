//! What bulletins may refuse.

use super::domain::BulletinRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// One bulletin per site and quarter.
    BULLETIN_EXISTS = ("bulletin_exists", 409, "这个季度的公开已经起草", "The quarter's bulletin exists already");
    /// Its figures are still being made.
    BULLETIN_COMPILING = ("bulletin_compiling", 409, "正在汇总，请稍候", "The figures are still being made");
    /// Each card's statement of the quarter must be in the public tree first.
    STATEMENTS_PENDING = ("statements_pending", 409, "各积分卡的季度结算还未全部写入公开哈希树，请稍后再公开", "The quarter's statements are not all in the public tree yet");
}

impl From<BulletinRefusal> for Failure {
    fn from(refusal: BulletinRefusal) -> Self {
        match refusal {
            BulletinRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            BulletinRefusal::Compiling => BULLETIN_COMPILING.into(),
            BulletinRefusal::StatementsPending => {
                Refusal::new(STATEMENTS_PENDING).retry_after(60).into()
            }
        }
    }
}
