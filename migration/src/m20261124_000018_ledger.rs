//! The ledger: balances, and the entries they are the sum of (积分账户、积分流水).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{exact, id, one_of, reference, rule},
    sql::{append_only, drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `points_account` and `ledger_entry`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(points_account()).await?;
        manager.create_table(ledger_entry()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "ledger_entry").await?;
        per_backend(manager, POSTGRES_CHAIN, SQLITE_CHAIN).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["ledger_entry", "points_account"]).await?;
        run_on_postgres(manager, "DROP FUNCTION ledger_entry_chain()").await
    }
}

/// A volunteer's balances: the sums of her entries (积分账户).
fn points_account() -> TableCreateStatement {
    Table::create()
        .table("points_account")
        .col(uuid("volunteer_id").primary_key())
        .col(uuid("site_id"))
        .col(big_integer("available"))
        .col(big_integer("held"))
        .col(big_integer("recovery_due"))
        .col(big_integer("last_seq"))
        .col(string_len("last_hash", 64))
        .col(timestamp_with_time_zone("updated_at"))
        .check(exact("points_account_last_hash", "last_hash", 64))
        .check(rule("points_account_available", "available >= 0"))
        .check(rule("points_account_held", "held >= 0"))
        .check(rule("points_account_recovery_due", "recovery_due >= 0"))
        .check(rule("points_account_last_seq", "last_seq >= 0"))
        .foreign_key(&mut reference("points_account", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("points_account", "site_id", "site"))
        .to_owned()
}

/// Ledger entries, consecutive and chained by hash (积分流水). Append-only.
fn ledger_entry() -> TableCreateStatement {
    Table::create()
        .table("ledger_entry")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(big_integer("seq"))
        .col(string_len("kind", 30))
        .col(big_integer("available_delta"))
        .col(big_integer("held_delta"))
        .col(big_integer("recovery_delta"))
        .col(big_integer("available_after"))
        .col(big_integer("held_after"))
        .col(big_integer("recovery_after"))
        .col(string_len("source_kind", 30))
        .col(uuid("source_id"))
        .col(uuid_null("refers_to"))
        .col(uuid_null("actor_account_id"))
        .col(string_len("actor_role", 30))
        .col(string_len("reason", 200))
        .col(string_len("request_id", 64))
        .col(string_len("prev_hash", 64))
        .col(string_len("hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of(
            "ledger_entry_kind",
            "kind",
            "opening earn hold commit release return expire zero_out restore reverse recover",
        ))
        .check(exact("ledger_entry_prev_hash", "prev_hash", 64))
        .check(exact("ledger_entry_hash", "hash", 64))
        .check(rule("ledger_entry_seq_positive", "seq > 0"))
        .check(rule(
            "ledger_entry_moves",
            "available_delta <> 0 OR held_delta <> 0 OR recovery_delta <> 0",
        ))
        .check(rule("ledger_entry_available_after", "available_after >= 0"))
        .check(rule("ledger_entry_held_after", "held_after >= 0"))
        .check(rule("ledger_entry_recovery_after", "recovery_after >= 0"))
        .foreign_key(&mut reference("ledger_entry", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("ledger_entry", "refers_to", "ledger_entry"))
        .foreign_key(&mut reference("ledger_entry", "actor_account_id", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX points_account_site ON points_account (site_id)",
    "CREATE UNIQUE INDEX ledger_entry_one_seq ON ledger_entry (volunteer_id, seq)",
    "CREATE UNIQUE INDEX ledger_entry_source_once ON ledger_entry (source_kind, source_id, kind)",
    "CREATE UNIQUE INDEX ledger_entry_reversed_once ON ledger_entry (refers_to) WHERE kind = \
     'reverse'",
];

// A villager checks her account by the chain of hashes. A gap or a wrong link
// could never be mended afterwards, because entries are append-only: so the
// database refuses it at the door, whatever program writes.
const POSTGRES_CHAIN: &str = "
CREATE FUNCTION ledger_entry_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_seq bigint;
    last_hash varchar;
BEGIN
    SELECT seq, hash INTO last_seq, last_hash FROM ledger_entry
        WHERE volunteer_id = NEW.volunteer_id ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(last_seq, 0) + 1 THEN
        RAISE EXCEPTION 'ledger_entry_seq'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_seq';
    END IF;
    IF NEW.prev_hash <> last_hash THEN
        RAISE EXCEPTION 'ledger_entry_prev_hash'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_prev_hash';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_chain BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_chain();
";

const SQLITE_CHAIN: &str = "
CREATE TRIGGER ledger_entry_chain BEFORE INSERT ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger_entry_seq') WHERE NEW.seq <> 1 + coalesce(
        (SELECT max(seq) FROM ledger_entry WHERE volunteer_id = NEW.volunteer_id), 0);
    SELECT RAISE(ABORT, 'ledger_entry_prev_hash') WHERE EXISTS (
        SELECT 1 FROM ledger_entry
        WHERE volunteer_id = NEW.volunteer_id AND seq = NEW.seq - 1 AND hash <> NEW.prev_hash);
END;
";
