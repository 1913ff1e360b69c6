//! Rows of reports.

use entity::ids::{AccountId, SupervisionReportId};
use entity::site;
use entity::supervision_report::{self, Column as C, ReportState};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: SupervisionReportId,
) -> Result<Option<supervision_report::Model>, DbErr> {
    supervision_report::Entity::find_by_id(id).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: SupervisionReportId,
) -> Result<Option<supervision_report::Model>, DbErr> {
    supervision_report::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Writes a draft; nothing when she has a report of that quarter.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: supervision_report::Model,
) -> Result<Option<supervision_report::Model>, DbErr> {
    let any_key = OnConflict::new().do_nothing().to_owned();
    let row = row.into_active_model().reset_all();
    let insert = supervision_report::Entity::insert(row).on_conflict(any_key);
    Ok(insert.exec_with_returning_many(tx).await?.pop())
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: &supervision_report::Model,
) -> Result<bool, DbErr> {
    let saved = supervision_report::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(C::Id.eq(row.id))
        .filter(C::Version.eq(row.version - 1))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
}

/// Reports of a site and those below it, newest first; drafts only to their writer.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    (path, reader): (&str, AccountId),
    quarter: Option<&str>,
    (after, limit): (Option<SupervisionReportId>, u64),
) -> Result<Vec<supervision_report::Model>, DbErr> {
    let readable =
        Condition::any().add(C::State.ne(ReportState::Draft)).add(C::WrittenBy.eq(reader));
    supervision_report::Entity::find()
        .join(JoinType::InnerJoin, supervision_report::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(readable)
        .apply_if(quarter, |query, quarter| query.filter(C::Quarter.eq(quarter)))
        .apply_if(after, |query, id| query.filter(C::Id.lt(id)))
        .order_by_desc(C::Id)
        .limit(limit)
        .all(db)
        .await
}
