//! Rows that statements of a quarter are made from, read for some holders at a time: however long
//! a tree's history, no statement of the database reads all of it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::{SiteId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::{ledger_entry, points_account, tree_leaf};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::platform::db;

/// Whether a quarter is closed in a tree: all its statements are written at once.
pub(super) async fn is_closed(
    db: &impl ConnectionTrait,
    site: SiteId,
    quarter: &str,
) -> Result<bool, DbErr> {
    let one = tree_leaf::Entity::find()
        .filter(tree_leaf::Column::SiteId.eq(site))
        .filter(tree_leaf::Column::Quarter.eq(quarter));
    Ok(one.limit(1).one(db).await?.is_some())
}

/// The leaf of the last statement of a quarter in a tree; -1 before the first.
pub(super) async fn last_statement(
    db: &impl ConnectionTrait,
    site: SiteId,
    quarter: &str,
) -> Result<i64, DbErr> {
    let last: Option<Option<i64>> = tree_leaf::Entity::find()
        .select_only()
        .column_as(tree_leaf::Column::LeafIndex.max(), "last")
        .filter(tree_leaf::Column::SiteId.eq(site))
        .filter(tree_leaf::Column::Quarter.eq(quarter))
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or(-1))
}

/// The next leaves behind one that are of entries from before a moment, with their holders. In the
/// leaves' order: else PostgreSQL, sure to find some soon, reads all leaves there are.
pub(super) async fn list_earlier(
    db: &impl ConnectionTrait,
    site: SiteId,
    (after, end): (i64, DateTime<Utc>),
    limit: u64,
) -> Result<Vec<(i64, VolunteerId)>, DbErr> {
    let entry = tree_leaf::Entity::belongs_to(ledger_entry::Entity)
        .from(tree_leaf::Column::LedgerEntryId)
        .to(ledger_entry::Column::Id);
    tree_leaf::Entity::find()
        .select_only()
        .column(tree_leaf::Column::LeafIndex)
        .column(tree_leaf::Column::VolunteerId)
        .join(JoinType::InnerJoin, entry.into())
        .filter(tree_leaf::Column::SiteId.eq(site))
        .filter(tree_leaf::Column::LeafIndex.gt(after))
        .filter(ledger_entry::Column::CreatedAt.lt(end))
        .order_by_asc(tree_leaf::Column::LeafIndex)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Everybody who has an entry in a leaf behind one, in the order of their numbers.
pub(super) async fn list_holders(
    db: &impl ConnectionTrait,
    site: SiteId,
    after: i64,
) -> Result<Vec<VolunteerId>, DbErr> {
    tree_leaf::Entity::find()
        .select_only()
        .column(tree_leaf::Column::VolunteerId)
        .distinct()
        .filter(tree_leaf::Column::SiteId.eq(site))
        .filter(tree_leaf::Column::LeafIndex.gt(after))
        .filter(tree_leaf::Column::LedgerEntryId.is_not_null())
        .order_by_asc(tree_leaf::Column::VolunteerId)
        .into_tuple()
        .all(db)
        .await
}

/// Which of these holders have a statement of a quarter in a tree.
pub(super) async fn list_stated(
    db: &impl ConnectionTrait,
    (site, quarter): (SiteId, &str),
    holders: &[VolunteerId],
) -> Result<HashSet<VolunteerId>, DbErr> {
    let stated: Vec<VolunteerId> = tree_leaf::Entity::find()
        .select_only()
        .column(tree_leaf::Column::VolunteerId)
        .filter(tree_leaf::Column::SiteId.eq(site))
        .filter(tree_leaf::Column::Quarter.eq(quarter))
        .filter(tree_leaf::Column::VolunteerId.is_in(holders.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(stated.into_iter().collect())
}

/// What holders had before a moment: what is available and held, less what is due. The last entry
/// before it is found from the newest on; an account's entries are all in one tree.
pub(super) async fn list_openings(
    db: &impl ConnectionTrait,
    holders: &[VolunteerId],
    start: DateTime<Utc>,
) -> Result<HashMap<VolunteerId, i64>, DbErr> {
    let mut last = Query::select();
    last.expr(
        Expr::col(ledger_entry::Column::AvailableAfter)
            .add(Expr::col(ledger_entry::Column::HeldAfter))
            .sub(Expr::col(ledger_entry::Column::RecoveryAfter)),
    )
    .from(ledger_entry::Entity)
    .and_where(
        Expr::col((ledger_entry::Entity, ledger_entry::Column::VolunteerId))
            .equals((points_account::Entity, points_account::Column::VolunteerId)),
    )
    .and_where(ledger_entry::Column::CreatedAt.lt(start))
    .order_by(ledger_entry::Column::Seq, Order::Desc)
    .limit(1);
    let rows: Vec<(VolunteerId, Option<i64>)> = points_account::Entity::find()
        .select_only()
        .column(points_account::Column::VolunteerId)
        .column_as(Expr::from(last), "opening")
        .filter(points_account::Column::VolunteerId.is_in(holders.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(holder, points)| Some((holder, points?))).collect())
}

/// What holders' entries of a time in a tree changed, and how many, by holder and kind.
pub(super) async fn sum_kinds(
    db: &impl ConnectionTrait,
    site: SiteId,
    holders: &[VolunteerId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(VolunteerId, LedgerKind, i64, i64)>, DbErr> {
    let change = Expr::col(ledger_entry::Column::AvailableDelta)
        .add(Expr::col(ledger_entry::Column::HeldDelta))
        .sub(Expr::col(ledger_entry::Column::RecoveryDelta));
    let theirs = Query::select()
        .column(tree_leaf::Column::LedgerEntryId)
        .from(tree_leaf::Entity)
        .and_where(tree_leaf::Column::SiteId.eq(site))
        .and_where(tree_leaf::Column::VolunteerId.is_in(holders.iter().copied()))
        .and_where(tree_leaf::Column::LedgerEntryId.is_not_null())
        .to_owned();
    ledger_entry::Entity::find()
        .select_only()
        .column(ledger_entry::Column::VolunteerId)
        .column(ledger_entry::Column::Kind)
        .column_as(Expr::expr(change).sum().cast_as("bigint"), "points")
        .column_as(ledger_entry::Column::Id.count(), "entries")
        .filter(ledger_entry::Column::VolunteerId.is_in(holders.iter().copied()))
        .filter(ledger_entry::Column::Id.in_subquery(theirs))
        .filter(ledger_entry::Column::CreatedAt.gte(from))
        .filter(ledger_entry::Column::CreatedAt.lt(to))
        .group_by(ledger_entry::Column::VolunteerId)
        .group_by(ledger_entry::Column::Kind)
        .into_tuple()
        .all(db)
        .await
}

/// Everybody's statements are one transaction, whose statements are read for many holders.
pub(super) async fn take_time(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if db::is_postgres(tx.get_database_backend()) {
        tx.execute_unprepared("SET LOCAL statement_timeout = '120s'").await?;
    }
    Ok(())
}
