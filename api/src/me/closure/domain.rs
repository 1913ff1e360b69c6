//! What stands in the way of leaving. Pure.

use serde::Serialize;

crate::codes! {
    /// Something is open in her name; `reasons` says what.
    CLOSURE_BLOCKED = ("closure_blocked", 409, "还有未了结的事项，暂不能注销", "Something is still open in your name");
}

/// Why an account cannot be closed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Blocker {
    /// 有未领取的兑换
    OpenRedemption,
    /// 有本人提出、正在处理的异议
    RunningObjection,
    /// 有正在处理或仍在生效的取消资格案件
    RunningDisqualification,
    /// 已签到尚未签退
    CheckedIn,
    /// 仍担任工作人员角色
    StaffRole,
    /// 有记录被监督员暂缓
    FrozenRecord,
    /// 志愿者资格已暂停
    Suspended,
}

impl Blocker {
    /// The same in a sentence that says what to do.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::OpenRedemption => "您有未领取的兑换，请先领取或取消。",
            Self::RunningObjection => "您提出的异议正在处理，请等待办结或先撤回。",
            Self::RunningDisqualification => {
                "您有正在处理或仍在生效的取消资格案件，请等待案件结束。"
            }
            Self::CheckedIn => "您有一次活动已签到尚未签退，请先签退。",
            Self::StaffRole => "您仍担任工作人员角色，请先请管理员撤销。",
            Self::FrozenRecord => "您有记录正由监督员核查，请等待核查结束。",
            Self::Suspended => {
                "您的志愿者资格已暂停，暂停期间不能注销；认为暂停不当的，请向镇所或县中心反映。"
            }
        }
    }
}

/// What is open in her name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    pub(super) redemptions: u64,
    pub(super) objections: u64,
    pub(super) disqualifications: u64,
    pub(super) check_ins: u64,
    pub(super) roles: u64,
    pub(super) freezes: u64,
    /// Else a suspension would be shed by leaving and registering again.
    pub(super) suspended: bool,
}

/// Everything that stands in the way, so that she is told once.
pub(super) fn blockers(open: Open) -> Vec<Blocker> {
    let all = [
        (open.redemptions, Blocker::OpenRedemption),
        (open.objections, Blocker::RunningObjection),
        (open.disqualifications, Blocker::RunningDisqualification),
        (open.check_ins, Blocker::CheckedIn),
        (open.roles, Blocker::StaffRole),
        (open.freezes, Blocker::FrozenRecord),
        (u64::from(open.suspended), Blocker::Suspended),
    ];
    all.into_iter().filter(|(count, _)| *count > 0).map(|(_, blocker)| blocker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_open_is_told_at_once() {
        assert_eq!(blockers(Open::default()), []);
        let one = Open { objections: 1, ..Open::default() };
        assert_eq!(blockers(one), [Blocker::RunningObjection]);
        let paused = Open { suspended: true, ..Open::default() };
        assert_eq!(blockers(paused), [Blocker::Suspended]);
        let all = Open {
            redemptions: 2,
            objections: 1,
            disqualifications: 1,
            check_ins: 1,
            roles: 3,
            freezes: 1,
            suspended: true,
        };
        assert_eq!(blockers(all).len(), 7);
        assert!(blockers(all).iter().all(|one| one.sentence().ends_with('。')));
    }
}
