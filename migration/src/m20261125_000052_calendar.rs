//! Public holidays and the weekends worked in exchange, kept as data (节假日与调休).

use sea_orm_migration::{
    prelude::*,
    schema::{date, integer, string_len, timestamp_with_time_zone, uuid_null},
};

use crate::{
    columns::{one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `calendar_year` and `calendar_day`, and fills in the year that is known.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(calendar_year()).await?;
        manager.create_table(calendar_day()).await?;
        run(manager, KNOWN).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["calendar_day", "calendar_year"]).await
    }
}

fn calendar_year() -> TableCreateStatement {
    Table::create()
        .table("calendar_year")
        .col(integer("year").primary_key())
        .col(string_len("document_no", 60))
        .col(uuid_null("set_by"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(version())
        .check(rule("calendar_year_year", "year BETWEEN 2000 AND 2200"))
        .foreign_key(&mut reference("calendar_year", "set_by", "account"))
        .to_owned()
}

fn calendar_day() -> TableCreateStatement {
    Table::create()
        .table("calendar_day")
        .col(date("day").primary_key())
        .col(integer("year"))
        .col(string_len("kind", 30))
        .col(string_len("name", 20))
        .check(one_of("calendar_day_kind", "kind", "holiday workday"))
        .foreign_key(
            &mut ForeignKey::create()
                .from("calendar_day", "year")
                .to("calendar_year", "year")
                .take(),
        )
        .to_owned()
}

/// 2026, by the General Office of the State Council's notice 国办发明电〔2025〕7号.
const KNOWN: &[&str] = &[
    "INSERT INTO calendar_year (year, document_no, updated_at, version)
        VALUES (2026, '国办发明电〔2025〕7号', '2026-01-01 00:00:00+00:00', 1)",
    "INSERT INTO calendar_day (day, year, kind, name) VALUES
        ('2026-01-01', 2026, 'holiday', '元旦'), ('2026-01-02', 2026, 'holiday', '元旦'),
        ('2026-01-03', 2026, 'holiday', '元旦'), ('2026-01-04', 2026, 'workday', '元旦'),
        ('2026-02-14', 2026, 'workday', '春节'), ('2026-02-15', 2026, 'holiday', '春节'),
        ('2026-02-16', 2026, 'holiday', '春节'), ('2026-02-17', 2026, 'holiday', '春节'),
        ('2026-02-18', 2026, 'holiday', '春节'), ('2026-02-19', 2026, 'holiday', '春节'),
        ('2026-02-20', 2026, 'holiday', '春节'), ('2026-02-21', 2026, 'holiday', '春节'),
        ('2026-02-22', 2026, 'holiday', '春节'), ('2026-02-23', 2026, 'holiday', '春节'),
        ('2026-02-28', 2026, 'workday', '春节'), ('2026-04-04', 2026, 'holiday', '清明节'),
        ('2026-04-05', 2026, 'holiday', '清明节'), ('2026-04-06', 2026, 'holiday', '清明节'),
        ('2026-05-01', 2026, 'holiday', '劳动节'), ('2026-05-02', 2026, 'holiday', '劳动节'),
        ('2026-05-03', 2026, 'holiday', '劳动节'), ('2026-05-04', 2026, 'holiday', '劳动节'),
        ('2026-05-05', 2026, 'holiday', '劳动节'), ('2026-05-09', 2026, 'workday', '劳动节'),
        ('2026-06-19', 2026, 'holiday', '端午节'), ('2026-06-20', 2026, 'holiday', '端午节'),
        ('2026-06-21', 2026, 'holiday', '端午节'), ('2026-09-20', 2026, 'workday', '国庆节'),
        ('2026-09-25', 2026, 'holiday', '中秋节'), ('2026-09-26', 2026, 'holiday', '中秋节'),
        ('2026-09-27', 2026, 'holiday', '中秋节'), ('2026-10-01', 2026, 'holiday', '国庆节'),
        ('2026-10-02', 2026, 'holiday', '国庆节'), ('2026-10-03', 2026, 'holiday', '国庆节'),
        ('2026-10-04', 2026, 'holiday', '国庆节'), ('2026-10-05', 2026, 'holiday', '国庆节'),
        ('2026-10-06', 2026, 'holiday', '国庆节'), ('2026-10-07', 2026, 'holiday', '国庆节'),
        ('2026-10-10', 2026, 'workday', '国庆节')",
];
