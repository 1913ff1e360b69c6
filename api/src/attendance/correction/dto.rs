//! What a decision says of an attendance, as it is sent and shown.

use chrono::{DateTime, Utc};
use entity::attendance_correction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::hours::Interval;
use super::domain::Said;
use crate::platform::failure::Failure;

/// 决定认定的到场情况；执行后签到记录、服务时长和积分随之更正
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecidedAttendance {
    /// 是否到场
    present: bool,
    /// 到场时间；到场的必填，应在活动时间之内
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-05-09T01:00:00Z")]
    starts_at: Option<DateTime<Utc>>,
    /// 离场时间；到场的必填，应在活动时间之内
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-05-09T03:00:00Z")]
    ends_at: Option<DateTime<Utc>>,
}

impl DecidedAttendance {
    /// What it says.
    ///
    /// # Errors
    /// The member of `attendance` that is missing or has no place beside the others.
    pub(crate) fn said(&self) -> Result<Said, Failure> {
        let wrong =
            |member: &str, words| Err(Failure::field(&format!("/attendance/{member}"), words));
        match (self.present, self.starts_at, self.ends_at) {
            (true, Some(from), Some(to)) => match Interval::new(from, to) {
                Ok(span) => Ok(Said::Present(span)),
                Err(_) => wrong("ends_at", "应晚于到场时间"),
            },
            (true, None, _) => wrong("starts_at", "请写明到场时间"),
            (true, Some(_), None) => wrong("ends_at", "请写明离场时间"),
            (false, None, None) => Ok(Said::Absent),
            (false, Some(_), _) => wrong("starts_at", "未到场的不填写"),
            (false, None, Some(_)) => wrong("ends_at", "未到场的不填写"),
        }
    }
}

impl From<&attendance_correction::Model> for DecidedAttendance {
    fn from(row: &attendance_correction::Model) -> Self {
        Self { present: row.present, starts_at: row.starts_at, ends_at: row.ends_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_with_presence_and_nothing_else() {
        let at = |hour: u32| format!("2026-05-09T0{hour}:00:00Z").parse().ok();
        let read = |present, from: Option<u32>, to: Option<u32>| {
            let (starts_at, ends_at) = (from.and_then(at), to.and_then(at));
            DecidedAttendance { present, starts_at, ends_at }.said().is_ok()
        };
        assert!(read(true, Some(1), Some(2)));
        assert!(read(false, None, None));
        let wrong = [
            (true, None, Some(2)),
            (true, Some(1), None),
            (true, Some(2), Some(2)),
            (false, Some(1), None),
            (false, None, Some(2)),
        ];
        for (present, from, to) in wrong {
            assert!(!read(present, from, to), "{present} {from:?} {to:?}");
        }
    }
}
