//! Activities and the screens that show their codes (活动、签到屏).

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer, small_integer_null, string_len, string_len_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `activity` and `screen`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(activity()).await?;
        manager.create_table(screen()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["screen", "activity"]).await
    }
}

/// Activities people sign up for and attend (活动).
fn activity() -> TableCreateStatement {
    Table::create()
        .table("activity")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("title", 100))
        .col(string_len("kind", 30))
        .col(string_len("state", 30))
        .col(text("content"))
        .col(string_len("place", 200))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(timestamp_with_time_zone_null("sign_up_opens_at"))
        .col(timestamp_with_time_zone_null("sign_up_closes_at"))
        .col(integer("capacity"))
        .col(small_integer_null("min_age"))
        .col(string_len_null("required_skill", 40))
        .col(string_len_null("conditions", 500))
        .col(string_len_null("risks", 500))
        .col(string_len_null("guarantees", 500))
        .col(string_len("risk_level", 30))
        .col(string_len_null("insurance_policy_no", 60))
        .col(boolean("needs_sign_up"))
        .col(string_len_null("service_type", 40))
        .col(uuid_null("organiser_account_id"))
        .col(string_len_null("contact_person", 60))
        .col(boolean("retroactive"))
        .col(uuid_null("rule_version_id"))
        .col(string_len_null("rule_item_code", 20))
        .col(uuid_null("submitted_by"))
        .col(uuid_null("published_by"))
        .col(timestamp_with_time_zone_null("published_at"))
        .col(string_len_null("state_reason", 200))
        .col(text_null("evaluation"))
        .col(integer("signed_up_count").default(0))
        .col(uuid("created_by"))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of("activity_kind", "kind", "service lecture practice training redemption_fair"))
        .check(one_of(
            "activity_state",
            "state",
            "draft submitted published in_progress ended recorded archived cancelled",
        ))
        .check(one_of("activity_risk_level", "risk_level", "ordinary dangerous"))
        .check(rule("activity_ends_at", "ends_at > starts_at"))
        .check(rule("activity_positive_capacity", "capacity > 0"))
        .check(rule("activity_capacity", "signed_up_count BETWEEN 0 AND capacity"))
        .check(rule("activity_min_age", "min_age >= 0"))
        .check(rule(
            "activity_insurance",
            "risk_level <> 'dangerous' OR insurance_policy_no IS NOT NULL OR state IN ('draft', \
             'submitted', 'cancelled')",
        ))
        .foreign_key(&mut reference("activity", "site_id", "site"))
        .foreign_key(&mut reference("activity", "organiser_account_id", "account"))
        .foreign_key(&mut reference("activity", "rule_version_id", "rule_version"))
        .foreign_key(&mut reference("activity", "submitted_by", "account"))
        .foreign_key(&mut reference("activity", "published_by", "account"))
        .foreign_key(&mut reference("activity", "created_by", "account"))
        .to_owned()
}

/// Screens that show an activity's rotating code (签到屏).
fn screen() -> TableCreateStatement {
    Table::create()
        .table("screen")
        .col(id())
        .col(uuid("activity_id"))
        .col(string_len("token_hash", 64))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .check(exact("screen_token_hash", "token_hash", 64))
        .foreign_key(&mut reference("screen", "activity_id", "activity"))
        .foreign_key(&mut reference("screen", "created_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX activity_site_state ON activity (site_id, state, starts_at)",
    "CREATE INDEX activity_organiser ON activity (organiser_account_id)",
    "CREATE UNIQUE INDEX screen_token ON screen (token_hash)",
    "CREATE INDEX screen_activity ON screen (activity_id)",
];
