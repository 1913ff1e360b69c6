//! A record that is kept from going on for a while: the mark on its row, the refusal, the view.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::failure::{Failure, Refusal, code};

/// 冻结：在此期间不能办理
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Frozen {
    /// 冻结时间
    pub since: DateTime<Utc>,
    /// 最迟到何时自动解除
    pub until: DateTime<Utc>,
    /// 原因
    #[schema(example = "签到时间与现场照片不一致，待核实")]
    pub reason: String,
}

impl Frozen {
    /// Reads the mark of a row.
    #[must_use]
    pub fn of(
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
        reason: Option<&str>,
    ) -> Option<Self> {
        Some(Self { since: since?, until: until?, reason: reason?.to_owned() })
    }

    /// Whether it holds at `now`.
    #[must_use]
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }

    /// Refuses whatever is tried meanwhile.
    #[must_use]
    pub fn refusal(&self) -> Failure {
        let refusal = Refusal::new(code::FROZEN).detail(format!("已冻结：{}", self.reason));
        refusal.with("until", self.until).into()
    }
}

/// Refuses while the mark holds.
///
/// # Errors
/// `frozen`, with until when.
pub fn require_thawed(mark: Option<&Frozen>, now: DateTime<Utc>) -> Result<(), Failure> {
    match mark.filter(|frozen| frozen.holds(now)) {
        Some(frozen) => Err(frozen.refusal()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_until_its_end_and_not_at_it() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let mark = Frozen::of(Some(at(0)), Some(at(10)), Some("待核实"));
        assert!(require_thawed(mark.as_ref(), at(9)).is_err());
        assert!(require_thawed(mark.as_ref(), at(10)).is_ok());
        assert!(require_thawed(None, at(0)).is_ok());
        assert_eq!(Frozen::of(Some(at(0)), None, Some("待核实")), None);
    }
}
