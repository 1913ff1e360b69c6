//! Rows of the files of paper books, and what is wrong with them (期初结转明细、问题).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, string_len, string_len_null, uuid, uuid_null},
};

use crate::{
    columns::{one_of, reference, rule},
    sql::{drop_tables, run},
};

/// Creates `opening_row` and `opening_fault`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(opening_row()).await?;
        manager.create_table(opening_fault()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["opening_fault", "opening_row"]).await
    }
}

/// Rows of a file without faults (期初结转明细).
fn opening_row() -> TableCreateStatement {
    Table::create()
        .table("opening_row")
        .col(uuid("import_id"))
        .col(integer("line"))
        .col(string_len("client_row_id", 40))
        .col(uuid("volunteer_id"))
        .col(big_integer("points"))
        .col(string_len("book_page", 40))
        .col(string_len_null("outcome", 30))
        .col(string_len_null("refusal", 60))
        .col(uuid_null("entry_id"))
        .primary_key(Index::create().col("import_id").col("line"))
        .check(one_of("opening_row_outcome", "outcome", "booked repeated refused"))
        .check(rule("opening_row_points", "points BETWEEN 1 AND 100000"))
        .check(rule(
            "opening_row_booked",
            "coalesce(outcome = 'booked', FALSE) = (entry_id IS NOT NULL) \
             AND coalesce(outcome = 'refused', FALSE) = (refusal IS NOT NULL)",
        ))
        .foreign_key(&mut reference("opening_row", "import_id", "opening_import"))
        .foreign_key(&mut reference("opening_row", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("opening_row", "entry_id", "ledger_entry"))
        .to_owned()
}

/// What is wrong with rows (期初结转问题).
fn opening_fault() -> TableCreateStatement {
    Table::create()
        .table("opening_fault")
        .col(uuid("import_id"))
        .col(integer("line"))
        .col(string_len("field", 30))
        .col(string_len("message", 200))
        .primary_key(Index::create().col("import_id").col("line").col("field"))
        .foreign_key(&mut reference("opening_fault", "import_id", "opening_import"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX opening_row_once ON opening_row (import_id, client_row_id)",
    "CREATE UNIQUE INDEX opening_row_entry ON opening_row (entry_id)",
    "CREATE INDEX opening_row_volunteer ON opening_row (volunteer_id)",
];
