//! Keys that sign or cosign the heads of a tree (签名与联署公钥).

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, date_null, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `tree_key`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tree_key()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["tree_key"]).await
    }
}

/// Keys that sign or cosign the heads of a tree (签名与联署公钥).
fn tree_key() -> TableCreateStatement {
    Table::create()
        .table("tree_key")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("role", 30))
        .col(string_len("name", 120))
        .col(string_len("algorithm", 30))
        .col(string_len("public_key", 64))
        .col(string_len("key_id", 8))
        .col(string_len("state", 30))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .col(uuid_null("proposed_by"))
        .col(timestamp_with_time_zone("proposed_at"))
        .col(uuid_null("approved_by"))
        .col(timestamp_with_time_zone_null("approved_at"))
        .col(uuid_null("revoked_by"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(version())
        .check(one_of("tree_key_role", "role", "log county supervisor"))
        .check(one_of("tree_key_algorithm", "algorithm", "ed25519 cosignature_v1"))
        .check(one_of("tree_key_state", "state", "proposed active revoked"))
        .check(exact("tree_key_public_key", "public_key", 64))
        .check(exact("tree_key_key_id", "key_id", 8))
        .check(rule("tree_key_term", "valid_to IS NULL OR valid_to >= valid_from"))
        .check(rule("tree_key_two_persons", "approved_by IS NULL OR approved_by <> proposed_by"))
        .check(rule(
            "tree_key_approved",
            "role = 'log' OR state <> 'active' OR (approved_by IS NOT NULL AND proposed_by IS NOT \
             NULL AND approved_at IS NOT NULL)",
        ))
        .check(rule("tree_key_revoked", "(state = 'revoked') = (revoked_at IS NOT NULL)"))
        .foreign_key(ForeignKey::create().from("tree_key", "site_id").to("tree", "site_id"))
        .foreign_key(&mut reference("tree_key", "proposed_by", "account"))
        .foreign_key(&mut reference("tree_key", "approved_by", "account"))
        .foreign_key(&mut reference("tree_key", "revoked_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX tree_key_once ON tree_key (site_id, name, key_id) WHERE state <> 'revoked'",
];
