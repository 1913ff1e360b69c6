//! Rows of published bulletins, as far as they name heads of trees.

use entity::bulletin;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// Size and root of the newest head of a tree that a bulletin names.
pub(super) async fn find_named_view(
    db: &impl ConnectionTrait,
    tenant: &str,
) -> Result<Option<(Option<i64>, Option<String>)>, DbErr> {
    bulletin::Entity::find()
        .select_only()
        .column(bulletin::Column::TreeSize)
        .column(bulletin::Column::TreeRoot)
        .filter(bulletin::Column::Tree.eq(tenant))
        .order_by_desc(bulletin::Column::TreeSize)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// Every bulletin that names a head or a part of one, the largest head first.
pub(super) async fn list_named_view(
    db: &impl ConnectionTrait,
) -> Result<Vec<bulletin::Model>, DbErr> {
    let any = Condition::any()
        .add(bulletin::Column::Tree.is_not_null())
        .add(bulletin::Column::TreeSize.is_not_null())
        .add(bulletin::Column::TreeRoot.is_not_null())
        .add(bulletin::Column::Checkpoint.is_not_null());
    let named = bulletin::Entity::find().filter(any);
    named.order_by_desc(bulletin::Column::TreeSize).all(db).await
}
