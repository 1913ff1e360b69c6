//! Rows of cases.

use chrono::NaiveDate;
use entity::disqualification::{self, Column as C, DisqualificationState, ReviewOpinion};
use entity::disqualification_statement as said;
use entity::ids::{DisqualificationId, VolunteerId};
use entity::site;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, ExprTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait,
};

use crate::platform::rows::{self, Paged as _};

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: DisqualificationId,
) -> Result<Option<disqualification::Model>, DbErr> {
    disqualification::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: DisqualificationId,
) -> Result<Option<disqualification::Model>, DbErr> {
    disqualification::Entity::find_by_id(id).one(db).await
}

/// Opens a case; nothing when one is open for her.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: disqualification::ActiveModel,
) -> Result<Option<disqualification::Model>, DbErr> {
    rows::insert_once::<disqualification::Entity>(tx, row).await
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: &disqualification::Model,
) -> Result<bool, DbErr> {
    let before = [C::Id.eq(row.id), C::Version.eq(row.version - 1)];
    rows::overwrite::<disqualification::Entity>(tx, row, before).await
}

/// Puts this text where she said something, in the cases of a volunteer who is leaving; the
/// files stay. Says in how many places.
pub(super) async fn forget_words(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
    text: &str,
) -> Result<u64, DbErr> {
    let appeals = disqualification::Entity::update_many()
        .col_expr(C::Appeal, Expr::value(text))
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::Appeal.is_not_null());
    // The table lets her words go, and nothing else of the row.
    let statements = said::Entity::update_many()
        .col_expr(said::Column::Text, Expr::value(None::<String>))
        .filter(said::Column::VolunteerId.eq(volunteer))
        .filter(said::Column::Text.is_not_null());
    let forgotten = appeals.exec(tx).await?.rows_affected;
    Ok(forgotten + statements.exec(tx).await?.rows_affected)
}

/// Keeps one more statement.
pub(super) async fn append_statement(
    tx: &DatabaseTransaction,
    row: said::Model,
) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    said::Entity::insert(row).exec_without_returning(tx).await.map(drop)
}

/// Everything she said in a case, in order; a handful, counted by the length of her time.
pub(super) async fn list_statements(
    db: &impl ConnectionTrait,
    id: DisqualificationId,
) -> Result<Vec<said::Model>, DbErr> {
    said::Entity::find()
        .filter(said::Column::DisqualificationId.eq(id))
        .order_by_asc(said::Column::Id)
        .all(db)
        .await
}

/// Whose cases somebody does not see, and no page of hers has room for.
#[derive(Debug)]
pub(super) struct Hidden {
    /// Herself.
    pub(super) own: Option<VolunteerId>,
    /// Those whose cases she does not see before they were told of them.
    pub(super) until_told: Vec<VolunteerId>,
}

/// Who has a case, at a site or below it, of which she was not told.
pub(super) async fn list_untold(
    db: &impl ConnectionTrait,
    path: &str,
) -> Result<Vec<VolunteerId>, DbErr> {
    disqualification::Entity::find()
        .select_only()
        .column(C::VolunteerId)
        .join(JoinType::InnerJoin, disqualification::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(C::NotifiedAt.is_null())
        .into_tuple()
        .all(db)
        .await
}

/// Cases of a site and those below it but the hidden ones, newest first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    state: Option<DisqualificationState>,
    hidden: Hidden,
    page: (Option<DisqualificationId>, u64),
) -> Result<Vec<disqualification::Model>, DbErr> {
    let seen = Condition::any()
        .add(C::NotifiedAt.is_not_null())
        .add(C::VolunteerId.is_not_in(hidden.until_told));
    disqualification::Entity::find()
        .join(JoinType::InnerJoin, disqualification::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(seen)
        .apply_if(hidden.own, |query, own| query.filter(C::VolunteerId.ne(own)))
        .apply_if(state, |query, state| query.filter(C::State.eq(state)))
        .newest(C::Id, page)
        .all(db)
        .await
}

/// Her cases that she knows of, newest first.
pub(super) async fn list_of(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    page: (Option<DisqualificationId>, u64),
) -> Result<Vec<disqualification::Model>, DbErr> {
    disqualification::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::NotifiedAt.is_not_null())
        .newest(C::Id, page)
        .all(db)
        .await
}

/// Executed cases whose year was over before `today` and that have not been settled.
pub(super) async fn list_over(
    db: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<DisqualificationId>, DbErr> {
    use DisqualificationState::{Appealed, Executed, Upheld};
    let waiting = Condition::any()
        .add(C::ReadmittedAt.is_null().and(C::State.is_in([Executed, Upheld, Appealed])))
        .add(C::State.is_in([Executed, Upheld]));
    disqualification::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::SuspendedThrough.lt(today))
        .filter(waiting)
        .order_by_asc(C::Id)
        .into_tuple()
        .all(db)
        .await
}

/// Whether a document has zeroed her before, whatever became of it, or was found not to.
pub(super) async fn is_used(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    (issuer, number): (&str, &str),
) -> Result<bool, DbErr> {
    let decided = Condition::any()
        .add(C::ExecutedAt.is_not_null())
        .add(C::ReviewOpinion.eq(ReviewOpinion::Drop));
    let found = disqualification::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::DocumentIssuer.eq(issuer))
        .filter(C::DocumentNo.eq(number))
        .filter(decided)
        .one(db)
        .await?;
    Ok(found.is_some())
}
