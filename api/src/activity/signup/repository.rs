//! Rows of sign-ups.

use entity::ids::{ActivityId, VolunteerId};
use entity::sign_up::{self, SignUpState};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

/// The sign-up that is not withdrawn; the database allows one.
pub(super) async fn find_live(
    db: &impl ConnectionTrait,
    activity: ActivityId,
    volunteer: VolunteerId,
) -> Result<Option<sign_up::Model>, DbErr> {
    sign_up::Entity::find()
        .filter(sign_up::Column::ActivityId.eq(activity))
        .filter(sign_up::Column::VolunteerId.eq(volunteer))
        .filter(sign_up::Column::State.ne(SignUpState::Withdrawn))
        .one(db)
        .await
}
