//! The life of a task. Pure.

use chrono::TimeDelta;
use entity::task::TaskState;
use serde::Serialize;
use utoipa::ToSchema;

use TaskState as S;

/// A worker that has not been heard of for so long is taken for dead.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);
/// A task whose steps broke down so often in a row has failed.
pub(super) const ATTEMPTS_MAX: i32 = 5;
/// How long a result file is kept.
pub(super) const FILE_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a task that ended is kept, with its error report.
pub(super) const TASK_KEPT: TimeDelta = TimeDelta::days(180);
/// Bytes of a result file kept in one row.
pub(super) const CHUNK_BYTES: usize = 256 * 1024;
/// Rows of an error report kept; more are only counted.
pub(super) const ERRORS_MAX: i32 = 10_000;

/// What can happen to a task (可对后台任务进行的操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TaskAction {
    /// 开始（由系统进行）
    Take,
    /// 取消
    Cancel,
    /// 停下（由系统进行）
    Stop,
    /// 完成（由系统进行）
    Succeed,
    /// 失败（由系统进行）
    Fail,
}

impl TaskAction {
    /// From which state to which.
    const fn edges(self) -> &'static [(S, S)] {
        match self {
            Self::Take => {
                &[(S::Queued, S::Running), (S::Running, S::Running), (S::Cancelling, S::Cancelling)]
            }
            Self::Cancel => &[(S::Queued, S::Cancelled), (S::Running, S::Cancelling)],
            Self::Stop => &[(S::Cancelling, S::Cancelled)],
            Self::Succeed => &[(S::Running, S::Succeeded)],
            Self::Fail => &[(S::Running, S::Failed), (S::Cancelling, S::Failed)],
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, TaskRefusal> {
        let edge = self.edges().iter().find(|(start, _)| *start == from);
        edge.map(|(_, to)| *to).ok_or(TaskRefusal::WrongState(from))
    }
}

/// Why something about tasks is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TaskRefusal {
    /// The task's state does not allow it.
    WrongState(S),
}

/// States in which somebody may work at a task.
pub(super) const LIVE: [S; 3] = [S::Queued, S::Running, S::Cancelling];

/// How long to wait after the n-th break-down in a row: 2, 4, 8 ... seconds.
pub(super) fn pause_after(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 8)).unwrap_or(1);
    TimeDelta::seconds(1_i64 << doublings)
}

/// A text cut to what its column holds.
pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn every_pair_of_state_and_action() {
        use TaskAction as A;
        let mut allowed = 0;
        for state in S::iter() {
            for action in [A::Take, A::Cancel, A::Stop, A::Succeed, A::Fail] {
                let expected = match (action, state) {
                    (A::Take, S::Queued | S::Running) => Ok(S::Running),
                    (A::Take, S::Cancelling) | (A::Cancel, S::Running) => Ok(S::Cancelling),
                    (A::Cancel, S::Queued) | (A::Stop, S::Cancelling) => Ok(S::Cancelled),
                    (A::Succeed, S::Running) => Ok(S::Succeeded),
                    (A::Fail, S::Running | S::Cancelling) => Ok(S::Failed),
                    (A::Take, S::Succeeded | S::Failed | S::Cancelled)
                    | (A::Cancel, S::Cancelling | S::Succeeded | S::Failed | S::Cancelled)
                    | (A::Stop, S::Queued | S::Running | S::Succeeded | S::Failed | S::Cancelled)
                    | (
                        A::Succeed,
                        S::Queued | S::Cancelling | S::Succeeded | S::Failed | S::Cancelled,
                    )
                    | (A::Fail, S::Queued | S::Succeeded | S::Failed | S::Cancelled) => {
                        Err(TaskRefusal::WrongState(state))
                    }
                };
                assert_eq!(action.apply(state), expected, "{action:?} {state:?}");
                allowed += usize::from(expected.is_ok());
            }
        }
        assert_eq!(allowed, 9);
    }

    #[test]
    fn the_pause_doubles_and_is_bounded() {
        let pauses: Vec<_> = (1..=4).map(|n| pause_after(n).num_seconds()).collect();
        assert_eq!(pauses, [2, 4, 8, 16]);
        assert_eq!(pause_after(i32::MAX), pause_after(8));
        assert_eq!(pause_after(-1), pause_after(1));
    }

    #[test]
    fn a_text_is_cut_by_letters() {
        assert_eq!(cut("第三行有误", 2), "第三");
        assert_eq!(cut("短", 10), "短");
    }
}
