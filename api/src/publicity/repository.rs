//! Rows of notice rounds.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{NoticeRoundId, SiteId};
use entity::notice_round::{self, Column as C, NoticeState};
use entity::site;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, ExprTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait,
};

use crate::platform::rows::{self, Paged as _};

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: NoticeRoundId,
) -> Result<Option<notice_round::Model>, DbErr> {
    notice_round::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: NoticeRoundId,
) -> Result<Option<notice_round::Model>, DbErr> {
    notice_round::Entity::find_by_id(id).one(db).await
}

pub(super) async fn find_by_number(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<notice_round::Model>, DbErr> {
    notice_round::Entity::find().filter(C::Number.eq(number)).one(db).await
}

pub(super) async fn find_of_month(
    db: &impl ConnectionTrait,
    site: SiteId,
    period: NaiveDate,
) -> Result<Option<notice_round::Model>, DbErr> {
    notice_round::Entity::find()
        .filter(C::SiteId.eq(site))
        .filter(C::Period.eq(period))
        .one(db)
        .await
}

/// Takes a draft away; the database refuses it later.
pub(super) async fn delete_draft(tx: &DatabaseTransaction, id: NoticeRoundId) -> Result<(), DbErr> {
    notice_round::Entity::delete_by_id(id).exec(tx).await.map(drop)
}

/// Begins a round; false when the site has one for that month.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: &notice_round::Model,
) -> Result<bool, DbErr> {
    let one_a_month = OnConflict::columns([C::SiteId, C::Period]).do_nothing().to_owned();
    let row = row.clone().into_active_model().reset_all();
    let insert = notice_round::Entity::insert(row).on_conflict(one_a_month);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: &notice_round::Model,
) -> Result<bool, DbErr> {
    let before = [C::Id.eq(row.id), C::Version.eq(row.version - 1)];
    rows::overwrite::<notice_round::Entity>(tx, row, before).await
}

/// Rounds of a site and those below it, newest first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    places: Condition,
    states: &[NoticeState],
    page: (Option<NoticeRoundId>, u64),
) -> Result<Vec<(notice_round::Model, Option<site::Model>)>, DbErr> {
    notice_round::Entity::find()
        .find_also_related(site::Entity)
        .filter(places)
        .filter(C::State.is_in(states.iter().copied()))
        .newest(C::Id, page)
        .all(db)
        .await
}

/// Rounds that somebody has to do something about: drafts, and open ones past their end.
pub(super) async fn list_due(
    db: &impl ConnectionTrait,
    path: &str,
    now: DateTime<Utc>,
) -> Result<Vec<notice_round::Model>, DbErr> {
    let over = C::State.eq(NoticeState::Open).and(C::ClosesAt.lte(now));
    notice_round::Entity::find()
        .join(JoinType::InnerJoin, notice_round::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(C::State.eq(NoticeState::Drafting).or(over))
        .order_by_asc(C::Id)
        .limit(500)
        .all(db)
        .await
}

/// Open rounds whose days are over.
pub(super) async fn list_over(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<NoticeRoundId>, DbErr> {
    let over = C::State.eq(NoticeState::Open).and(C::ClosesAt.lte(now));
    ids(db, Condition::all().add(over)).await
}

/// Closed rounds whose entries are not all settled.
pub(super) async fn list_settling(db: &impl ConnectionTrait) -> Result<Vec<NoticeRoundId>, DbErr> {
    let settling = C::State.eq(NoticeState::Closed).and(C::SettledAt.is_null());
    ids(db, Condition::all().add(settling)).await
}

async fn ids(db: &impl ConnectionTrait, condition: Condition) -> Result<Vec<NoticeRoundId>, DbErr> {
    notice_round::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(condition)
        .order_by_asc(C::Id)
        .into_tuple()
        .all(db)
        .await
}
