//! Rows of signed heads, keys and the signatures of others.

use entity::ids::{SiteId, TreeKeyId};
use entity::{tree_checkpoint, tree_cosignature, tree_key};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

/// The newest signed head.
pub(super) async fn find_last_checkpoint(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Option<tree_checkpoint::Model>, DbErr> {
    tree_checkpoint::Entity::find()
        .filter(tree_checkpoint::Column::SiteId.eq(site))
        .order_by_desc(tree_checkpoint::Column::TreeSize)
        .limit(1)
        .one(db)
        .await
}

/// The first signed head of at least this size.
pub(super) async fn find_checkpoint_from(
    db: &impl ConnectionTrait,
    site: SiteId,
    leaves: i64,
) -> Result<Option<tree_checkpoint::Model>, DbErr> {
    tree_checkpoint::Entity::find()
        .filter(tree_checkpoint::Column::SiteId.eq(site))
        .filter(tree_checkpoint::Column::TreeSize.gte(leaves))
        .order_by_asc(tree_checkpoint::Column::TreeSize)
        .limit(1)
        .one(db)
        .await
}

pub(super) async fn insert_checkpoint(
    tx: &DatabaseTransaction,
    row: tree_checkpoint::Model,
) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    tree_checkpoint::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Every key registered for a tree, oldest first.
pub(super) async fn list_keys(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<tree_key::Model>, DbErr> {
    tree_key::Entity::find()
        .filter(tree_key::Column::SiteId.eq(site))
        .order_by_asc(tree_key::Column::ProposedAt)
        .order_by_asc(tree_key::Column::Id)
        .all(db)
        .await
}

pub(super) async fn insert_key(
    tx: &DatabaseTransaction,
    row: tree_key::Model,
) -> Result<(), DbErr> {
    tree_key::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// What others put under a head, each with its line's end, in one order.
pub(super) async fn list_cosignatures(
    db: &impl ConnectionTrait,
    site: SiteId,
    leaves: i64,
) -> Result<Vec<String>, DbErr> {
    tree_cosignature::Entity::find()
        .select_only()
        .column(tree_cosignature::Column::Line)
        .filter(tree_cosignature::Column::SiteId.eq(site))
        .filter(tree_cosignature::Column::TreeSize.eq(leaves))
        .order_by_asc(tree_cosignature::Column::TreeKeyId)
        .into_tuple()
        .all(db)
        .await
}

/// Every signed head, smallest first.
pub(super) async fn list_checkpoints(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<tree_checkpoint::Model>, DbErr> {
    tree_checkpoint::Entity::find()
        .filter(tree_checkpoint::Column::SiteId.eq(site))
        .order_by_asc(tree_checkpoint::Column::TreeSize)
        .all(db)
        .await
}

pub(super) async fn lock_key(
    tx: &DatabaseTransaction,
    id: TreeKeyId,
) -> Result<Option<tree_key::Model>, DbErr> {
    tree_key::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn save_key(tx: &DatabaseTransaction, row: tree_key::Model) -> Result<(), DbErr> {
    tree_key::Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
    Ok(())
}

/// Keeps a signature; the same key signs a head once.
pub(super) async fn insert_cosignature(
    tx: &DatabaseTransaction,
    row: tree_cosignature::Model,
) -> Result<(), DbErr> {
    let once = OnConflict::new().do_nothing().to_owned();
    let insert = tree_cosignature::Entity::insert(row.into_active_model().reset_all());
    insert.on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}
