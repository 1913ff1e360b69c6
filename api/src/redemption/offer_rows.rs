//! Rows of sessions, what they offer, and who took how much.

use crate::platform::rows::insert_all;
use chrono::{DateTime, Utc};
use entity::ids::{GoodsId, RedemptionSessionId, SessionItemId, SiteId, VolunteerId};
use entity::redemption::{self, RedemptionState};
use entity::redemption_session::{self, Column as S, RedemptionSessionState};
use entity::{session_item, session_person, site};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

pub(super) async fn find_session(
    db: &impl ConnectionTrait,
    id: RedemptionSessionId,
) -> Result<Option<redemption_session::Model>, DbErr> {
    redemption_session::Entity::find_by_id(id).one(db).await
}

/// A session and where it is held. Until the end of the transaction nobody changes or
/// closes the session; others may redeem in it.
pub(super) async fn share_session_with_site(
    tx: &DatabaseTransaction,
    id: RedemptionSessionId,
) -> Result<Option<(redemption_session::Model, site::Model)>, DbErr> {
    let mut query = redemption_session::Entity::find_by_id(id).find_also_related(site::Entity);
    QuerySelect::query(&mut query).lock_with_tables(LockType::Share, [redemption_session::Entity]);
    let found = query.one(tx).await?;
    Ok(found.and_then(|(session, site)| Some((session, site?))))
}

