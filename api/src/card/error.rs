//! What a card may be refused for.

use super::domain::IssueRefusal;
use crate::platform::failure::Failure;
use crate::volunteer::not_active;

crate::codes! {
    /// No card has this number.
    CARD_UNKNOWN = ("card_unknown", 404, "没有这个卡号", "No card has this number");
    /// Lost, suspended, replaced, cancelled or not yet handed out.
    CARD_NOT_ACTIVE = ("card_not_active", 409, "积分卡未启用或已停用", "The card is not active");
    /// She has a card that is not done with: replace it.
    CARD_EXISTS = ("card_exists", 409, "该志愿者已有积分卡，如遗失请换卡", "The volunteer has a card already");
}

impl From<IssueRefusal> for Failure {
    fn from(refusal: IssueRefusal) -> Self {
        match refusal {
            IssueRefusal::VolunteerNotActive(state) => not_active(state),
            IssueRefusal::CardExists => CARD_EXISTS.into(),
        }
    }
}
