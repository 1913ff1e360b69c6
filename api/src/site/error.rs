//! What may be refused in the site tree, and how it is answered.

use super::appointment::AppointmentRefusal;
use super::domain::PlaceRefusal;
use super::redemption_point::RedemptionPointRefusal;
use super::staff::StaffRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// A division has one site.
    DIVISION_CODE_TAKEN = ("division_code_taken", 409, "该行政区划已有所站", "This division already has a site");
    /// Unknown, expired, revoked or used: which one is not said.
    INVITATION_INVALID = ("invitation_invalid", 404, "邀请码无效或已失效", "The invitation is not valid");
    /// Whoever invites does not serve herself.
    OWN_INVITATION = ("own_invitation", 409, "不能接受自己发出的邀请", "You cannot accept your own invitation");
    /// System, security and audit administration are kept apart.
    ROLES_INCOMPATIBLE = ("roles_incompatible", 409, "这些角色不能由同一人担任", "These roles may not be held by one person");
    /// Nobody locks herself out of managing staff.
    LAST_SECURITY_ROLE = ("last_security_role", 409, "不能撤销自己最后一个人员管理角色", "You cannot revoke your own last security role");
    /// Her post as a supervisor must be ended, with a reason, and the role goes with it.
    SUPERVISOR_APPOINTED = ("supervisor_appointed", 409, "监督员在任期内，请办理离任，角色随之取消", "End the supervisor's post instead; the role goes with it");
    /// Stars are awarded, and sites closed, by the county.
    COUNTY_ONLY = ("county_only", 403, "星级与撤销日期由县中心确定", "Only the county decides this");
    /// A site has one redemption point.
    REDEMPTION_POINT_EXISTS = ("redemption_point_exists", 409, "该所站已有积分兑换点", "This site already has a redemption point");
    /// The county's center has none.
    REDEMPTION_POINT_NOT_HERE = ("redemption_point_not_here", 409, "积分兑换点只能设在所、站", "Only institutes and stations have redemption points");
}

impl From<PlaceRefusal> for Failure {
    fn from(refusal: PlaceRefusal) -> Self {
        match refusal {
            PlaceRefusal::WrongKind(Some(kind)) => {
                Self::field("/kind", format!("此上级之下只能设 {kind}"))
            }
            PlaceRefusal::WrongKind(None) => Self::field("/parent_id", "站之下不能再设所站"),
            PlaceRefusal::NotACode(why) => Self::field("/division_code", why),
            PlaceRefusal::WrongLevel => Self::field("/division_code", "区划级别与所站类型不符"),
            PlaceRefusal::NotWithinParent => Self::field("/division_code", "不在上级的区划之内"),
        }
    }
}

impl From<StaffRefusal> for Failure {
    fn from(refusal: StaffRefusal) -> Self {
        match refusal {
            StaffRefusal::NoRole => Self::field("/roles", "至少选择一个角色"),
            StaffRefusal::Repeated(at) => Self::field(&format!("/roles/{at}"), "角色重复"),
            StaffRefusal::DoesNotFit(at) => {
                Self::field(&format!("/roles/{at}"), "此角色不能设在这类所站")
            }
            StaffRefusal::Incompatible(one, other) => {
                Refusal::new(ROLES_INCOMPATIBLE).with("roles", [one, other]).into()
            }
            StaffRefusal::Invalid => INVITATION_INVALID.into(),
            StaffRefusal::OwnInvitation => OWN_INVITATION.into(),
            StaffRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            StaffRefusal::LastSecurityRole => LAST_SECURITY_ROLE.into(),
            StaffRefusal::HasPost(post) => {
                Refusal::new(SUPERVISOR_APPOINTED).with("supervisor_post_id", post).into()
            }
        }
    }
}

impl From<AppointmentRefusal> for Failure {
    fn from(refusal: AppointmentRefusal) -> Self {
        match refusal {
            AppointmentRefusal::EndsBeforeStart => Self::field("/ends_on", "不能早于任职开始日期"),
            AppointmentRefusal::Over => code::WRONG_STATE.into(),
        }
    }
}

impl From<RedemptionPointRefusal> for Failure {
    fn from(refusal: RedemptionPointRefusal) -> Self {
        match refusal {
            RedemptionPointRefusal::NotHere => REDEMPTION_POINT_NOT_HERE.into(),
            RedemptionPointRefusal::Exists => REDEMPTION_POINT_EXISTS.into(),
        }
    }
}
