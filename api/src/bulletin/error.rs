//! What bulletins may refuse.

use super::domain::BulletinRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// One bulletin per site and quarter.
    BULLETIN_EXISTS = ("bulletin_exists", 409, "这个季度的公开已经起草", "The quarter's bulletin exists already");
    /// Its figures are still being made.
    BULLETIN_COMPILING = ("bulletin_compiling", 409, "正在汇总,请稍候", "The figures are still being made");
}

impl From<BulletinRefusal> for Failure {
    fn from(refusal: BulletinRefusal) -> Self {
        match refusal {
            BulletinRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            BulletinRefusal::Compiling => BULLETIN_COMPILING.into(),
        }
    }
}
