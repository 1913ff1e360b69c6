//! Points held for a redemption; each hold ends once (积分冻结).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `hold`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(hold()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_END_ONCE, SQLITE_END_ONCE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["hold"]).await?;
        run_on_postgres(manager, "DROP FUNCTION hold_ends_once()").await
    }
}

/// Points held for a redemption; each hold ends once (积分冻结).
fn hold() -> TableCreateStatement {
    Table::create()
        .table("hold")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(uuid("redemption_id"))
        .col(big_integer("points"))
        .col(string_len("state", 30))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(uuid_null("ended_entry_id"))
        .check(one_of("hold_state", "state", "open committed released"))
        .check(rule("hold_points", "points > 0"))
        .check(rule("hold_ended", "(state = 'open') = (ended_at IS NULL)"))
        .foreign_key(&mut reference("hold", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("hold", "redemption_id", "redemption"))
        .foreign_key(&mut reference("hold", "ended_entry_id", "ledger_entry"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX hold_redemption ON hold (redemption_id)",
    "CREATE INDEX hold_volunteer ON hold (volunteer_id, state)",
];

// A hold that ended twice would pay its points out twice: after its one end it
// is history, and history does not change.
const POSTGRES_END_ONCE: &str = "
CREATE FUNCTION hold_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'hold_ends_once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hold_ends_once';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER hold_ends_once BEFORE UPDATE OR DELETE ON hold
    FOR EACH ROW EXECUTE FUNCTION hold_ends_once();
";

const SQLITE_END_ONCE: &str = "
CREATE TRIGGER hold_ends_once_update BEFORE UPDATE ON hold WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'hold_ends_once'); END;
CREATE TRIGGER hold_ends_once_delete BEFORE DELETE ON hold WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'hold_ends_once'); END;
";
