//! Rows of supervisors' posts and appraisals.

use chrono::NaiveDate;
use entity::ids::{SiteId, SupervisorPostId, VolunteerId};
use entity::supervisor_post::{self, Column as C, PostState};
use entity::{site, supervisor_appraisal};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait,
};

use crate::platform::rows::{self, Paged as _};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: SupervisorPostId,
) -> Result<Option<supervisor_post::Model>, DbErr> {
    supervisor_post::Entity::find_by_id(id).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: SupervisorPostId,
) -> Result<Option<supervisor_post::Model>, DbErr> {
    supervisor_post::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Writes a nomination; nothing when she has a live one at the site.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: supervisor_post::Model,
) -> Result<Option<supervisor_post::Model>, DbErr> {
    rows::insert_once::<supervisor_post::Entity>(tx, row).await
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: &supervisor_post::Model,
) -> Result<bool, DbErr> {
    let before = [C::Id.eq(row.id), C::Version.eq(row.version - 1)];
    rows::overwrite::<supervisor_post::Entity>(tx, row, before).await
}

/// Every post of a volunteer, locked.
pub(super) async fn lock_of(
    tx: &DatabaseTransaction,
    her: VolunteerId,
) -> Result<Vec<supervisor_post::Model>, DbErr> {
    let rows = supervisor_post::Entity::find().filter(C::VolunteerId.eq(her));
    rows.order_by_asc(C::Id).lock_exclusive().all(tx).await
}

/// How many are appointed at a site.
pub(super) async fn count_appointed(tx: &DatabaseTransaction, site: SiteId) -> Result<u64, DbErr> {
    supervisor_post::Entity::find()
        .filter(C::SiteId.eq(site))
        .filter(C::State.eq(PostState::Appointed))
        .count(tx)
        .await
}

/// Posts of a site and those below it, newest first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    state: Option<PostState>,
    page: (Option<SupervisorPostId>, u64),
) -> Result<Vec<supervisor_post::Model>, DbErr> {
    supervisor_post::Entity::find()
        .join(JoinType::InnerJoin, supervisor_post::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .apply_if(state, |query, state| query.filter(C::State.eq(state)))
        .newest(C::Id, page)
        .all(db)
        .await
}

/// Appointed posts whose term has begun without the role, or is over.
pub(super) async fn list_turning(
    db: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<SupervisorPostId>, DbErr> {
    let begins = Condition::all().add(C::RoleAssignmentId.is_null()).add(C::TermFrom.lte(today));
    supervisor_post::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.eq(PostState::Appointed))
        .filter(Condition::any().add(begins).add(C::TermUntil.lt(today)))
        .order_by_asc(C::Id)
        .into_tuple()
        .all(db)
        .await
}

/// Writes an appraisal; says whether it is the year's first.
pub(super) async fn insert_appraisal(
    tx: &DatabaseTransaction,
    row: supervisor_appraisal::Model,
) -> Result<bool, DbErr> {
    let any_key = OnConflict::new().do_nothing().to_owned();
    let row = row.into_active_model().reset_all();
    let insert = supervisor_appraisal::Entity::insert(row).on_conflict(any_key);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// The appraisals of some posts, by year.
pub(super) async fn list_appraisals(
    db: &impl ConnectionTrait,
    posts: &[SupervisorPostId],
) -> Result<Vec<supervisor_appraisal::Model>, DbErr> {
    supervisor_appraisal::Entity::find()
        .filter(supervisor_appraisal::Column::PostId.is_in(posts.iter().copied()))
        .order_by_asc(supervisor_appraisal::Column::Year)
        .all(db)
        .await
}
