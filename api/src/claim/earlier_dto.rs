//! What was decided before about the same thing, as its certifier is shown it.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use serde::Serialize;
use utoipa::ToSchema;

/// 同一事项此前的申请及其处理
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EarlierDecision {
    /// 结果：不予认定或已撤销
    state: ClaimState,
    /// 处理时间
    at: DateTime<Utc>,
    /// 原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "经核实，当天未参加活动")]
    reason: Option<String>,
}

impl From<&claim::Model> for EarlierDecision {
    fn from(claim: &claim::Model) -> Self {
        Self {
            state: claim.state,
            at: claim.decided_at.unwrap_or(claim.updated_at),
            reason: claim.decision_reason.clone(),
        }
    }
}
