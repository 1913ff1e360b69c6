//! The public trees' heads, and how far they have read the journal (公开哈希树).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, small_integer, string_len, text, uuid},
};

use crate::{
    columns::{exact, reference, rule},
    sql::{append_only, drop_tables, run},
};

/// Creates `tree`, `tree_reader` and `journal_seal`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tree()).await?;
        manager.create_table(tree_reader()).await?;
        manager.create_table(journal_seal()).await?;
        run(manager, STATEMENTS).await?;
        append_only(manager, "journal_seal").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["journal_seal", "tree_reader", "tree"]).await
    }
}

/// The public hash trees, one a town: how far each has grown (公开哈希树).
fn tree() -> TableCreateStatement {
    Table::create()
        .table("tree")
        .col(uuid("site_id").primary_key())
        .col(string_len("tenant", 12))
        .col(string_len("origin", 120))
        .col(big_integer("size"))
        .col(string_len("root", 64))
        .col(text("peaks"))
        .check(exact("tree_root", "root", 64))
        .check(rule("tree_size", "size >= 0"))
        .foreign_key(&mut reference("tree", "site_id", "site"))
        .to_owned()
}

/// How far the trees have read the journal: one row (哈希树读取位置).
fn tree_reader() -> TableCreateStatement {
    Table::create()
        .table("tree_reader")
        .col(small_integer("id").primary_key())
        .col(big_integer("position"))
        .col(string_len("seal", 64))
        .check(rule("tree_reader_one_row", "id = 1"))
        .check(rule("tree_reader_position", "position >= 0"))
        .check(exact("tree_reader_seal", "seal", 64))
        .to_owned()
}

/// A chained hash of every numbered event, so that a changed one is found (事件封签).
fn journal_seal() -> TableCreateStatement {
    Table::create()
        .table("journal_seal")
        .col(big_integer("position").primary_key())
        .col(uuid("event_id"))
        .col(string_len("seal", 64))
        .check(exact("journal_seal_seal", "seal", 64))
        .foreign_key(&mut reference("journal_seal", "event_id", "journal_event"))
        .to_owned()
}

const STATEMENTS: &[&str] = &[
    "CREATE UNIQUE INDEX tree_tenant ON tree (tenant)",
    "CREATE UNIQUE INDEX tree_origin ON tree (origin)",
    "CREATE UNIQUE INDEX journal_seal_event ON journal_seal (event_id)",
    "INSERT INTO tree_reader (id, position, seal) VALUES (1, 0, \
     '0000000000000000000000000000000000000000000000000000000000000000')",
];
