//! Rows of role assignments and staff invitations.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{AccountId, RoleAssignmentId, SiteId, StaffInvitationId, SupervisorPostId};
use entity::role_assignment::{self, Role};
use entity::supervisor_post::{self, PostState};
use entity::{account, appointment, site, staff_invitation};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

/// A live role with the names a list shows.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct StaffRow {
    pub(super) id: RoleAssignmentId,
    pub(super) account_id: AccountId,
    pub(super) role: Role,
    pub(super) site_id: SiteId,
    pub(super) granted_at: DateTime<Utc>,
    pub(super) site_name: String,
    pub(super) site_path: String,
    pub(super) display_name: Option<String>,
}

/// Live roles in the subtree of `path`, oldest first.
pub(super) async fn list_staff_view(
    db: &impl ConnectionTrait,
    path: &str,
    after: Option<RoleAssignmentId>,
    limit: u64,
) -> Result<Vec<StaffRow>, DbErr> {
    let mut query = role_assignment::Entity::find()
        .select_only()
        .columns([
            role_assignment::Column::Id,
            role_assignment::Column::AccountId,
            role_assignment::Column::Role,
            role_assignment::Column::SiteId,
            role_assignment::Column::GrantedAt,
        ])
        .column_as(site::Column::Name, "site_name")
        .column_as(site::Column::Path, "site_path")
        .column_as(account::Column::DisplayName, "display_name")
        .join(JoinType::InnerJoin, role_assignment::Relation::Site.def())
        .join(JoinType::InnerJoin, role_assignment::Relation::Account.def())
        .filter(role_assignment::Column::RevokedAt.is_null())
        .filter(site::Column::Path.starts_with(path))
        .order_by_asc(role_assignment::Column::Id);
    if let Some(after) = after {
        query = query.filter(role_assignment::Column::Id.gt(after));
    }
    query.limit(limit).into_model().all(db).await
}

/// The post as a supervisor that a role comes from, while it is held.
pub(super) async fn find_post_view(
    db: &impl ConnectionTrait,
    role: RoleAssignmentId,
) -> Result<Option<SupervisorPostId>, DbErr> {
    supervisor_post::Entity::find()
        .select_only()
        .column(supervisor_post::Column::Id)
        .filter(supervisor_post::Column::RoleAssignmentId.eq(role))
        .filter(supervisor_post::Column::State.eq(PostState::Appointed))
        .into_tuple()
        .one(db)
        .await
}

pub(super) async fn find_assignment(
    db: &impl ConnectionTrait,
    id: RoleAssignmentId,
) -> Result<Option<role_assignment::Model>, DbErr> {
    role_assignment::Entity::find_by_id(id).one(db).await
}

