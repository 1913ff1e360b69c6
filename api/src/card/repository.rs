//! Rows of cards.

use std::collections::HashSet;

use entity::card::{self, CardState};
use entity::ids::{CardId, VolunteerId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect,
};

/// States of a card that is not done with; the database allows one per volunteer.
const LIVE: [CardState; 5] = [
    CardState::Requested,
    CardState::Issued,
    CardState::Active,
    CardState::Lost,
    CardState::Suspended,
];

pub(super) async fn find_active(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find()
        .filter(card::Column::VolunteerId.eq(volunteer))
        .filter(card::Column::State.eq(CardState::Active))
        .one(db)
        .await
}

pub(super) async fn find_live(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find()
        .filter(card::Column::VolunteerId.eq(volunteer))
        .filter(card::Column::State.is_in(LIVE))
        .one(db)
        .await
}

/// The live cards' numbers of these people.
pub(super) async fn list_numbers(
    db: &impl ConnectionTrait,
    people: &HashSet<VolunteerId>,
) -> Result<Vec<(VolunteerId, String)>, DbErr> {
    card::Entity::find()
        .select_only()
        .columns([card::Column::VolunteerId, card::Column::Number])
        .filter(card::Column::VolunteerId.is_in(people.iter().copied()))
        .filter(card::Column::State.is_in(LIVE))
        .into_tuple()
        .all(db)
        .await
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: CardId,
) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find_by_id(id).one(db).await
}

pub(super) async fn find_by_number(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find().filter(card::Column::Number.eq(number)).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock_by_number(
    tx: &DatabaseTransaction,
    number: &str,
) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find().filter(card::Column::Number.eq(number)).lock_exclusive().one(tx).await
}

pub(super) async fn insert(tx: &DatabaseTransaction, row: card::Model) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    card::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes what may change of a card that the caller has locked.
pub(super) async fn save(tx: &DatabaseTransaction, row: &card::Model) -> Result<(), DbErr> {
    use card::Column as C;
    card::Entity::update_many()
        .col_expr(C::State, Expr::value(row.state))
        .col_expr(C::ActivatedAt, Expr::value(row.activated_at))
        .col_expr(C::EndedAt, Expr::value(row.ended_at))
        .col_expr(C::ReplacedBy, Expr::value(row.replaced_by))
        .col_expr(C::Reason, Expr::value(row.reason.clone()))
        .col_expr(C::Version, Expr::value(row.version))
        .filter(C::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}
