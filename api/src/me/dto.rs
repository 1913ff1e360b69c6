//! The view of the home screen.

use chrono::{DateTime, Utc};
use entity::card::{self, CardState};
use entity::ids::{AccountId, ActivityId, SiteId};
use entity::role_assignment::Role;
use entity::{activity, site};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Grant, Permission, grants};
use crate::card::number::CardNumber;
use crate::ledger::Balances;
use crate::volunteer::VolunteerView;

/// 首页所需的全部内容
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeHome {
    /// 账号编号
    pub(super) account_id: AccountId,
    /// 担任的角色；管理页签按其中的权限显示
    pub(super) roles: Vec<MeRole>,
    /// 志愿者资料；未登记时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) volunteer: Option<VolunteerView>,
    /// 上一次登记未予通过的时间和原因；重新登记后没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) registration_refusal: Option<MeRefusal>,
    /// 积分卡；未制卡时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) card: Option<MeCardSummary>,
    /// 积分；未登记时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) points: Option<MePoints>,
    /// 已报名的下一个活动
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_activity: Option<MeNextActivity>,
}

/// 登记未予通过
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeRefusal {
    /// 时间
    pub(super) at: DateTime<Utc>,
    /// 原因
    #[schema(example = "证件并非本人所有")]
    pub(super) reason: String,
}

/// 在一个所站担任的角色
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeRole {
    /// 角色
    role: Role,
    /// 所站编号，角色对其下级同样有效
    site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 权限，与各操作的 x-permission 一致
    #[schema(example = json!(["view_volunteers", "manage_volunteers"]))]
    permissions: Vec<&'static str>,
}

impl MeRole {
    pub(super) fn new(grant: &Grant, site: site::Model) -> Self {
        let held = Permission::ALL.iter().filter(|permission| grants(grant.role, **permission));
        Self {
            role: grant.role,
            site_id: site.id,
            site_name: site.name,
            permissions: held.map(|permission| permission.as_str()).collect(),
        }
    }
}

/// 积分卡
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeCardSummary {
    /// 卡号
    #[schema(example = "JF7K3QX0Z1M94")]
    number: String,
    /// 分组显示的卡号
    #[schema(example = "JF-7K3Q-X0Z1-M94")]
    number_display: String,
    /// 状态
    state: CardState,
}

impl From<card::Model> for MeCardSummary {
    fn from(row: card::Model) -> Self {
        let shown = CardNumber::parse(&row.number).map(|number| number.to_string());
        Self {
            number_display: shown.unwrap_or_else(|_| row.number.clone()),
            number: row.number,
            state: row.state,
        }
    }
}

/// 三个积分数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MePoints {
    /// 累计认定的积分（已扣除更正收回的）；兑换、到期和清零都不会使它减少
    #[schema(minimum = 0, example = 268)]
    certified: i64,
    /// 其中公示期满后才可使用的
    #[schema(minimum = 0, example = 8)]
    in_notice: i64,
    /// 兑换中冻结
    #[schema(minimum = 0, example = 30)]
    held: i64,
    /// 可使用
    #[schema(minimum = 0, example = 90)]
    spendable: i64,
}

impl MePoints {
    pub(super) const fn new(certified: i64, in_notice: i64, now: Balances) -> Self {
        Self { certified, in_notice, held: now.held, spendable: now.available }
    }
}

/// 已报名的下一个活动
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeNextActivity {
    /// 活动编号
    id: ActivityId,
    /// 名称
    #[schema(example = "清扫村道，美化家园")]
    title: String,
    /// 地点
    #[schema(example = "李家村文化广场")]
    place: String,
    /// 开始时间
    starts_at: DateTime<Utc>,
    /// 结束时间
    ends_at: DateTime<Utc>,
}

impl From<activity::Model> for MeNextActivity {
    fn from(row: activity::Model) -> Self {
        Self {
            id: row.id,
            title: row.title,
            place: row.place,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        }
    }
}
