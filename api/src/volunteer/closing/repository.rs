//! Rows that go, or end, with a volunteer.

use chrono::{DateTime, Utc};
use entity::ids::VolunteerId;
use entity::{consent, guardian, identity_correction, proxy, relative, volunteer_binding};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::domain::NAME;

/// Ends every consent, declaration and authorisation, and deletes what says who she and
/// her guardians were.
pub(super) async fn end_all(
    tx: &DatabaseTransaction,
    id: VolunteerId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    consent::Entity::update_many()
        .col_expr(consent::Column::WithdrawnAt, Expr::value(now))
        .filter(consent::Column::VolunteerId.eq(id))
        .filter(consent::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    proxy::Entity::update_many()
        .col_expr(proxy::Column::WithdrawnAt, Expr::value(now))
        .filter(proxy::Column::VolunteerId.eq(id))
        .filter(proxy::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    // Why she could not come herself is nobody's business any more; who acted for her is.
    proxy::Entity::update_many()
        .col_expr(proxy::Column::Reason, Expr::value(NAME))
        .col_expr(proxy::Column::Witness, Expr::value(Option::<String>::None))
        .filter(proxy::Column::VolunteerId.eq(id))
        .exec(tx)
        .await?;
    relative::Entity::update_many()
        .col_expr(relative::Column::WithdrawnAt, Expr::value(now))
        .filter(relative::Column::VolunteerId.eq(id))
        .filter(relative::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    volunteer_binding::Entity::update_many()
        .col_expr(volunteer_binding::Column::RevokedAt, Expr::value(now))
        .filter(volunteer_binding::Column::VolunteerId.eq(id))
        .filter(volunteer_binding::Column::UsedAt.is_null())
        .filter(volunteer_binding::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    guardian::Entity::delete_many().filter(guardian::Column::VolunteerId.eq(id)).exec(tx).await?;
    identity_correction::Entity::delete_many()
        .filter(identity_correction::Column::VolunteerId.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
