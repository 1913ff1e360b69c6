//! Rows of bulletins, their figures and corrections.

use chrono::NaiveDate;
use entity::bulletin::{self, BulletinState, Column as C};
use entity::ids::{BulletinCorrectionId, BulletinId, SiteId};
use entity::{bulletin_correction, bulletin_figure, site};
use sea_orm::sea_query::{ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

use super::domain::Place;
use crate::platform::rows::{self, Paged as _, insert_all};

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: BulletinId,
) -> Result<Option<bulletin::Model>, DbErr> {
    bulletin::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: BulletinId,
) -> Result<Option<bulletin::Model>, DbErr> {
    bulletin::Entity::find_by_id(id).one(db).await
}

pub(super) async fn find_by_number(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<bulletin::Model>, DbErr> {
    bulletin::Entity::find().filter(C::Number.eq(number)).one(db).await
}

pub(super) async fn find_of_quarter(
    db: &impl ConnectionTrait,
    site: SiteId,
    quarter: NaiveDate,
) -> Result<Option<bulletin::Model>, DbErr> {
    bulletin::Entity::find().filter(C::SiteId.eq(site)).filter(C::Quarter.eq(quarter)).one(db).await
}

/// Begins a bulletin; false when the site has one for that quarter.
pub(super) async fn insert(tx: &DatabaseTransaction, row: &bulletin::Model) -> Result<bool, DbErr> {
    let once = OnConflict::columns([C::SiteId, C::Quarter]).do_nothing().to_owned();
    let row = row.clone().into_active_model().reset_all();
    let insert = bulletin::Entity::insert(row).on_conflict(once);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(tx: &DatabaseTransaction, row: &bulletin::Model) -> Result<bool, DbErr> {
    let before = [C::Id.eq(row.id), C::Version.eq(row.version - 1)];
    rows::overwrite::<bulletin::Entity>(tx, row, before).await
}

/// Bulletins of a site and those below it, the latest quarter first, after a place in that order.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    places: Condition,
    states: &[BulletinState],
    (after, limit): (Option<Place>, u64),
) -> Result<Vec<(bulletin::Model, Option<site::Model>)>, DbErr> {
    let later =
        |Place { quarter, id }| C::Quarter.lt(quarter).or(C::Quarter.eq(quarter).and(C::Id.lt(id)));
    bulletin::Entity::find()
        .find_also_related(site::Entity)
        .filter(places)
        .filter(C::State.is_in(states.iter().copied()))
        .apply_if(after, |query, after| query.filter(later(after)))
        .order_by_desc(C::Quarter)
        .order_by_desc(C::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Takes a draft away; the database refuses it later.
pub(super) async fn delete_draft(tx: &DatabaseTransaction, id: BulletinId) -> Result<(), DbErr> {
    bulletin::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// A site's bulletin of its latest quarter, whenever it was drafted.
pub(super) async fn find_latest(
    db: &impl ConnectionTrait,
    site: SiteId,
    states: &[BulletinState],
) -> Result<Option<bulletin::Model>, DbErr> {
    bulletin::Entity::find()
        .filter(C::SiteId.eq(site))
        .filter(C::State.is_in(states.iter().copied()))
        .order_by_desc(C::Quarter)
        .one(db)
        .await
}

/// Compiled drafts that somebody has to publish.
pub(super) async fn list_due(
    db: &impl ConnectionTrait,
    path: &str,
) -> Result<Vec<bulletin::Model>, DbErr> {
    bulletin::Entity::find()
        .join(JoinType::InnerJoin, bulletin::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(C::State.eq(BulletinState::Drafting))
        .order_by_asc(C::Id)
        .limit(500)
        .all(db)
        .await
}

/// Bulletins whose figures are being made.
pub(super) async fn list_compiling(
    db: &impl ConnectionTrait,
) -> Result<Vec<bulletin::Model>, DbErr> {
    bulletin::Entity::find()
        .filter(C::State.eq(BulletinState::Compiling))
        .order_by_asc(C::Id)
        .all(db)
        .await
}

/// Compiled drafts, oldest first.
pub(super) async fn list_drafting(
    db: &impl ConnectionTrait,
) -> Result<Vec<bulletin::Model>, DbErr> {
    bulletin::Entity::find()
        .filter(C::State.eq(BulletinState::Drafting))
        .order_by_asc(C::Id)
        .all(db)
        .await
}

/// The figures of a bulletin, the whole first, each with its site.
pub(super) async fn list_figures(
    db: &impl ConnectionTrait,
    id: BulletinId,
) -> Result<Vec<(bulletin_figure::Model, Option<site::Model>)>, DbErr> {
    bulletin_figure::Entity::find()
        .find_also_related(site::Entity)
        .filter(bulletin_figure::Column::BulletinId.eq(id))
        .order_by_asc(bulletin_figure::Column::Position)
        .all(db)
        .await
}

pub(super) async fn insert_figures(
    tx: &DatabaseTransaction,
    rows: Vec<bulletin_figure::Model>,
) -> Result<(), DbErr> {
    insert_all::<bulletin_figure::Entity>(tx, rows).await
}

/// Takes a draft's figures away; the database refuses it later.
pub(super) async fn drop_figures(tx: &DatabaseTransaction, id: BulletinId) -> Result<(), DbErr> {
    let of = bulletin_figure::Column::BulletinId.eq(id);
    bulletin_figure::Entity::delete_many().filter(of).exec(tx).await?;
    Ok(())
}

/// Writes a correction; one of the service's that is there already is left as it is.
pub(super) async fn insert_correction(
    tx: &DatabaseTransaction,
    row: bulletin_correction::Model,
) -> Result<bool, DbErr> {
    let insert = bulletin_correction::Entity::insert(row.into_active_model().reset_all());
    let once = OnConflict::new().do_nothing().to_owned();
    Ok(insert.on_conflict(once).exec_without_returning(tx).await? == 1)
}

/// The corrections of a bulletin, oldest first.
pub(super) async fn list_corrections(
    db: &impl ConnectionTrait,
    id: BulletinId,
    page: (Option<BulletinCorrectionId>, u64),
) -> Result<Vec<bulletin_correction::Model>, DbErr> {
    use bulletin_correction::Column as K;
    bulletin_correction::Entity::find()
        .filter(K::BulletinId.eq(id))
        .oldest(K::Id, page)
        .all(db)
        .await
}

/// The corrections of a stretch of lines.
pub(super) async fn corrections_between(
    db: &impl ConnectionTrait,
    id: BulletinId,
    (first, last): (i32, i32),
) -> Result<Vec<bulletin_correction::Model>, DbErr> {
    use bulletin_correction::Column as K;
    bulletin_correction::Entity::find()
        .filter(K::BulletinId.eq(id))
        .filter(K::Position.between(first, last))
        .order_by_asc(K::Id)
        .all(db)
        .await
}
