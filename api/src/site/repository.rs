//! Rows of sites.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::site::{self, SiteKind};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
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

/// The root of the tree: one installation serves one county.
pub(super) async fn find_center(db: &impl ConnectionTrait) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find().filter(site::Column::ParentId.is_null()).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: SiteId,
) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn find_by_division(
    db: &impl ConnectionTrait,
    code: &str,
) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find().filter(site::Column::DivisionCode.eq(code)).one(db).await
}

pub(super) async fn count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    site::Entity::find().count(db).await
}

pub(super) async fn insert(tx: &DatabaseTransaction, row: site::ActiveModel) -> Result<(), DbErr> {
    site::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes the details of the version before `row`'s; says whether it was still there.
pub(super) async fn save_details(
    tx: &DatabaseTransaction,
    row: &site::Model,
) -> Result<bool, DbErr> {
    let details = site::ActiveModel {
        name: Set(row.name.clone()),
        short_name: Set(row.short_name.clone()),
        address: Set(row.address.clone()),
        resident_population: Set(row.resident_population),
        star_level: Set(row.star_level),
        valid_to: Set(row.valid_to),
        version: Set(row.version),
        ..Default::default()
    };
    let saved = site::Entity::update_many()
        .set(details)
        .filter(site::Column::Id.eq(row.id))
        .filter(site::Column::Version.eq(row.version - 1))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
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

/// Institutes and stations valid on `day`, whoever lies in a place after it.
pub(super) async fn list_towns(
    db: &impl ConnectionTrait,
    day: NaiveDate,
) -> Result<Vec<site::Model>, DbErr> {
    let open =
        Condition::any().add(site::Column::ValidTo.is_null()).add(site::Column::ValidTo.gte(day));
    site::Entity::find()
        .filter(open)
        .filter(site::Column::Kind.ne(SiteKind::Center))
        .order_by_asc(site::Column::DivisionCode)
        .all(db)
        .await
}

/// Whatever is kept at a site and those below it; of rows joined with their site.
pub(crate) fn below(site: &site::Model) -> Condition {
    Condition::all().add(site::Column::Path.starts_with(&site.path))
}

/// The same, and for a station what its town says of it.
pub(crate) fn shown_at(site: &site::Model) -> Condition {
    let town = site.town_id.filter(|_| site.kind == SiteKind::Station);
    let above = town.map(|town| site::Column::Id.eq(town));
    Condition::any().add(below(site)).add_option(above)
}
