//! Rows of consents.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::consent::{self, ConsentPurpose};
use entity::ids::{ConsentId, VolunteerId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// The consent in force; the database allows one per purpose.
pub(super) async fn find_live(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    purpose: ConsentPurpose,
) -> Result<Option<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::VolunteerId.eq(volunteer))
        .filter(consent::Column::Purpose.eq(purpose))
        .filter(consent::Column::WithdrawnAt.is_null())
        .one(db)
        .await
}

/// From when to when somebody agreed; without an end, she still does.
pub(in crate::volunteer) type Span = (DateTime<Utc>, Option<DateTime<Utc>>);

/// When each of these people agreed to this.
pub(in crate::volunteer) async fn list_spans(
    db: &impl ConnectionTrait,
    people: &HashSet<VolunteerId>,
    purpose: ConsentPurpose,
) -> Result<HashMap<VolunteerId, Vec<Span>>, DbErr> {
    use consent::Column as C;
    let found: Vec<(VolunteerId, DateTime<Utc>, Option<DateTime<Utc>>)> = consent::Entity::find()
        .select_only()
        .columns([C::VolunteerId, C::GrantedAt, C::WithdrawnAt])
        .filter(C::VolunteerId.is_in(people.iter().copied()))
        .filter(C::Purpose.eq(purpose))
        .into_tuple()
        .all(db)
        .await?;
    let mut spans: HashMap<VolunteerId, Vec<Span>> = HashMap::new();
    for (volunteer, from, until) in found {
        spans.entry(volunteer).or_default().push((from, until));
    }
    Ok(spans)
}

/// All of a volunteer's, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Vec<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::VolunteerId.eq(volunteer))
        .order_by_desc(consent::Column::Id)
        .all(db)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: consent::ActiveModel,
) -> Result<(), DbErr> {
    consent::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends a consent that its holder, or her guardian, withdrew.
pub(super) async fn save_withdrawn(
    tx: &DatabaseTransaction,
    row: &consent::Model,
) -> Result<(), DbErr> {
    use consent::Column as C;
    consent::Entity::update_many()
        .col_expr(C::WithdrawnAt, Expr::value(row.withdrawn_at))
        .col_expr(C::WithdrawalChannel, Expr::value(row.withdrawal_channel))
        .col_expr(C::WithdrawalWitness, Expr::value(row.withdrawal_witness.clone()))
        .col_expr(C::WithdrawnBy, Expr::value(row.withdrawn_by))
        .filter(C::Id.eq(row.id))
        .filter(C::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a consent that a newer text replaces.
pub(super) async fn save_replaced(
    tx: &DatabaseTransaction,
    id: ConsentId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    consent::Entity::update_many()
        .col_expr(consent::Column::WithdrawnAt, Expr::value(now))
        .filter(consent::Column::Id.eq(id))
        .filter(consent::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
