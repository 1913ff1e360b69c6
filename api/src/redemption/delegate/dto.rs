//! Bodies and views of delegates.

use chrono::{DateTime, Utc};
use entity::ids::PickupDelegateId;
use entity::pickup_delegate::{DelegateRelation, Model};
use entity::volunteer::RegisteredVia;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{AtCounter, DelegateAction, decide_end, must_recuse};
use crate::bounded_text;
use crate::redemption::dto::ShownCardNumber;

bounded_text! {
    /// 代领人姓名，与身份证件一致
    DelegateName(1..=60) = "李大明";
    /// 由工作人员登记或终止代领人的原因
    DelegateReason(2..=200) = "本人没有智能手机，凭积分卡到站点登记";
}

/// 登记代领人
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterDelegate {
    /// 代领人姓名
    pub(super) name: DelegateName,
    /// 代领人与本人的关系
    pub(super) relation: DelegateRelation,
}

/// 凭卡登记代领人
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterDelegateForCard {
    /// 本人出示的积分卡卡号
    pub(super) card_number: ShownCardNumber,
    /// 代领人姓名
    pub(super) name: DelegateName,
    /// 代领人与本人的关系
    pub(super) relation: DelegateRelation,
    /// 原因
    pub(super) reason: DelegateReason,
}

/// 凭卡终止代领人
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EndDelegateForCard {
    /// 本人出示的积分卡卡号
    pub(super) card_number: ShownCardNumber,
    /// 原因
    pub(super) reason: DelegateReason,
}

/// 凭卡查询代领人
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DelegateQuery {
    /// 本人出示的积分卡卡号
    #[param(max_length = 24, example = "JF-7K3Q-X0Z1-M94")]
    pub(super) card_number: String,
}

/// 代领人
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PickupDelegateView {
    /// 代领人编号
    pub(super) id: PickupDelegateId,
    /// 姓名
    #[schema(example = "李大明")]
    name: String,
    /// 与本人的关系
    relation: DelegateRelation,
    /// 登记方式
    registered_via: RegisteredVia,
    /// 由工作人员登记的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "本人没有智能手机，凭积分卡到站点登记")]
    reason: Option<String>,
    /// 登记时间
    created_at: DateTime<Utc>,
    /// 终止时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// 由工作人员终止的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "本人要求更换代领人")]
    end_reason: Option<String>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    pub(super) version: i32,
    /// 当前可进行的操作
    allowed_actions: Vec<DelegateAction>,
}

/// 一名志愿者的有效代领人
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PickupDelegateList {
    /// 代领人，先登记的在前，最多5人
    pub(super) items: Vec<PickupDelegateView>,
}

impl PickupDelegateView {
    /// As the holder sees her, or a clerk to whom the holder's card was shown.
    pub(super) fn of_holder(row: Model, may_end: bool) -> Self {
        let can_end = may_end && decide_end(&row).is_ok();
        let allowed_actions = if can_end { vec![DelegateAction::End] } else { Vec::new() };
        Self { allowed_actions, ..Self::plain(row) }
    }

    /// As the clerk sees her who has something to hand over.
    pub(super) fn of_pickup(row: Model, clerk: AtCounter<'_>) -> Self {
        let recused = must_recuse(&row, clerk);
        let allowed_actions = if recused { Vec::new() } else { vec![DelegateAction::PickUp] };
        Self { allowed_actions, ..Self::plain(row) }
    }

    fn plain(row: Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            relation: row.relation,
            registered_via: row.registered_via,
            reason: row.reason,
            created_at: row.created_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            version: row.version,
            allowed_actions: Vec::new(),
        }
    }
}
