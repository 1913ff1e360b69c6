//! What redeeming may be refused for.

use super::delegate::{DelegateRefusal, MOST};
use super::domain::{RedemptionRefusal, SessionRefusal};
use crate::card;
use crate::platform::failure::{Failure, Refusal, code};
use crate::volunteer::not_active;

crate::codes! {
    /// The session is planned or closed, or its window has not begun or is over.
    SESSION_NOT_OPEN = ("session_not_open", 409, "集中兑换未开放或已结束", "The session is not open");
    /// A site holds one session a month unless it redeems daily.
    SESSION_EXISTS_THIS_MONTH = ("session_exists_this_month", 409, "本站本月已安排集中兑换", "The site has a session this month");
    /// The session asks for more points than the volunteer has, whatever the goods cost.
    BELOW_THRESHOLD = ("below_threshold", 409, "积分未达到本次兑换门槛", "Below the session's threshold");
    /// With this she would have more than one person may take.
    LIMIT_REACHED = ("limit_reached", 409, "超过每人限兑数量", "It would pass the limit per person");
    /// The card shown is not hers, or the code is not this redemption's.
    PICKUP_PROOF_WRONG = ("pickup_proof_wrong", 403, "卡号或取货码不正确", "The card or code does not fit");
    /// The time in which goods may come back is over.
    RETURN_WINDOW_CLOSED = ("return_window_closed", 409, "已超过退货期限", "Too late to return the goods");
    /// One of that name is registered already.
    DELEGATE_EXISTS = ("delegate_exists", 409, "已登记同名的代领人", "A delegate of that name is registered");
    /// Every place for a delegate is taken.
    TOO_MANY_DELEGATES = ("too_many_delegates", 409, "代领人已达上限，请先终止一名", "No more delegates can be registered");
    /// Not a delegate of this recipient, or no longer, or not registered beforehand.
    DELEGATE_NOT_REGISTERED = ("delegate_not_registered", 409, "代领人未事先登记或已终止", "The delegate is not registered");
    /// Nobody came in time; what was held goes back.
    REDEMPTION_EXPIRED = ("redemption_expired", 409, "兑换已过期，积分将退回", "The redemption has expired");
}

impl From<RedemptionRefusal> for Failure {
    fn from(refusal: RedemptionRefusal) -> Self {
        match refusal {
            RedemptionRefusal::WrongState => code::WRONG_STATE.into(),
            RedemptionRefusal::SessionNotOpen => SESSION_NOT_OPEN.into(),
            RedemptionRefusal::VolunteerNotActive(state) => not_active(state),
            RedemptionRefusal::CardNotActive => card::CARD_NOT_ACTIVE.into(),
            RedemptionRefusal::BelowThreshold { threshold, points } => {
                let detail = format!("需有{threshold}分，现有{points}分");
                let refusal = Refusal::new(BELOW_THRESHOLD).detail(detail);
                refusal.with("threshold", threshold).with("points", points).into()
            }
            RedemptionRefusal::LimitReached { limit, had, of } => {
                let (name, what) = of.names();
                let left = i64::from(limit).saturating_sub(had).max(0);
                let detail =
                    format!("{what}每人限兑{limit}件，已兑{had}件（含待领），还可兑{left}件");
                let refusal = Refusal::new(LIMIT_REACHED).detail(detail).with("limit", limit);
                refusal.with("taken", had).with("limit_of", name).into()
            }
            RedemptionRefusal::MustRecuse => code::MUST_RECUSE.into(),
            RedemptionRefusal::Expired => REDEMPTION_EXPIRED.into(),
            RedemptionRefusal::WrongProof => PICKUP_PROOF_WRONG.into(),
            RedemptionRefusal::ReturnedTooLate { days } => {
                let detail = format!("物品发放后{days}天内可以退货");
                Refusal::new(RETURN_WINDOW_CLOSED).detail(detail).with("days", days).into()
            }
        }
    }
}

impl From<DelegateRefusal> for Failure {
    fn from(refusal: DelegateRefusal) -> Self {
        match refusal {
            DelegateRefusal::VolunteerNotActive(state) => not_active(state),
            DelegateRefusal::Oneself => Self::field("/name", "不能登记本人"),
            DelegateRefusal::Exists => DELEGATE_EXISTS.into(),
            DelegateRefusal::TooMany => Refusal::new(TOO_MANY_DELEGATES).with("limit", MOST).into(),
            DelegateRefusal::Ended => code::WRONG_STATE.into(),
            DelegateRefusal::NotRegistered => DELEGATE_NOT_REGISTERED.into(),
            DelegateRefusal::MustRecuse => code::MUST_RECUSE.into(),
        }
    }
}

impl From<SessionRefusal> for Failure {
    fn from(refusal: SessionRefusal) -> Self {
        match refusal {
            SessionRefusal::WrongState => code::WRONG_STATE.into(),
            SessionRefusal::Over => SESSION_NOT_OPEN.into(),
            SessionRefusal::Field(pointer, message) => Self::field(pointer, message),
        }
    }
}
