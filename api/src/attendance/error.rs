//! What attendance may be refused for, in words, with what to do next.

use super::code::CodeRefusal;
use super::domain::{ActionRefusal, Reason};
use super::late::LateRefusal;
use crate::activity::{MINOR_BARRED, NEEDS_SKILL, NOT_SIGNED_UP};
use crate::card::CARD_NOT_ACTIVE;
use crate::platform::failure::{Code, Failure, Refusal, code};
use crate::volunteer::{VOLUNTEER_NOT_ACTIVE, standing_words};

crate::codes! {
    /// Not a code of ours.
    UNKNOWN_CODE = ("unknown_code", 422, "不是有效的签到码", "Not a check-in code");
    /// Shown too long ago.
    CODE_EXPIRED = ("code_expired", 409, "签到码已过期", "The code has expired");
    /// Its screen was stopped.
    CODE_REVOKED = ("code_revoked", 409, "签到码已停用", "The code was revoked");
    /// Of another activity.
    WRONG_ACTIVITY = ("wrong_activity", 409, "这是另一个活动的签到码", "The code is for another activity");
    /// For the other direction.
    WRONG_DIRECTION = ("wrong_direction", 409, "签到码与操作不符（签到/签退）", "The code is for the other direction");
    /// On the wait list.
    WAITLISTED = ("waitlisted", 409, "您还在候补名单中", "You are on the wait list");
    /// It does not take place.
    ACTIVITY_CANCELLED = ("activity_cancelled", 409, "活动已取消", "The activity was cancelled");
    /// The door is not open yet.
    TOO_EARLY = ("too_early", 409, "还没到签到时间", "Too early");
    /// The door is closed.
    TOO_LATE = ("too_late", 409, "已过签到签退时间", "Too late");
    /// Been here and left.
    ALREADY_IN = ("already_in", 409, "您已有此活动的签到记录", "You have an attendance already");
    /// Never came.
    NOT_IN = ("not_in", 409, "您还没有签到", "You have not checked in");
    /// No place left.
    CAPACITY_FULL = ("capacity_full", 409, "名额已满", "No place left");
    /// At another activity at the same time.
    OVERLAP = ("overlap", 409, "与另一活动的时间重叠", "At another activity at the same time");
    /// The day's hours are used up.
    DAILY_CAP = ("daily_cap", 409, "当天服务时长已达上限", "The day's hours are used up");
    /// The activity had to be recorded by then.
    LATE_WINDOW_OVER = ("late_window_over", 409, "已过补录期限", "Late entry is over for this activity");
    /// Somebody has entered her already.
    LATE_ENTRY_PENDING = ("late_entry_pending", 409, "此人的补录正在等待复核", "A late entry for this person waits for the second person");
}

impl Reason {
    /// Its code.
    pub(crate) const fn code(self) -> Code {
        match self {
            Self::UnknownCode => UNKNOWN_CODE,
            Self::CodeExpired => CODE_EXPIRED,
            Self::CodeRevoked => CODE_REVOKED,
            Self::WrongActivity => WRONG_ACTIVITY,
            Self::WrongDirection => WRONG_DIRECTION,
            Self::NotSignedUp => NOT_SIGNED_UP,
            Self::Waitlisted => WAITLISTED,
            Self::ActivityCancelled => ACTIVITY_CANCELLED,
            Self::TooEarly => TOO_EARLY,
            Self::TooLate => TOO_LATE,
            Self::AlreadyIn => ALREADY_IN,
            Self::NotIn => NOT_IN,
            Self::VolunteerNotActive(_) => VOLUNTEER_NOT_ACTIVE,
            Self::CardNotActive => CARD_NOT_ACTIVE,
            Self::CapacityFull => CAPACITY_FULL,
            Self::NeedsSkill => NEEDS_SKILL,
            Self::MinorBarred => MINOR_BARRED,
            Self::Overlap => OVERLAP,
            Self::DailyCap => DAILY_CAP,
        }
    }

    /// What the person at the phone should do now.
    pub(crate) const fn next_step(self) -> &'static str {
        match self {
            Self::UnknownCode => "请扫描签到屏或组织者手机上的签到码",
            Self::CodeExpired | Self::CodeRevoked => "请重新扫描屏幕上当前的签到码",
            Self::WrongActivity => "请打开您参加的活动再扫码",
            Self::WrongDirection => "到场请扫签到码，离场请扫签退码",
            Self::NotSignedUp => "请先报名，或请组织者在现场登记",
            Self::Waitlisted => "请等候递补通知，或询问组织者是否有空余名额",
            Self::ActivityCancelled => "请查看活动通知，选择其他活动",
            Self::TooEarly => "请在活动开始前后再来签到",
            Self::TooLate => "请联系组织者，由工作人员核实登记",
            Self::AlreadyIn => "无需再次签到，如记录有误请联系组织者",
            Self::NotIn => "请先扫签到码；如已到场，请联系组织者核实",
            Self::VolunteerNotActive(state) => standing_words(state).1,
            Self::CardNotActive => "请到所站领取、启用或补办积分卡",
            Self::CapacityFull => "请选择其他活动，或询问组织者",
            Self::NeedsSkill => "请在个人资料中登记技能，或选择其他活动",
            Self::MinorBarred => "请选择适合年龄的活动；未满规定年龄的请监护人先到所站签字同意",
            Self::Overlap => "请先在另一活动签退",
            Self::DailyCap => "今天请好好休息，改天再来",
        }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        let refusal = Refusal::new(reason.code()).with("next_step", reason.next_step());
        if reason == Reason::MinorBarred {
            return refusal.detail("未达到此活动的年龄要求，或还没有监护人同意").into();
        }
        if let Reason::VolunteerNotActive(state) = reason {
            return refusal.detail(standing_words(state).0).into();
        }
        refusal.into()
    }
}

/// The refusal as it is told to an organiser who is no staff: not by which standing of hers
/// somebody is kept out.
pub(super) fn without_standing(failure: Failure) -> Failure {
    if failure.refusal().is_some_and(|refusal| refusal.code == VOLUNTEER_NOT_ACTIVE) {
        let next = "请本人联系常住地所站";
        return Refusal::new(VOLUNTEER_NOT_ACTIVE).with("next_step", next).into();
    }
    failure
}

impl From<ActionRefusal> for Failure {
    fn from(refusal: ActionRefusal) -> Self {
        match refusal {
            ActionRefusal::WrongState => code::WRONG_STATE.into(),
            ActionRefusal::Cancelled => Reason::ActivityCancelled.into(),
        }
    }
}

impl From<LateRefusal> for Failure {
    fn from(refusal: LateRefusal) -> Self {
        match refusal {
            LateRefusal::Door(reason) => reason.into(),
            LateRefusal::Field(pointer, message) => Self::field(pointer, message),
            LateRefusal::WindowOver(last) => {
                Refusal::new(LATE_WINDOW_OVER).with("last_day", last).into()
            }
            LateRefusal::Pending => LATE_ENTRY_PENDING.into(),
            LateRefusal::WrongState => code::WRONG_STATE.into(),
            LateRefusal::MustRecuse => code::MUST_RECUSE.into(),
        }
    }
}

impl From<CodeRefusal> for Reason {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Unknown => Self::UnknownCode,
            CodeRefusal::WrongActivity => Self::WrongActivity,
            CodeRefusal::WrongDirection => Self::WrongDirection,
            // A code from the future is one our own screens could not show yet.
            CodeRefusal::Expired | CodeRefusal::TooEarly => Self::CodeExpired,
        }
    }
}
