//! What signing up may be refused for.

use super::domain::{SignUpRefusal, WithdrawRefusal};
use crate::platform::failure::{Failure, Refusal, code};
use crate::volunteer::{GUARDIAN_CONSENT_MISSING, not_active};

crate::codes! {
    /// Signing up starts later.
    NOT_OPEN_YET = ("not_open_yet", 409, "报名尚未开始", "Sign-up has not opened yet");
    /// Signing up is over, or the activity has begun.
    CLOSED_FOR_SIGN_UP = ("closed_for_sign_up", 409, "报名已经截止", "Sign-up is closed");
    /// Not published, or cancelled.
    ACTIVITY_NOT_PUBLISHED = ("activity_not_published", 409, "活动尚未发布或已取消", "The activity is not published, or was cancelled");
    /// Minors do not join dangerous activities.
    MINOR_BARRED = ("minor_barred", 409, "未成年人不能参加有危险的活动", "Minors may not join dangerous activities");
    /// The activity asks for a skill she has not registered.
    NEEDS_SKILL = ("needs_skill", 409, "需要活动要求的特长", "The activity needs a skill she has not registered");
    /// There is no live sign-up.
    NOT_SIGNED_UP = ("not_signed_up", 409, "没有报名", "Not signed up");
    /// Below the activity's own minimum age.
    TOO_YOUNG = ("too_young", 409, "未达到活动要求的年龄", "Below the activity's minimum age");
    /// There is a live sign-up already.
    ALREADY_SIGNED_UP = ("already_signed_up", 409, "已经报过名了", "Signed up already");
    /// Another activity she signed up for, or was let in at, is at the same time.
    CLASHES_WITH_OTHER = ("clashes_with_other", 409, "与已报名或签到的其他活动时间冲突", "Another activity she signed up for or checked in at is at the same time");
    /// The activity has begun: who does not come is a no-show.
    TOO_LATE_TO_WITHDRAW = ("too_late_to_withdraw", 409, "活动已经开始，不能退出", "The activity has begun");
}

impl From<SignUpRefusal> for Failure {
    fn from(refusal: SignUpRefusal) -> Self {
        match refusal {
            SignUpRefusal::NotOpenYet(opens) => {
                Refusal::new(NOT_OPEN_YET).with("sign_up_opens_at", opens).into()
            }
            SignUpRefusal::Closed => CLOSED_FOR_SIGN_UP.into(),
            SignUpRefusal::NotPublished => ACTIVITY_NOT_PUBLISHED.into(),
            SignUpRefusal::VolunteerNotActive(state) => not_active(state),
            SignUpRefusal::MinorBarred(age) => Refusal::new(MINOR_BARRED)
                .detail(format!("有危险的活动须年满{age}周岁"))
                .with("min_age", age)
                .into(),
            SignUpRefusal::TooYoung(age) => Refusal::new(TOO_YOUNG)
                .detail(format!("须年满{age}周岁"))
                .with("min_age", age)
                .into(),
            SignUpRefusal::NeedsSkill(skill) => Refusal::new(NEEDS_SKILL)
                .detail(format!("需要「{skill}」特长，请先到站点登记"))
                .with("skill", skill)
                .into(),
            SignUpRefusal::AlreadySignedUp => ALREADY_SIGNED_UP.into(),
            SignUpRefusal::Clashes(other) => Refusal::new(CLASHES_WITH_OTHER)
                .detail(other.in_words())
                .with("activity_id", other.activity)
                .into(),
            SignUpRefusal::GuardianConsentMissing => GUARDIAN_CONSENT_MISSING.into(),
        }
    }
}

impl From<WithdrawRefusal> for Failure {
    fn from(refusal: WithdrawRefusal) -> Self {
        match refusal {
            WithdrawRefusal::NotSignedUp => NOT_SIGNED_UP.into(),
            WithdrawRefusal::Begun => TOO_LATE_TO_WITHDRAW.into(),
            WithdrawRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state.as_str()).into()
            }
        }
    }
}
