//! A town's rules against the county's template: what is refused, and what is only shown because
//! it was published before the county lowered its ceilings.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::rule_item;
use entity::site::{self as site_row, SiteKind};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use super::ceiling::{self, Excess};
use super::repository;
use super::service::current_version;
use crate::platform::failure::Failure;
use crate::site;

/// 超出县级积分细则模板之处
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CeilingFault {
    /// 超出的字段在该版本中的位置（JSON Pointer）
    #[schema(example = "/items/0/points")]
    pointer: String,
    /// 条目代码
    #[schema(example = "HJ01")]
    item_code: String,
    /// 条目名称
    #[schema(example = "环境卫生")]
    item_name: String,
    /// 县级模板的上限；所超出的不是数值时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 3)]
    ceiling: Option<i32>,
    /// 说明
    #[schema(example = "每单位积分不得超过县级模板的3分")]
    message: String,
}

impl From<Excess> for CeilingFault {
    fn from(excess: Excess) -> Self {
        Self {
            pointer: excess.pointer(),
            item_code: excess.item_code,
            item_name: excess.item_name,
            ceiling: excess.ceiling,
            message: excess.message,
        }
    }
}

/// 细则超出县级模板的镇
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TownBeyondTemplate {
    /// 所编号
    site_id: SiteId,
    /// 所名称
    #[schema(example = "青石镇新时代文明实践所")]
    name: String,
    /// 超出的条目数
    #[schema(minimum = 1, example = 2)]
    items: i64,
}

/// The items of the county's template in force on a day; none for the template itself, or
/// when the county has not published one.
pub(super) async fn template_items(
    db: &impl ConnectionTrait,
    institute: &site_row::Model,
    on: NaiveDate,
) -> Result<Option<Vec<rule_item::Model>>, Failure> {
    let Some(center) = institute.parent_id else { return Ok(None) };
    let Some(version) = current_version(db, center, on).await? else { return Ok(None) };
    Ok(Some(repository::list_items(db, version.id).await?))
}

/// A town's items stay below the county's ceilings.
pub(super) async fn require_within_template(
    db: &impl ConnectionTrait,
    institute: &site_row::Model,
    rows: &[rule_item::Model],
    on: NaiveDate,
) -> Result<(), Failure> {
    match template_items(db, institute, on).await? {
        Some(template) => Ok(ceiling::check(rows, &template)?),
        None => Ok(()),
    }
}

/// Where a town's items are above the county's ceilings on a day.
pub(super) async fn list_faults(
    db: &impl ConnectionTrait,
    institute: &site_row::Model,
    rows: &[rule_item::Model],
    on: NaiveDate,
) -> Result<Vec<CeilingFault>, Failure> {
    let Some(template) = template_items(db, institute, on).await? else { return Ok(vec![]) };
    let found = ceiling::check(rows, &template).err().unwrap_or_default();
    Ok(found.into_iter().map(Into::into).collect())
}

/// The towns whose rules on a day are above a template of these items; none below a town.
/// What they published stays as it is: the county learns whom to talk to.
pub(super) async fn list_towns_beyond(
    db: &impl ConnectionTrait,
    center: &site_row::Model,
    template: &[rule_item::Model],
    on: NaiveDate,
) -> Result<Vec<TownBeyondTemplate>, Failure> {
    let mut found = Vec::new();
    if center.kind != SiteKind::Center {
        return Ok(found);
    }
    let towns = site::list_towns(db, on).await?.into_iter();
    for town in towns.filter(|town| town.parent_id == Some(center.id)) {
        let Some(version) = current_version(db, town.id, on).await? else { continue };
        let rows = repository::list_items(db, version.id).await?;
        let beyond = ceiling::check(&rows, template).err().unwrap_or_default();
        let mut places: Vec<_> = beyond.iter().map(|excess| excess.index).collect();
        places.dedup();
        if !places.is_empty() {
            let items = i64::try_from(places.len()).unwrap_or(i64::MAX);
            found.push(TownBeyondTemplate { site_id: town.id, name: town.name, items });
        }
    }
    Ok(found)
}
