//! Typed ids: one newtype per table with an id of its own.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Declares id newtypes. Passing a `VolunteerId` where a `ClaimId` is wanted
/// then fails to compile.
macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            Serialize, Deserialize, ToSchema, DeriveValueType,
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(Uuid);

        impl From<Uuid> for $name {
            fn from(raw: Uuid) -> Self {
                Self(raw)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        // Asked of every primary key; a UUID key always refuses.
        impl TryFromU64 for $name {
            fn try_from_u64(number: u64) -> Result<Self, DbErr> {
                Uuid::try_from_u64(number).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

typed_id! {
    /// Id of a site (中心、所、站编号).
    SiteId,
    /// Id of an account (账号编号).
    AccountId,
    /// Id of a wechat identity (微信身份编号).
    WechatIdentityId,
    /// Id of a session (登录会话编号).
    SessionId,
    /// Id of a refresh token (刷新令牌编号).
    RefreshTokenId,
    /// Id of a setting (设置编号).
    SettingId,
    /// Id of a role assignment (角色分配编号).
    RoleAssignmentId,
    /// Id of a staff invitation (工作人员邀请编号).
    StaffInvitationId,
    /// Id of an appointment (任职编号).
    AppointmentId,
    /// Id of a redemption point (积分兑换点编号).
    RedemptionPointId,
    /// Id of a volunteer (志愿者编号).
    VolunteerId,
    /// Id of a volunteer binding (账号绑定码编号).
    VolunteerBindingId,
    /// Id of an identity correction (身份信息更正编号).
    IdentityCorrectionId,
    /// Id of a consent (单独同意编号).
    ConsentId,
    /// Id of a guardian (监护人编号).
    GuardianId,
    /// Id of a relative (回避关系编号).
    RelativeId,
    /// Id of a proxy (代办授权编号).
    ProxyId,
    /// Id of a card (积分卡编号).
    CardId,
    /// Id of a rule set (积分细则编号).
    RuleSetId,
    /// Id of a rule version (细则版本编号).
    RuleVersionId,
    /// Id of a rule item (细则条目编号).
    RuleItemId,
    /// Id of an activity (活动编号).
    ActivityId,
    /// Id of a screen (签到屏编号).
    ScreenId,
    /// Id of a sign up (报名编号).
    SignUpId,
    /// Id of an attendance (签到记录编号).
    AttendanceId,
    /// Id of an attendance correction (签到记录更正编号).
    AttendanceCorrectionId,
    /// Id of a late entry (补录编号).
    LateEntryId,
    /// Id of a check in refusal (签到拒绝编号).
    CheckInRefusalId,
    /// Id of a service record (志愿服务记录编号).
    ServiceRecordId,
    /// Id of a claim (积分申请编号).
    ClaimId,
    /// Id of a ledger entry (积分流水编号).
    LedgerEntryId,
    /// Id of a take-over of paper books (期初结转编号).
    OpeningImportId,
    /// Id of a goods (物品编号).
    GoodsId,
    /// Id of a stock lot (库存批次编号).
    StockLotId,
    /// Id of a redemption session (集中兑换编号).
    RedemptionSessionId,
    /// Id of a session item (兑换物品编号).
    SessionItemId,
    /// Id of a delegate for pick-up (代领人编号).
    PickupDelegateId,
    /// Id of a redemption (兑换编号).
    RedemptionId,
    /// Id of a disqualification (清零案件编号).
    DisqualificationId,
    /// Id of a statement in such a case (陈述申辩编号).
    DisqualificationStatementId,
    /// Id of an objection (异议编号).
    ObjectionId,
    /// Id of an objection step (异议步骤编号).
    ObjectionStepId,
    /// Id of a stock adjustment (库存调整编号).
    StockAdjustmentId,
    /// Id of a stock movement (库存变动编号).
    StockMovementId,
    /// Id of a hold (积分冻结编号).
    HoldId,
    /// Id of an audit event (审计记录编号).
    AuditEventId,
    /// Id of a journal event (领域事件编号).
    JournalEventId,
    /// Id of a tree key (签名与联署公钥编号).
    TreeKeyId,
    /// Id of a task (后台任务编号).
    TaskId,
    /// Id of a notice round (公示编号).
    NoticeRoundId,
    /// Id of a notice correction (公示更正编号).
    NoticeCorrectionId,
    /// Id of a supervisor's post (监督员聘任编号).
    SupervisorPostId,
    /// Id of a supervisor's appraisal (监督员考评编号).
    SupervisorAppraisalId,
    /// Id of a freeze (冻结编号).
    FreezeId,
    /// Id of a sample (抽查编号).
    SampleId,
    /// Id of a supervision report (监督报告编号).
    SupervisionReportId,
    /// Id of a bulletin (季度公开编号).
    BulletinId,
    /// Id of a bulletin correction (季度公开更正编号).
    BulletinCorrectionId,
}
