//! Signed heads, and the signatures of others on them (签名树头、联署).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text, timestamp_with_time_zone, uuid},
};

use crate::{
    columns::{exact, reference, rule},
    sql::{append_only, drop_tables},
};

/// Creates `tree_checkpoint` and `tree_cosignature`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tree_checkpoint()).await?;
        manager.create_table(tree_cosignature()).await?;
        append_only(manager, "tree_checkpoint").await?;
        append_only(manager, "tree_cosignature").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["tree_cosignature", "tree_checkpoint"]).await
    }
}

/// Signed heads of the public trees (签名树头). Append-only.
fn tree_checkpoint() -> TableCreateStatement {
    Table::create()
        .table("tree_checkpoint")
        .col(uuid("site_id"))
        .col(big_integer("tree_size"))
        .col(string_len("root", 64))
        .col(text("note"))
        .col(timestamp_with_time_zone("signed_at"))
        .primary_key(Index::create().col("site_id").col("tree_size"))
        .check(exact("tree_checkpoint_root", "root", 64))
        .check(rule("tree_checkpoint_size", "tree_size > 0"))
        .foreign_key(ForeignKey::create().from("tree_checkpoint", "site_id").to("tree", "site_id"))
        .to_owned()
}

/// Signatures of others on our heads (联署). Append-only.
fn tree_cosignature() -> TableCreateStatement {
    Table::create()
        .table("tree_cosignature")
        .col(uuid("site_id"))
        .col(big_integer("tree_size"))
        .col(uuid("tree_key_id"))
        .col(string_len("line", 400))
        .primary_key(Index::create().col("site_id").col("tree_size").col("tree_key_id"))
        .foreign_key(
            ForeignKey::create()
                .from("tree_cosignature", ("site_id", "tree_size"))
                .to("tree_checkpoint", ("site_id", "tree_size")),
        )
        .foreign_key(&mut reference("tree_cosignature", "tree_key_id", "tree_key"))
        .to_owned()
}
