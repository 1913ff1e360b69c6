//! Rows of reports.

use entity::ids::{AccountId, SupervisionReportId};
use entity::site;
use entity::supervision_report::{self, Column as C, ReportState};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType,
    QueryFilter, QuerySelect, QueryTrait, RelationTrait,
};

use crate::platform::rows::{self, Paged as _};

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
    rows::insert_once::<supervision_report::Entity>(tx, row).await
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: &supervision_report::Model,
) -> Result<bool, DbErr> {
    let before = [C::Id.eq(row.id), C::Version.eq(row.version - 1)];
    rows::overwrite::<supervision_report::Entity>(tx, row, before).await
}

/// Reports of a site and those below it, newest first; drafts only to their writer.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    (path, reader): (&str, AccountId),
    quarter: Option<&str>,
    page: (Option<SupervisionReportId>, u64),
) -> Result<Vec<supervision_report::Model>, DbErr> {
    let readable =
        Condition::any().add(C::State.ne(ReportState::Draft)).add(C::WrittenBy.eq(reader));
    supervision_report::Entity::find()
        .join(JoinType::InnerJoin, supervision_report::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(readable)
        .apply_if(quarter, |query, quarter| query.filter(C::Quarter.eq(quarter)))
        .newest(C::Id, page)
        .all(db)
        .await
}
