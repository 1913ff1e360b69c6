//! Rows of corrections.

use entity::ids::{AttendanceId, ObjectionId};
use entity::{attendance, attendance_correction, service_record};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use attendance_correction::Column as C;

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: attendance_correction::Model,
) -> Result<(), DbErr> {
    let new = row.into_active_model().reset_all();
    attendance_correction::Entity::insert(new).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes what the execution adds.
pub(super) async fn complete(
    tx: &DatabaseTransaction,
    row: attendance_correction::ActiveModel,
) -> Result<(), DbErr> {
    attendance_correction::Entity::update(row).exec(tx).await?;
    Ok(())
}

/// What the decision about an objection says.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    objection: ObjectionId,
) -> Result<Option<attendance_correction::Model>, DbErr> {
    let of = attendance_correction::Entity::find().filter(C::ObjectionId.eq(objection));
    of.one(db).await
}

/// The corrections of an attendance that were carried out.
pub(super) async fn list_executed(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<Vec<attendance_correction::Model>, DbErr> {
    let of = attendance_correction::Entity::find().filter(C::AttendanceId.eq(id));
    of.filter(C::ExecutedAt.is_not_null()).all(db).await
}

/// The attendance, locked where the database has row locks.
pub(super) async fn lock_attendance(
    tx: &DatabaseTransaction,
    id: AttendanceId,
) -> Result<Option<attendance::Model>, DbErr> {
    attendance::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// The service record of an attendance as it stands now.
pub(super) async fn find_record(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<Option<service_record::Model>, DbErr> {
    let of = service_record::Entity::find().filter(service_record::Column::AttendanceId.eq(id));
    of.order_by_desc(service_record::Column::Revision).one(db).await
}
