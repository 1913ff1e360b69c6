//! Take-over of paper books: files checked by one person and committed by another (期初结转).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, integer, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null,
        uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `opening_import`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(opening_import()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["opening_import"]).await
    }
}

/// Files of paper books (期初结转文件).
fn opening_import() -> TableCreateStatement {
    Table::create()
        .table("opening_import")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("source", 60))
        .col(string_len("file_hash", 64))
        .col(string_len("state", 30))
        .col(integer("row_count"))
        .col(integer("fault_count"))
        .col(big_integer("points"))
        .col(string_len("digest", 64))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("committed_by"))
        .col(timestamp_with_time_zone_null("committed_at"))
        .col(integer("done_line"))
        .col(integer("rows_done"))
        .col(integer("rows_booked"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .col(version())
        .check(one_of("opening_import_state", "state", "faulty checked committing committed"))
        .check(exact("opening_import_file_hash", "file_hash", 64))
        .check(exact("opening_import_digest", "digest", 64))
        .check(rule("opening_import_row_count", "row_count BETWEEN 1 AND 5000"))
        .check(rule("opening_import_fault_count", "(state = 'faulty') = (fault_count > 0)"))
        .check(rule("opening_import_second_person", "committed_by <> created_by"))
        .check(rule(
            "opening_import_committed",
            "(state IN ('committing', 'committed')) = (committed_by IS NOT NULL) \
             AND (committed_by IS NULL) = (committed_at IS NULL) \
             AND (state = 'committed') = (finished_at IS NOT NULL)",
        ))
        .check(rule("opening_import_rows_done", "rows_done BETWEEN 0 AND row_count"))
        .check(rule("opening_import_rows_booked", "rows_booked BETWEEN 0 AND rows_done"))
        .foreign_key(&mut reference("opening_import", "site_id", "site"))
        .foreign_key(&mut reference("opening_import", "created_by", "account"))
        .foreign_key(&mut reference("opening_import", "committed_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &["CREATE INDEX opening_import_site ON opening_import (site_id, id)"];
