//! The job that lets freezes lapse, overtaken by a supervisor.

use std::time::Duration;

use chrono::TimeDelta;
use entity::claim;
use entity::freeze::{self, FreezeEnd};
use harness::is_postgres;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect, Statement, TransactionTrait,
};
use serde_json::json;

use super::Village;

/// Waits until somebody waits for this transaction.
async fn is_waited_for(held: &DatabaseTransaction) {
    let sql = "SELECT pid FROM pg_locks WHERE NOT granted
        AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    for _ in 0..500 {
        let blocked = Statement::from_string(held.get_database_backend(), sql);
        if held.query_one_raw(blocked).await.expect("locks").is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody waits");
}

#[actix_web::test]
async fn the_job_leaves_a_freeze_alone_that_was_made_while_it_waited() {
    if !is_postgres() {
        // SQLite has one writer: nobody comes between reading and writing.
        return;
    }
    let village = Village::watched().await;
    let id = village.claim(5).await;
    village.freeze("peng-dafu", "claim", &id, "签到照片存疑").await.assert_ok();
    village.app.advance(TimeDelta::days(6));
    let now = village.app.clock.now();
    let first = freeze::Entity::find().one(&village.app.db).await.expect("freezes").expect("one");
    let id: uuid::Uuid = id.parse().expect("an id");

    // What another freeze does: it locks the claim, ends the first freeze and marks the claim.
    let held = village.app.db.begin().await.expect("a transaction");
    let locked = claim::Entity::find().filter(claim::Column::Id.eq(id)).lock_exclusive();
    locked.one(&held).await.expect("claims").expect("the claim");
    let second = async {
        is_waited_for(&held).await;
        let ended = freeze::Entity::update_many()
            .col_expr(freeze::Column::EndedHow, Expr::value(FreezeEnd::Lapsed))
            .col_expr(freeze::Column::EndedAt, Expr::value(now))
            .filter(freeze::Column::Id.eq(first.id));
        ended.exec(&held).await.expect("the first ended");
        let next = freeze::Model {
            id: village.app.new_id().into(),
            reason: "另有举报".into(),
            frozen_at: now,
            frozen_until: now + TimeDelta::days(5),
            ..first.clone()
        };
        let mark = claim::Entity::update_many()
            .col_expr(claim::Column::FrozenAt, Expr::value(now))
            .col_expr(claim::Column::FrozenUntil, Expr::value(next.frozen_until))
            .col_expr(claim::Column::FrozenReason, Expr::value(next.reason.clone()))
            .filter(claim::Column::Id.eq(id));
        mark.exec(&held).await.expect("the mark");
        next.into_active_model().reset_all().insert(&held).await.expect("the second");
        held.commit().await.expect("a commit");
    };
    tokio::join!(village.app.run_jobs(), second);

    let zhang = village.phone("zhang-xiulan").await;
    let seen = zhang.get(format!("/v1/claims/{id}")).await.ok();
    assert_eq!(seen["frozen"]["reason"], json!("另有举报"), "{seen}");
    village.app.assert_sound().await;
}
