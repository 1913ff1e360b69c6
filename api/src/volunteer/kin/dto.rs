//! Bodies and views of relatives and proxies.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{AccountId, ProxyId, RelativeId, VolunteerId};
use entity::{proxy, relative};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{ProxySide, ProxyState, binds_until};
use crate::bounded_text;
use crate::volunteer::dto::Witness;

bounded_text! {
    /// 亲属关系
    KinRelation(1..=20) = "配偶";
    /// 代办的原因
    ProxyReason(2..=200) = "腿脚不便，由儿媳代为申请积分";
}

/// 申报亲属
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclareRelative {
    /// 亲属的志愿者编号
    pub(super) volunteer_id: VolunteerId,
    /// 亲属是申报人的什么人
    pub(super) relation: KinRelation,
}

/// 申报的亲属
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RelativeView {
    /// 申报编号
    id: RelativeId,
    /// 亲属的志愿者编号
    volunteer_id: VolunteerId,
    /// 亲属姓名，隐去中间
    #[schema(example = "张*兰")]
    name: String,
    /// 亲属关系
    #[schema(example = "配偶")]
    relation: String,
    /// 申报时间
    declared_at: DateTime<Utc>,
    /// 撤回时间
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
    /// 撤回后仍须回避到的时间；未撤回则没有
    #[serde(skip_serializing_if = "Option::is_none")]
    binds_until: Option<DateTime<Utc>>,
}

impl RelativeView {
    pub(super) fn new(row: relative::Model, name: String) -> Self {
        Self {
            id: row.id,
            volunteer_id: row.volunteer_id,
            name,
            relation: row.relation,
            declared_at: row.declared_at,
            withdrawn_at: row.withdrawn_at,
            binds_until: row.withdrawn_at.map(binds_until),
        }
    }
}

/// 本人申报的全部亲属
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RelativeList {
    /// 仍须回避的亲属，先申报的在前，含撤回未满期的
    pub(super) items: Vec<RelativeView>,
}

/// 登记代办授权
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddProxy {
    /// 代办人的志愿者编号；代办人须能用微信登录
    pub(super) proxy_volunteer_id: VolunteerId,
    /// 原因
    pub(super) reason: ProxyReason,
    /// 在场的见证人
    #[serde(default)]
    pub(super) witness: Option<Witness>,
    /// 第一天，不早于今天
    #[schema(example = "2027-01-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) starts_on: NaiveDate,
    /// 最后一天；不填则到终止为止
    #[schema(example = "2027-12-31")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) ends_on: Option<NaiveDate>,
}

/// 代办授权
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProxyView {
    /// 授权编号
    id: ProxyId,
    /// 被代办的志愿者编号
    volunteer_id: VolunteerId,
    /// 代办人的账号编号
    proxy_account_id: AccountId,
    /// 代办人姓名，隐去中间
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李*")]
    proxy_name: Option<String>,
    /// 状态
    state: ProxyState,
    /// 原因
    #[schema(example = "腿脚不便，由儿媳代为申请积分")]
    reason: String,
    /// 见证人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李支书")]
    witness: Option<String>,
    /// 第一天
    starts_on: NaiveDate,
    /// 最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// 终止时间
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
}

impl ProxyView {
    pub(super) fn new(row: proxy::Model, proxy_name: Option<String>, state: ProxyState) -> Self {
        Self {
            id: row.id,
            volunteer_id: row.volunteer_id,
            proxy_account_id: row.proxy_account_id,
            proxy_name,
            state,
            reason: row.reason,
            witness: row.witness,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

/// 一名志愿者的代办授权
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProxyList {
    /// 授权，新的在前，含已终止的
    pub(super) items: Vec<ProxyView>,
}

/// 本人的一项代办授权
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyProxyView {
    /// 授权编号
    id: ProxyId,
    /// 本人是哪一方
    side: ProxySide,
    /// 被代办的志愿者编号
    volunteer_id: VolunteerId,
    /// 对方姓名，隐去中间；对方已注销则没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "王*英")]
    name: Option<String>,
    /// 状态
    state: ProxyState,
    /// 原因
    #[schema(example = "腿脚不便，由儿媳代为申请积分")]
    reason: String,
    /// 第一天
    starts_on: NaiveDate,
    /// 最后一天；没有则到终止为止
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// 终止时间
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<DateTime<Utc>>,
}

impl MyProxyView {
    pub(super) fn new(
        row: proxy::Model,
        side: ProxySide,
        name: Option<String>,
        state: ProxyState,
    ) -> Self {
        Self {
            id: row.id,
            side,
            volunteer_id: row.volunteer_id,
            name,
            state,
            reason: row.reason,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

/// 本人的全部代办授权
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyProxyList {
    /// 授权，先开始的在前，不含已终止的
    pub(super) items: Vec<MyProxyView>,
}
