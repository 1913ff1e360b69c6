//! Accounts and the WeChat identities they sign in with (账号、微信身份).

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, string_len_null, timestamp_with_time_zone, uuid},
};

use crate::{
    columns::{id, one_of, reference},
    sql::{drop_tables, run},
};

/// Creates `account` and `wechat_identity`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(account()).await?;
        manager.create_table(wechat_identity()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["wechat_identity", "account"]).await
    }
}

/// Accounts: who can sign in, a villager or staff (账号).
fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(id())
        .col(string_len("status", 30))
        .col(string_len_null("display_name", 60))
        .col(integer("token_version"))
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of("account_status", "status", "active disabled"))
        .to_owned()
}

/// WeChat identities of an account, one per mini-program (微信身份).
fn wechat_identity() -> TableCreateStatement {
    Table::create()
        .table("wechat_identity")
        .col(id())
        .col(uuid("account_id"))
        .col(string_len("appid", 32))
        .col(string_len("openid", 64))
        .col(string_len_null("unionid", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("wechat_identity", "account_id", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX wechat_identity_openid ON wechat_identity (appid, openid)",
    "CREATE INDEX wechat_identity_account ON wechat_identity (account_id)",
];
