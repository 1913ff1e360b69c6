//! Sites: centers, institutes and stations (中心、所、站), one tree.

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, date_null, integer_null, small_integer_null, string_len, string_len_null, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `site`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(site()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["site"]).await
    }
}

/// Sites: centers, institutes and stations (中心、所、站), one tree.
fn site() -> TableCreateStatement {
    Table::create()
        .table("site")
        .col(id())
        .col(string_len("kind", 30))
        .col(uuid_null("parent_id"))
        .col(uuid_null("town_id"))
        .col(string_len("path", 128))
        .col(string_len("name", 100))
        .col(string_len("short_name", 40))
        .col(string_len("county_name", 40))
        .col(string_len_null("town_name", 40))
        .col(string_len_null("village_name", 40))
        .col(string_len("division_code", 12))
        .col(small_integer_null("star_level"))
        .col(integer_null("resident_population"))
        .col(string_len_null("address", 200))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .col(string_len("time_zone", 40).default("Asia/Shanghai"))
        .col(version())
        .check(one_of("site_kind", "kind", "center institute station"))
        .check(exact("site_division_code", "division_code", 12))
        .check(rule("site_star_level", "star_level BETWEEN 1 AND 5"))
        .check(rule("site_resident_population", "resident_population >= 0"))
        .foreign_key(&mut reference("site", "parent_id", "site"))
        .foreign_key(&mut reference("site", "town_id", "site"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX site_path ON site (path)",
    "CREATE UNIQUE INDEX site_division_code ON site (division_code)",
    "CREATE INDEX site_parent ON site (parent_id)",
    "CREATE INDEX site_town ON site (town_id)",
];
