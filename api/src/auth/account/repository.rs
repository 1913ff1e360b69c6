//! Rows of accounts as their keepers need them.

use chrono::{DateTime, Utc};
use entity::account::{self, AccountStatus};
use entity::ids::{AccountId, SessionId};
use entity::role_assignment::{self, Role};
use entity::{session, site, volunteer};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait,
};

use super::domain::Keeper;

/// The path of where the holder of an account lives, if she is a volunteer.
pub(super) async fn find_home_view(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Option<String>, DbErr> {
    volunteer::Entity::find()
        .select_only()
        .column(site::Column::Path)
        .join(JoinType::InnerJoin, volunteer::Relation::Site.def())
        .filter(volunteer::Column::AccountId.eq(account))
        .into_tuple()
        .one(db)
        .await
}

/// The path of the site above all others.
pub(super) async fn find_root_view(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    site::Entity::find()
        .select_only()
        .column(site::Column::Path)
        .filter(site::Column::ParentId.is_null())
        .order_by_asc(site::Column::Id)
        .into_tuple()
        .one(db)
        .await
}

/// Every security administrator, with each site at which she is one, kept as she is until
/// the end of the transaction: of two who disable each other at once, one is refused. Locked
/// in the order of their ids.
pub(super) async fn lock_keepers(tx: &DatabaseTransaction) -> Result<Vec<Keeper>, DbErr> {
    let held: Vec<(AccountId, String)> = role_assignment::Entity::find()
        .select_only()
        .column(role_assignment::Column::AccountId)
        .column(site::Column::Path)
        .join(JoinType::InnerJoin, role_assignment::Relation::Site.def())
        .filter(role_assignment::Column::Role.eq(Role::SecurityAdmin))
        .filter(role_assignment::Column::RevokedAt.is_null())
        .order_by_asc(role_assignment::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(held.iter().map(|(account, _)| *account)))
        .order_by_asc(account::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let keeper = |(account, path): (AccountId, String)| {
        let row = accounts.iter().find(|row| row.id == account);
        let active = row.is_some_and(|row| row.status == AccountStatus::Active);
        Keeper { account, active, path }
    };
    Ok(held.into_iter().map(keeper).collect())
}

/// The account with its new status.
pub(super) async fn save_status(
    tx: &DatabaseTransaction,
    row: &account::Model,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .col_expr(account::Column::Status, Expr::value(row.status))
        .col_expr(account::Column::StatusReason, Expr::value(row.status_reason.clone()))
        .col_expr(account::Column::StatusChangedAt, Expr::value(row.status_changed_at))
        .col_expr(account::Column::StatusChangedBy, Expr::value(row.status_changed_by))
        .filter(account::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends the live sessions of an account, or one of them; says how many there were.
pub(super) async fn save_sessions_revoked(
    tx: &DatabaseTransaction,
    account: AccountId,
    only: Option<SessionId>,
    (reason, now): (&str, DateTime<Utc>),
) -> Result<u64, DbErr> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .col_expr(session::Column::RevokedReason, Expr::value(reason))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(id) = only {
        update = update.filter(session::Column::Id.eq(id));
    }
    Ok(update.exec(tx).await?.rows_affected)
}
