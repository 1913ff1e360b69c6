//! Rows of accounts, identities, sessions and refresh tokens.

use chrono::{DateTime, Utc};
use entity::account::AccountStatus;
use entity::ids::{AccountId, SessionId, SiteId, VolunteerId};
use entity::role_assignment::Role;
use entity::session::Audience;
use entity::{account, refresh_token, role_assignment, session, site, volunteer, wechat_identity};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use super::caller::Grant;

pub(super) async fn find_account(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(db).await
}

pub(super) async fn find_identity(
    db: &impl ConnectionTrait,
    appid: &str,
    openid: &str,
) -> Result<Option<wechat_identity::Model>, DbErr> {
    wechat_identity::Entity::find()
        .filter(wechat_identity::Column::Appid.eq(appid))
        .filter(wechat_identity::Column::Openid.eq(openid))
        .one(db)
        .await
}

pub(super) async fn find_openid(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Option<String>, DbErr> {
    let identity = wechat_identity::Entity::find()
        .filter(wechat_identity::Column::AccountId.eq(account))
        .one(db)
        .await?;
    Ok(identity.map(|row| row.openid))
}

pub(super) async fn list_grants(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Grant>, DbErr> {
    let rows: Vec<(Role, SiteId, String, Option<SiteId>)> = role_assignment::Entity::find()
        .select_only()
        .column(role_assignment::Column::Role)
        .column(role_assignment::Column::SiteId)
        .column(site::Column::Path)
        .column(site::Column::TownId)
        .join(JoinType::InnerJoin, role_assignment::Relation::Site.def())
        .filter(role_assignment::Column::AccountId.eq(account))
        .filter(role_assignment::Column::RevokedAt.is_null())
        .order_by_asc(role_assignment::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let grant = |(role, site_id, path, town_id)| Grant { role, site_id, path, town_id };
    Ok(rows.into_iter().map(grant).collect())
}

/// One line of what authentication knows of an account: each of its live sessions
/// beside each of its roles.
#[derive(Debug, FromQueryResult)]
pub(super) struct Standing {
    pub(super) status: AccountStatus,
    pub(super) token_version: i32,
    pub(super) volunteer_id: Option<VolunteerId>,
    pub(super) session_id: Option<SessionId>,
    pub(super) audience: Option<Audience>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) role: Option<Role>,
    pub(super) site_id: Option<SiteId>,
    pub(super) path: Option<String>,
    pub(super) town_id: Option<SiteId>,
}

/// What authentication must know of an account, in one statement: when a county scans
/// at once nobody is remembered yet, and everybody asks. Nothing when there is no such
/// account.
pub(super) async fn list_standing(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Standing>, DbErr> {
    let volunteer = volunteer::Relation::Account.def().rev();
    let session = session::Relation::Account.def().rev().on_condition(move |_, session| {
        let column = |column| Expr::col((session.clone(), column));
        Condition::all()
            .add(column(session::Column::RevokedAt).is_null())
            .add(column(session::Column::IdleExpiresAt).gt(now))
            .add(column(session::Column::AbsoluteExpiresAt).gt(now))
    });
    let role = role_assignment::Relation::Account.def().rev().on_condition(|_, role| {
        Condition::all().add(Expr::col((role, role_assignment::Column::RevokedAt)).is_null())
    });
    account::Entity::find_by_id(account)
        .select_only()
        .columns([account::Column::Status, account::Column::TokenVersion])
        .column_as(volunteer::Column::Id, "volunteer_id")
        .column_as(session::Column::Id, "session_id")
        .column(session::Column::Audience)
        .column_as(session::Column::AbsoluteExpiresAt, "expires_at")
        .column(role_assignment::Column::Role)
        .column(role_assignment::Column::SiteId)
        .columns([site::Column::Path, site::Column::TownId])
        .join(JoinType::LeftJoin, volunteer)
        .join(JoinType::LeftJoin, session)
        .join(JoinType::LeftJoin, role)
        .join(JoinType::LeftJoin, role_assignment::Relation::Site.def())
        .order_by_asc(role_assignment::Column::Id)
        .into_model()
        .all(db)
        .await
}

/// Sessions neither ended nor past their time, newest first.
pub(super) async fn list_live_sessions(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::IdleExpiresAt.gt(now))
        .filter(session::Column::AbsoluteExpiresAt.gt(now))
        .order_by_desc(session::Column::Id)
        .all(db)
        .await
}

pub(super) async fn insert_account(
    tx: &DatabaseTransaction,
    account: account::ActiveModel,
    identity: wechat_identity::ActiveModel,
) -> Result<(), DbErr> {
    account::Entity::insert(account).exec_without_returning(tx).await?;
    wechat_identity::Entity::insert(identity).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn insert_session(
    tx: &DatabaseTransaction,
    row: session::ActiveModel,
) -> Result<(), DbErr> {
    session::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn insert_refresh_token(
    tx: &DatabaseTransaction,
    row: refresh_token::ActiveModel,
) -> Result<(), DbErr> {
    refresh_token::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The token with its session, the session's row locked where the database has locks.
pub(super) async fn lock_refresh_token(
    tx: &DatabaseTransaction,
    hash: &str,
) -> Result<Option<(refresh_token::Model, session::Model)>, DbErr> {
    let found = refresh_token::Entity::find()
        .filter(refresh_token::Column::TokenHash.eq(hash))
        .one(tx)
        .await?;
    let Some(token) = found else { return Ok(None) };
    let session = session::Entity::find_by_id(token.session_id).lock_exclusive().one(tx).await?;
    // Read again under the lock: a twin may have used it meanwhile.
    let token = refresh_token::Entity::find_by_id(token.id).one(tx).await?;
    Ok(token.zip(session))
}

pub(super) async fn find_generation(
    tx: &DatabaseTransaction,
    session: SessionId,
    generation: i32,
) -> Result<Option<refresh_token::Model>, DbErr> {
    refresh_token::Entity::find()
        .filter(refresh_token::Column::SessionId.eq(session))
        .filter(refresh_token::Column::Generation.eq(generation))
        .one(tx)
        .await
}

pub(super) async fn save_token_used(
    tx: &DatabaseTransaction,
    token: &refresh_token::Model,
    successor_sealed: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
        .col_expr(refresh_token::Column::SuccessorSealed, Expr::value(successor_sealed))
        .filter(refresh_token::Column::Id.eq(token.id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn save_session_seen(
    tx: &DatabaseTransaction,
    id: SessionId,
    now: DateTime<Utc>,
    idle_expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, Expr::value(now))
        .col_expr(session::Column::IdleExpiresAt, Expr::value(idle_expires_at))
        .filter(session::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a live session of the account; says whether there was one.
pub(super) async fn save_session_revoked(
    tx: &DatabaseTransaction,
    account: AccountId,
    id: SessionId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .col_expr(session::Column::RevokedReason, Expr::value(reason))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected > 0)
}

pub(super) async fn lock_account(
    tx: &DatabaseTransaction,
    id: AccountId,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn save_display_name(
    tx: &DatabaseTransaction,
    id: AccountId,
    name: &str,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .col_expr(account::Column::DisplayName, Expr::value(name))
        .filter(account::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn save_token_version_raised(
    tx: &DatabaseTransaction,
    id: AccountId,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .col_expr(account::Column::TokenVersion, Expr::col(account::Column::TokenVersion).add(1))
        .filter(account::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Moves a session to the staff side with these ends.
pub(super) async fn save_session_staffed(
    tx: &DatabaseTransaction,
    id: SessionId,
    idle_expires_at: DateTime<Utc>,
    absolute_expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::Audience, Expr::value(Audience::Staff.as_str()))
        .col_expr(session::Column::IdleExpiresAt, Expr::value(idle_expires_at))
        .col_expr(session::Column::AbsoluteExpiresAt, Expr::value(absolute_expires_at))
        .filter(session::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Sessions that were over before `before`: ended, unused for too long, or past their life.
pub(super) async fn list_dead_sessions(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<SessionId>, DbErr> {
    let over = Condition::any()
        .add(session::Column::RevokedAt.lt(before))
        .add(session::Column::IdleExpiresAt.lt(before))
        .add(session::Column::AbsoluteExpiresAt.lt(before));
    session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(over)
        .order_by_asc(session::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await
}

/// Deletes sessions with their refresh tokens.
pub(super) async fn delete_sessions(
    tx: &DatabaseTransaction,
    ids: &[SessionId],
) -> Result<(), DbErr> {
    let these = || ids.iter().copied();
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.is_in(these()))
        .exec(tx)
        .await?;
    session::Entity::delete_many().filter(session::Column::Id.is_in(these())).exec(tx).await?;
    Ok(())
}

pub(super) async fn save_account_closed(
    tx: &DatabaseTransaction,
    id: AccountId,
    (reason, now): (&str, DateTime<Utc>),
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .col_expr(account::Column::Status, Expr::value(AccountStatus::Disabled.as_str()))
        .col_expr(account::Column::DisplayName, Expr::value(Option::<String>::None))
        .col_expr(account::Column::StatusReason, Expr::value(reason))
        .col_expr(account::Column::StatusChangedAt, Expr::value(now))
        .col_expr(account::Column::StatusChangedBy, Expr::value(id))
        .filter(account::Column::Id.eq(id))
        .exec(tx)
        .await?;
    save_registration_refused(tx, id, None).await
}

/// Why and when a registration was refused; nothing once that is over.
pub(super) async fn save_registration_refused(
    tx: &DatabaseTransaction,
    id: AccountId,
    refused: Option<(String, DateTime<Utc>)>,
) -> Result<(), DbErr> {
    let (reason, at) = refused.unzip();
    account::Entity::update_many()
        .col_expr(account::Column::RegistrationRefusedReason, Expr::value(reason))
        .col_expr(account::Column::RegistrationRefusedAt, Expr::value(at))
        .filter(account::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends what sessions live and forgets from which devices all of them came.
pub(super) async fn forget_devices(
    tx: &DatabaseTransaction,
    id: AccountId,
    (reason, now): (&str, DateTime<Utc>),
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .col_expr(session::Column::RevokedReason, Expr::value(reason))
        .filter(session::Column::AccountId.eq(id))
        .filter(session::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    session::Entity::update_many()
        .col_expr(session::Column::DeviceHash, Expr::value(Option::<String>::None))
        .col_expr(session::Column::UserAgent, Expr::value(Option::<String>::None))
        .filter(session::Column::AccountId.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete_identities(
    tx: &DatabaseTransaction,
    id: AccountId,
) -> Result<(), DbErr> {
    wechat_identity::Entity::delete_many()
        .filter(wechat_identity::Column::AccountId.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
