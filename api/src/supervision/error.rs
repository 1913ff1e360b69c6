//! What supervision refuses.

use super::post::PostRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// Who has a part in a site does not watch over it.
    SUPERVISOR_IS_STAFF = ("supervisor_is_staff", 409, "本所站及其上下级的工作人员不能担任监督员", "Staff of the site may not supervise it");
    /// Nor do their relatives.
    SUPERVISOR_IS_KIN = ("supervisor_is_kin", 409, "工作人员的亲属不能担任监督员", "Relatives of the staff may not supervise the site");
    /// She must be able to sign in.
    SUPERVISOR_WITHOUT_ACCOUNT = ("supervisor_without_account", 409, "该志愿者尚未开通账号", "The volunteer has no account");
    /// One live post per person and site.
    SUPERVISOR_POST_EXISTS = ("supervisor_post_exists", 409, "已提名或聘任为本所站监督员", "She is nominated or appointed here already");
    /// As many as the setting allows.
    SUPERVISORS_FULL = ("supervisors_full", 409, "监督员人数已满", "The site has as many supervisors as it may");
    /// One appraisal a year.
    APPRAISED_ALREADY = ("appraised_already", 409, "该年度已经考评", "This year was appraised already");
    /// One freeze in force per record.
    ALREADY_FROZEN = ("already_frozen", 409, "该记录已被冻结", "It is frozen already");
    /// A freeze is not made longer by saying the same again.
    FREEZE_REASON_USED = ("freeze_reason_used", 409, "不能以相同的原因再次冻结", "A new freeze needs a new reason");
    /// One promise at a time for a site, kind and quarter.
    SAMPLE_OPEN = ("sample_open", 409, "已有一次抽查待公布种子", "A sample waits for its seed already");
    /// Fewer cases than are to be drawn.
    SAMPLE_TOO_FEW = ("sample_too_few", 409, "本季度的件数少于抽取的件数", "There are fewer cases than are to be drawn");
    /// Its hash is not the one given before.
    SAMPLE_SEED_WRONG = ("sample_seed_wrong", 409, "种子与承诺不符", "The seed is not the one promised");
    /// A finding stands.
    CASE_JUDGED = ("case_judged", 409, "该件已作结论", "The case was judged already");
    /// One report a supervisor, site and quarter.
    REPORT_EXISTS = ("report_exists", 409, "本季度的监督报告已起草", "There is a report of this quarter already");
}

/// The answer to a refusal about a post.
pub(super) fn of_post(refusal: PostRefusal) -> Failure {
    match refusal {
        PostRefusal::State(state) => Refusal::new(code::WRONG_STATE).with("state", state).into(),
        PostRefusal::MustRecuse => code::MUST_RECUSE.into(),
        PostRefusal::IsStaff => SUPERVISOR_IS_STAFF.into(),
        PostRefusal::IsKin => SUPERVISOR_IS_KIN.into(),
        PostRefusal::Full => SUPERVISORS_FULL.into(),
    }
}
