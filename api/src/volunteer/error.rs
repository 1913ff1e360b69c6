//! What volunteers and those who register them may be refused for.

use entity::volunteer::VolunteerState;

use super::domain::{ConsentFault, IdentityFault, VerifyRefusal};
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// The consent to enrol is not among those given.
    CONSENT_REQUIRED = ("consent_required", 422, "须先同意志愿者注册协议", "The consent to enrol is required");
    /// The account is a volunteer already.
    ALREADY_REGISTERED = ("already_registered", 409, "您已经登记为志愿者", "This account is registered already");
    /// Something of it is registered already; what, and whose, is told to nobody: else
    /// anybody could ask who is a volunteer.
    REGISTRATION_CONFLICT = ("registration_conflict", 409, "登记信息与已有记录冲突，请带证件到站点核对", "This cannot be registered; bring the document to the station");
    /// The document in the clerk's hand has another number.
    ID_NUMBER_DIFFERS = ("id_number_differs", 409, "与登记的证件号码不一致，请核对证件原件", "The number differs from the registered one");
    /// A volunteer has this number of the volunteer website.
    EXTERNAL_NO_TAKEN = ("external_no_taken", 409, "该志愿者编号已被使用", "This volunteer number is in use");
    /// Not verified yet, suspended, disqualified or closed.
    VOLUNTEER_NOT_ACTIVE = ("volunteer_not_active", 409, "志愿者尚未核验、已暂停、已取消积分资格或已注销", "The volunteer is not active");
    /// She was verified once: her registration is refused no more.
    VOLUNTEER_ADMITTED = ("volunteer_admitted", 409, "此人曾经核验通过：请核验更正后的资料；本人要离开的，按注销办理", "She was verified once; verify what was corrected, or close the account as she asks");
    /// A child's guardian has not consented.
    GUARDIAN_CONSENT_MISSING = ("guardian_consent_missing", 409, "未满规定年龄，须先取得监护人同意", "The guardian's consent is missing");
    /// She is of age.
    GUARDIAN_NOT_NEEDED = ("guardian_not_needed", 409, "已成年，无须登记监护人", "An adult has no guardian here");
    /// Enrolment ends by closing the account.
    ENROL_NEEDS_CLOSURE = ("enrol_needs_closure", 409, "注册同意只能通过注销账号撤回", "Close the account to withdraw this consent");
    /// Only the guardian gives or withdraws it, at the station.
    CONSENT_OF_GUARDIAN = ("consent_of_guardian", 409, "监护人同意须由监护人到站点办理", "Only the guardian may give or withdraw this");
    /// A child consents to nothing herself.
    GUARDIAN_DECIDES = ("guardian_decides", 409, "未满规定年龄的，由监护人决定", "Below that age the guardian decides, at the station");
    /// The code of the phone button is unknown, used, too old or another user's.
    PHONE_CODE_INVALID = ("phone_code_invalid", 400, "手机号授权已失效，请重新点击授权", "Press the phone button again");
    /// No such code, used, revoked or too old.
    BINDING_CODE_INVALID = ("binding_code_invalid", 409, "绑定码无效或已过期，请到站点重新领取", "The binding code is not good");
    /// She signs in herself: what is hers to decide is not decided at the counter.
    HAS_ACCOUNT = ("has_account", 409, "本人已绑定微信账号，请由本人在小程序办理", "She has an account of her own");
    /// Nothing would change.
    NOTHING_TO_CORRECT = ("nothing_to_correct", 409, "没有需要更正的内容", "Nothing differs from what is recorded");
    /// Who shall act for a volunteer has no account to act with.
    PROXY_WITHOUT_ACCOUNT = ("proxy_without_account", 409, "代办人尚未用微信登录，不能在线代办", "The proxy has no account");
    /// She acts for her already.
    ALREADY_PROXY = ("already_proxy", 409, "已有有效的代办授权", "There is a live authorisation already");
}

/// Why who is in this state may not take part, and what to do about it. She reads it herself, and
/// so do staff; nobody else is told.
pub(crate) const fn standing_words(state: VolunteerState) -> (&'static str, &'static str) {
    match state {
        VolunteerState::PendingVerification => ("尚未核验", "请带证件到常住地所站核验"),
        VolunteerState::Suspended => ("已暂停", "请联系常住地所站"),
        // No station can give it back before the year ends.
        VolunteerState::Disqualified => ("已取消积分资格，至当年12月31日止", "期满后恢复"),
        VolunteerState::Closed => ("已注销", "如有疑问请联系常住地所站"),
        // Nobody in good standing is refused for it.
        VolunteerState::Active => (VOLUNTEER_NOT_ACTIVE.title, "请联系常住地所站"),
    }
}

/// Refuses who is in this state, in its own words.
pub(crate) fn not_active(state: VolunteerState) -> Failure {
    let (why, next) = standing_words(state);
    Refusal::new(VOLUNTEER_NOT_ACTIVE).detail(format!("{why}，{next}")).into()
}

impl From<IdentityFault> for Failure {
    fn from(fault: IdentityFault) -> Self {
        match fault {
            IdentityFault::BirthDate => Self::field("/birth_date", "不是合理的出生日期"),
            IdentityFault::Gender => Self::field("/gender", "应为 0、1、2 或 9(GB/T 2261.1)"),
            IdentityFault::Number(why) => Self::field("/id_number", why),
            IdentityFault::BirthDateDiffers => {
                Self::field("/birth_date", "与证件号码中的出生日期不一致")
            }
            IdentityFault::GenderDiffers => Self::field("/gender", "与证件号码中的性别不一致"),
        }
    }
}

impl From<ConsentFault> for Failure {
    fn from(fault: ConsentFault) -> Self {
        let at = |index: usize| format!("/consents/{index}/purpose");
        match fault {
            ConsentFault::EnrolMissing => CONSENT_REQUIRED.into(),
            ConsentFault::Twice(index) => Self::field(&at(index), "同一事项只能出现一次"),
            ConsentFault::Guardian(index) => {
                Self::field(&at(index), "监护人同意须由监护人到站点办理")
            }
        }
    }
}

impl From<VerifyRefusal> for Failure {
    fn from(refusal: VerifyRefusal) -> Self {
        match refusal {
            VerifyRefusal::WrongState => code::WRONG_STATE,
            VerifyRefusal::Related | VerifyRefusal::Registrar => code::MUST_RECUSE,
            VerifyRefusal::NumberDiffers => ID_NUMBER_DIFFERS,
            VerifyRefusal::NumberMissing => {
                return Self::field("/id_number", "请按证件原件录入证件号码");
            }
            VerifyRefusal::GuardianConsentMissing => GUARDIAN_CONSENT_MISSING,
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn each_standing_is_refused_in_words_of_its_own() {
        let detail = |state| not_active(state).refusal().and_then(|refusal| refusal.detail.clone());
        let mut words: Vec<_> = VolunteerState::iter().filter_map(detail).collect();
        assert_eq!(
            detail(VolunteerState::Disqualified).as_deref(),
            Some("已取消积分资格，至当年12月31日止，期满后恢复")
        );
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), VolunteerState::iter().count());
    }
}
