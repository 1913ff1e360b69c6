//! Leaves and nodes of the public trees (哈希树叶、节点).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, small_integer, string_len, string_len_null, text_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{exact, one_of, reference, rule},
    sql::{append_only, drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `tree_leaf` and `tree_node`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tree_leaf()).await?;
        manager.create_table(tree_node()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "tree_node").await?;
        per_backend(manager, POSTGRES_LEAF, SQLITE_LEAF).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["tree_node", "tree_leaf"]).await?;
        run_on_postgres(manager, "DROP FUNCTION tree_leaf_follows()").await?;
        run_on_postgres(manager, "DROP FUNCTION tree_leaf_only_erased()").await
    }
}

/// Leaves of the public trees (哈希树叶). A line may be erased, its hash stays.
fn tree_leaf() -> TableCreateStatement {
    Table::create()
        .table("tree_leaf")
        .col(uuid("site_id"))
        .col(big_integer("leaf_index"))
        .col(string_len("kind", 30))
        .col(big_integer_null("position"))
        .col(uuid_null("ledger_entry_id"))
        .col(uuid("volunteer_id"))
        .col(string_len_null("quarter", 6))
        .col(text_null("line"))
        .col(string_len("leaf_hash", 64))
        .primary_key(Index::create().col("site_id").col("leaf_index"))
        .check(one_of("tree_leaf_kind", "kind", "entry statement"))
        .check(exact("tree_leaf_hash", "leaf_hash", 64))
        .check(rule("tree_leaf_index", "leaf_index >= 0"))
        .check(rule(
            "tree_leaf_of_one_thing",
            "(kind = 'entry' AND position IS NOT NULL AND ledger_entry_id IS NOT NULL AND quarter \
             IS NULL) OR (kind = 'statement' AND position IS NULL AND ledger_entry_id IS NULL AND \
             quarter IS NOT NULL)",
        ))
        .foreign_key(ForeignKey::create().from("tree_leaf", "site_id").to("tree", "site_id"))
        .foreign_key(&mut reference("tree_leaf", "ledger_entry_id", "ledger_entry"))
        .foreign_key(&mut reference("tree_leaf", "volunteer_id", "volunteer"))
        .to_owned()
}

/// Complete subtrees of the public trees above their leaves (哈希树节点). Append-only.
fn tree_node() -> TableCreateStatement {
    Table::create()
        .table("tree_node")
        .col(uuid("site_id"))
        .col(small_integer("level"))
        .col(big_integer("node_index"))
        .col(string_len("hash", 64))
        .primary_key(Index::create().col("site_id").col("level").col("node_index"))
        .check(exact("tree_node_hash", "hash", 64))
        .check(rule("tree_node_level", "level BETWEEN 1 AND 62"))
        .check(rule("tree_node_index", "node_index >= 0"))
        .foreign_key(ForeignKey::create().from("tree_node", "site_id").to("tree", "site_id"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX tree_leaf_of_entry ON tree_leaf (ledger_entry_id)",
    "CREATE UNIQUE INDEX tree_leaf_of_event ON tree_leaf (position)",
    "CREATE UNIQUE INDEX tree_leaf_of_quarter ON tree_leaf (site_id, quarter, volunteer_id) WHERE \
     quarter IS NOT NULL",
    "CREATE INDEX tree_leaf_volunteer ON tree_leaf (volunteer_id)",
    "CREATE INDEX tree_leaf_erased ON tree_leaf (volunteer_id) WHERE line IS NULL",
];

// A leaf out of turn, or a hash changed later, would break every proof given out before.
// Only what a person has a right to is allowed: her line is taken away.
const POSTGRES_LEAF: &str = "
CREATE FUNCTION tree_leaf_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.leaf_index > 0 AND NOT EXISTS (SELECT 1 FROM tree_leaf
        WHERE site_id = NEW.site_id AND leaf_index = NEW.leaf_index - 1)
    THEN
        RAISE EXCEPTION 'tree_leaf_follows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tree_leaf_follows';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION tree_leaf_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.line IS NOT NULL OR to_jsonb(NEW) - 'line' <> to_jsonb(OLD) - 'line' THEN
        RAISE EXCEPTION 'tree_leaf_only_erased'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tree_leaf_only_erased';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tree_leaf_follows BEFORE INSERT ON tree_leaf
    FOR EACH ROW EXECUTE FUNCTION tree_leaf_follows();
CREATE TRIGGER tree_leaf_only_erased BEFORE UPDATE ON tree_leaf
    FOR EACH ROW EXECUTE FUNCTION tree_leaf_only_erased();
CREATE TRIGGER tree_leaf_refuse_delete BEFORE DELETE ON tree_leaf
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_leaf_refuse_truncate BEFORE TRUNCATE ON tree_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
";

const SQLITE_LEAF: &str = "
CREATE TRIGGER tree_leaf_follows BEFORE INSERT ON tree_leaf
WHEN NEW.leaf_index > 0 AND NOT EXISTS (SELECT 1 FROM tree_leaf
    WHERE site_id = NEW.site_id AND leaf_index = NEW.leaf_index - 1)
BEGIN SELECT RAISE(ABORT, 'tree_leaf_follows'); END;
CREATE TRIGGER tree_leaf_only_erased BEFORE UPDATE ON tree_leaf
WHEN NEW.line IS NOT NULL
    OR NEW.site_id <> OLD.site_id
    OR NEW.leaf_index <> OLD.leaf_index
    OR NEW.kind <> OLD.kind
    OR NEW.position IS NOT OLD.position
    OR NEW.ledger_entry_id IS NOT OLD.ledger_entry_id
    OR NEW.volunteer_id <> OLD.volunteer_id
    OR NEW.quarter IS NOT OLD.quarter
    OR NEW.leaf_hash <> OLD.leaf_hash
BEGIN SELECT RAISE(ABORT, 'tree_leaf_only_erased'); END;
CREATE TRIGGER tree_leaf_refuse_delete BEFORE DELETE ON tree_leaf
BEGIN SELECT RAISE(ABORT, 'tree_leaf is append-only'); END;
";