pub(super) async fn lock_session(
    tx: &DatabaseTransaction,
    id: RedemptionSessionId,
) -> Result<Option<redemption_session::Model>, DbErr> {
    redemption_session::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Makes planners of one site wait for one another; rows that refer to the site do not.
pub(super) async fn lock_site(tx: &DatabaseTransaction, id: SiteId) -> Result<(), DbErr> {
    site::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?;
    Ok(())
}

/// Whether a site has another session that begins in `from..to`.
pub(super) async fn has_session_between(
    tx: &DatabaseTransaction,
    site: SiteId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    but: Option<RedemptionSessionId>,
) -> Result<bool, DbErr> {
    let mut query = redemption_session::Entity::find()
        .filter(S::SiteId.eq(site))
        .filter(S::StartsAt.gte(from))
        .filter(S::StartsAt.lt(to));
    if let Some(but) = but {
        query = query.filter(S::Id.ne(but));
    }
    Ok(query.one(tx).await?.is_some())
}

/// Newest first.
pub(super) async fn list_sessions(
    db: &impl ConnectionTrait,
    site: SiteId,
    state: Option<RedemptionSessionState>,
    after: Option<RedemptionSessionId>,
    limit: u64,
) -> Result<Vec<redemption_session::Model>, DbErr> {
    let mut query = redemption_session::Entity::find().filter(S::SiteId.eq(site));
    if let Some(state) = state {
        query = query.filter(S::State.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(S::Id.lt(after));
    }
    query.order_by_desc(S::Id).limit(limit).all(db).await
}

pub(super) async fn insert_session(
    tx: &DatabaseTransaction,
    row: redemption_session::Model,
    items: Vec<session_item::Model>,
) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    redemption_session::Entity::insert(row).exec_without_returning(tx).await?;
    insert_all::<session_item::Entity>(tx, items).await
}

/// Writes what may change of a session that the caller has locked, and its items anew.
pub(super) async fn save_plan(
    tx: &DatabaseTransaction,
    row: &redemption_session::Model,
    items: Vec<session_item::Model>,
) -> Result<(), DbErr> {
    redemption_session::Entity::update_many()
        .col_expr(S::Title, Expr::value(row.title.clone()))
        .col_expr(S::StartsAt, Expr::value(row.starts_at))
        .col_expr(S::EndsAt, Expr::value(row.ends_at))
        .col_expr(S::Threshold, Expr::value(row.threshold))
        .col_expr(S::LimitPerPerson, Expr::value(row.limit_per_person))
        .col_expr(S::PickupUntil, Expr::value(row.pickup_until))
        .col_expr(S::Version, Expr::value(row.version))
        .col_expr(S::UpdatedAt, Expr::value(row.updated_at))
        .filter(S::Id.eq(row.id))
        .exec(tx)
        .await?;
    session_item::Entity::delete_many()
        .filter(session_item::Column::SessionId.eq(row.id))
        .exec(tx)
        .await?;
    insert_all::<session_item::Entity>(tx, items).await
}

pub(super) async fn save_session_state(
    tx: &DatabaseTransaction,
    row: &redemption_session::Model,
) -> Result<(), DbErr> {
    redemption_session::Entity::update_many()
        .col_expr(S::State, Expr::value(row.state))
        .col_expr(S::Version, Expr::value(row.version))
        .col_expr(S::UpdatedAt, Expr::value(row.updated_at))
        .filter(S::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// What these sessions offer.
pub(super) async fn list_items(
    db: &impl ConnectionTrait,
    sessions: Vec<RedemptionSessionId>,
) -> Result<Vec<session_item::Model>, DbErr> {
    session_item::Entity::find()
        .filter(session_item::Column::SessionId.is_in(sessions))
        .order_by_asc(session_item::Column::Id)
        .all(db)
        .await
}

pub(super) async fn find_item(
    db: &impl ConnectionTrait,
    session: RedemptionSessionId,
    goods: GoodsId,
) -> Result<Option<session_item::Model>, DbErr> {
    session_item::Entity::find()
        .filter(session_item::Column::SessionId.eq(session))
        .filter(session_item::Column::GoodsId.eq(goods))
        .one(db)
        .await
}

/// Takes so many of what is offered, if they are left; locks the item.
pub(super) async fn take(
    tx: &DatabaseTransaction,
    session: RedemptionSessionId,
    goods: GoodsId,
    quantity: i32,
) -> Result<Option<session_item::Model>, DbErr> {
    use session_item::Column as I;
    let taken = Expr::col(I::QuantityTaken).add(quantity);
    let rows = session_item::Entity::update_many()
        .col_expr(I::QuantityTaken, taken.clone())
        .filter(I::SessionId.eq(session))
        .filter(I::GoodsId.eq(goods))
        .filter(taken.lte(Expr::col(I::QuantityOffered)))
        .exec_with_returning(tx)
        .await?;
    Ok(rows.into_iter().next())
}

/// Gives back what was taken.
pub(super) async fn put_back(
    tx: &DatabaseTransaction,
    item: SessionItemId,
    quantity: i32,
) -> Result<bool, DbErr> {
    use session_item::Column as I;
    let changed = session_item::Entity::update_many()
        .col_expr(I::QuantityTaken, Expr::col(I::QuantityTaken).sub(quantity))
        .filter(I::Id.eq(item))
        .filter(I::QuantityTaken.gte(quantity))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Counts what one person takes in a session, unless it would pass the limit.
pub(super) async fn count_person(
    tx: &DatabaseTransaction,
    session: RedemptionSessionId,
    volunteer: VolunteerId,
    quantity: i32,
    limit: i32,
) -> Result<bool, DbErr> {
    use session_person::Column as P;
    if quantity > limit {
        return Ok(false);
    }
    let total = Expr::col((session_person::Entity, P::ItemsTaken)).add(quantity);
    let more = OnConflict::columns([P::SessionId, P::VolunteerId])
        .value(P::ItemsTaken, total.clone())
        .action_and_where(total.lte(limit))
        .to_owned();
    let row = session_person::Model {
        session_id: session,
        volunteer_id: volunteer,
        items_taken: quantity,
    };
    let insert = session_person::Entity::insert(row.into_active_model().reset_all());
    Ok(insert.on_conflict(more).exec_without_returning(tx).await? == 1)
}

/// What is counted of one person in a session.
pub(super) async fn counted(
    tx: &DatabaseTransaction,
    session: RedemptionSessionId,
    volunteer: VolunteerId,
) -> Result<i64, DbErr> {
    use session_person::Column as P;
    let row = session_person::Entity::find()
        .filter(P::SessionId.eq(session))
        .filter(P::VolunteerId.eq(volunteer))
        .one(tx)
        .await?;
    Ok(row.map_or(0, |row| i64::from(row.items_taken)))
}

/// Counts back what one person gave up; nothing when her session has no limit.
pub(super) async fn uncount_person(
    tx: &DatabaseTransaction,
    session: RedemptionSessionId,
    volunteer: VolunteerId,
    quantity: i32,
) -> Result<(), DbErr> {
    use session_person::Column as P;
    session_person::Entity::update_many()
        .col_expr(P::ItemsTaken, Expr::col(P::ItemsTaken).sub(quantity))
        .filter(P::SessionId.eq(session))
        .filter(P::VolunteerId.eq(volunteer))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many pieces of one item a volunteer has or had, given up ones not counted. Right
/// only while the item is locked.
pub(super) async fn count_taken(
    tx: &DatabaseTransaction,
    item: SessionItemId,
    volunteer: VolunteerId,
) -> Result<i64, DbErr> {
    use redemption::Column as R;
    let given_up = [RedemptionState::Cancelled, RedemptionState::Expired];
    let sum: Option<Option<i64>> = redemption::Entity::find()
        .select_only()
        .column_as(R::Quantity.sum(), "taken")
        .filter(R::VolunteerId.eq(volunteer))
        .filter(R::SessionItemId.eq(item))
        .filter(R::State.is_not_in(given_up))
        .into_tuple()
        .one(tx)
        .await?;
    Ok(sum.flatten().unwrap_or_default())
}
