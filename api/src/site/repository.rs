//! Rows of sites.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::site::{self, SiteKind};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// Which sites a list shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) kind: Option<SiteKind>,
    pub(super) parent: Option<SiteId>,
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: SiteId,
) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find_by_id(id).one(db).await
}

/// Sites valid on `day`, by division code: whoever lies in a place comes after it.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    day: NaiveDate,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<site::Model>, DbErr> {
    let open =
        Condition::any().add(site::Column::ValidTo.is_null()).add(site::Column::ValidTo.gte(day));
    let mut query = site::Entity::find().filter(open).order_by_asc(site::Column::DivisionCode);
    if let Some(kind) = filter.kind {
        query = query.filter(site::Column::Kind.eq(kind));
    }
    if let Some(parent) = filter.parent {
        query = query.filter(site::Column::ParentId.eq(parent));
    }
    if let Some(after) = after {
        query = query.filter(site::Column::DivisionCode.gt(after));
    }
    query.limit(limit).all(db).await
}
