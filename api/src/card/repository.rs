//! Rows of cards.

use entity::card::{self, CardState};
use entity::ids::VolunteerId;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

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

pub(super) async fn find_by_number(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find().filter(card::Column::Number.eq(number)).one(db).await
}