/// Every role an account holds, wherever.
pub(super) async fn list_live(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<role_assignment::Model>, DbErr> {
    role_assignment::Entity::find()
        .filter(role_assignment::Column::AccountId.eq(account))
        .filter(role_assignment::Column::RevokedAt.is_null())
        .order_by_asc(role_assignment::Column::Id)
        .all(db)
        .await
}

pub(super) async fn insert_assignment(
    tx: &DatabaseTransaction,
    row: role_assignment::ActiveModel,
) -> Result<(), DbErr> {
    role_assignment::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Who holds a role at a site, above it or below it, other than as a supervisor.
pub(super) async fn list_staff_of_chain(
    db: &impl ConnectionTrait,
    path: &str,
    above: &[SiteId],
) -> Result<Vec<AccountId>, DbErr> {
    role_assignment::Entity::find()
        .select_only()
        .column(role_assignment::Column::AccountId)
        .join(JoinType::InnerJoin, role_assignment::Relation::Site.def())
        .filter(role_assignment::Column::RevokedAt.is_null())
        .filter(role_assignment::Column::Role.ne(Role::Supervisor))
        .filter(chain(path, above))
        .into_tuple()
        .all(db)
        .await
}

/// Who has a post at a site, above it or below it, on a day.
pub(super) async fn list_posts_of_chain(
    db: &impl ConnectionTrait,
    path: &str,
    above: &[SiteId],
    day: NaiveDate,
) -> Result<Vec<AccountId>, DbErr> {
    use appointment::Column as P;
    let at =
        appointment::Entity::belongs_to(site::Entity).from(P::SiteId).to(site::Column::Id).into();
    appointment::Entity::find()
        .select_only()
        .column(P::AccountId)
        .join(JoinType::InnerJoin, at)
        .filter(P::AccountId.is_not_null())
        .filter(Condition::any().add(P::EndsOn.is_null()).add(P::EndsOn.gte(day)))
        .filter(chain(path, above))
        .into_tuple()
        .all(db)
        .await
}

fn chain(path: &str, above: &[SiteId]) -> Condition {
    let below = site::Column::Path.starts_with(path);
    Condition::any().add(below).add(site::Column::Id.is_in(above.iter().copied()))
}

/// Ends a live role; says whether it was.
pub(super) async fn save_dismissed(
    tx: &DatabaseTransaction,
    id: RoleAssignmentId,
    by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = role_assignment::Entity::update_many()
        .col_expr(role_assignment::Column::RevokedAt, Expr::value(now))
        .col_expr(role_assignment::Column::RevokedBy, Expr::value(by))
        .filter(role_assignment::Column::Id.eq(id))
        .filter(role_assignment::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

pub(super) async fn insert_invitation(
    tx: &DatabaseTransaction,
    row: staff_invitation::ActiveModel,
) -> Result<(), DbErr> {
    staff_invitation::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Invitations in the subtree of `path`, newest first.
pub(super) async fn list_invitations(
    db: &impl ConnectionTrait,
    path: &str,
    after: Option<StaffInvitationId>,
    limit: u64,
) -> Result<Vec<staff_invitation::Model>, DbErr> {
    let subtree = site::Entity::find()
        .select_only()
        .column(site::Column::Id)
        .filter(site::Column::Path.starts_with(path))
        .into_query();
    let mut query = staff_invitation::Entity::find()
        .filter(staff_invitation::Column::SiteId.in_subquery(subtree))
        .order_by_desc(staff_invitation::Column::Id);
    if let Some(after) = after {
        query = query.filter(staff_invitation::Column::Id.lt(after));
    }
    query.limit(limit).all(db).await
}

pub(super) async fn lock_invitation(
    tx: &DatabaseTransaction,
    id: StaffInvitationId,
) -> Result<Option<staff_invitation::Model>, DbErr> {
    staff_invitation::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn lock_invitation_by_code(
    tx: &DatabaseTransaction,
    hash: &str,
) -> Result<Option<staff_invitation::Model>, DbErr> {
    staff_invitation::Entity::find()
        .filter(staff_invitation::Column::CodeHash.eq(hash))
        .lock_exclusive()
        .one(tx)
        .await
}

/// Marks an unused invitation as accepted; says whether it was unused.
pub(super) async fn save_accepted(
    tx: &DatabaseTransaction,
    id: StaffInvitationId,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let saved = staff_invitation::Entity::update_many()
        .col_expr(staff_invitation::Column::AcceptedBy, Expr::value(by))
        .col_expr(staff_invitation::Column::AcceptedAt, Expr::value(now))
        .filter(staff_invitation::Column::Id.eq(id))
        .filter(staff_invitation::Column::AcceptedAt.is_null())
        .filter(staff_invitation::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
}

/// Marks an unused invitation as revoked; says whether it was unused.
pub(super) async fn save_withdrawn(
    tx: &DatabaseTransaction,
    id: StaffInvitationId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let saved = staff_invitation::Entity::update_many()
        .col_expr(staff_invitation::Column::RevokedAt, Expr::value(now))
        .filter(staff_invitation::Column::Id.eq(id))
        .filter(staff_invitation::Column::AcceptedAt.is_null())
        .filter(staff_invitation::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
}

/// Puts `name` in the place of hers in every invitation she accepted.
pub(super) async fn forget_name(
    tx: &DatabaseTransaction,
    account: AccountId,
    name: &str,
) -> Result<u64, DbErr> {
    let saved = staff_invitation::Entity::update_many()
        .col_expr(staff_invitation::Column::InviteeName, Expr::value(name))
        .filter(staff_invitation::Column::AcceptedBy.eq(account))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected)
}
