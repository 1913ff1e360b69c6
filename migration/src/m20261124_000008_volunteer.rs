//! Volunteers with their verified basic data (志愿者).

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, json_binary, small_integer, string_len, string_len_null, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `volunteer`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(volunteer()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["volunteer"]).await
    }
}

/// Volunteers with their verified basic data (志愿者).
fn volunteer() -> TableCreateStatement {
    Table::create()
        .table("volunteer")
        .col(id())
        .col(uuid_null("account_id"))
        .col(uuid("site_id"))
        .col(string_len("state", 30))
        .col(string_len("name", 60))
        .col(small_integer("gender"))
        .col(date("birth_date"))
        .col(string_len("id_type", 30))
        .col(text_null("id_number_sealed"))
        .col(string_len_null("id_number_index", 64))
        .col(text_null("phone_sealed"))
        .col(string_len_null("phone_index", 64))
        .col(boolean("phone_verified"))
        .col(string_len_null("external_volunteer_no", 32))
        .col(json_binary("groups"))
        .col(json_binary("skills"))
        .col(json_binary("service_types"))
        .col(string_len("registered_via", 30))
        .col(uuid_null("assisted_by"))
        .col(string_len_null("assisted_reason", 200))
        .col(string_len_null("assisted_witness", 60))
        .col(uuid_null("identity_by"))
        .col(uuid_null("verified_by"))
        .col(timestamp_with_time_zone_null("verified_at"))
        .col(string_len_null("state_reason", 200))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of(
            "volunteer_state",
            "state",
            "pending_verification active suspended disqualified closed",
        ))
        .check(one_of("volunteer_id_type", "id_type", "resident_id permit passport other"))
        .check(exact("volunteer_id_number_index", "id_number_index", 64))
        .check(exact("volunteer_phone_index", "phone_index", 64))
        .check(one_of("volunteer_registered_via", "registered_via", "self_service assisted"))
        .check(rule("volunteer_gender", "gender IN (0, 1, 2, 9)"))
        .check(rule("volunteer_document", DOCUMENT))
        .check(rule("volunteer_closed_is_nobody", NOBODY))
        .foreign_key(&mut reference("volunteer", "account_id", "account"))
        .foreign_key(&mut reference("volunteer", "site_id", "site"))
        .foreign_key(&mut reference("volunteer", "assisted_by", "account"))
        .foreign_key(&mut reference("volunteer", "identity_by", "account"))
        .foreign_key(&mut reference("volunteer", "verified_by", "account"))
        .to_owned()
}

/// Whoever is not closed has a document, once in the county.
const DOCUMENT: &str =
    "state = 'closed' OR (id_number_sealed IS NOT NULL AND id_number_index IS NOT NULL)";

/// Of whoever is closed nothing is left that says who she was, and nothing that keeps
/// her account, her document or her number from being used again.
const NOBODY: &str = "state <> 'closed' OR (account_id IS NULL AND name = '已注销' AND gender = 0 \
                      AND birth_date = '1900-01-01' AND id_number_sealed IS NULL AND \
                      id_number_index IS NULL AND phone_sealed IS NULL AND phone_index IS NULL \
                      AND external_volunteer_no IS NULL)";

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX volunteer_account ON volunteer (account_id)",
    "CREATE UNIQUE INDEX volunteer_id_number ON volunteer (id_number_index)",
    "CREATE UNIQUE INDEX volunteer_external_no ON volunteer (external_volunteer_no)",
    "CREATE INDEX volunteer_site_state ON volunteer (site_id, state, id)",
    "CREATE INDEX volunteer_phone ON volunteer (phone_index)",
];
