//! Computes the digest of every published bulletin again, and its sums from the ledger.

use entity::bulletin::{self, BulletinState};
use entity::{bulletin_figure, bulletin_line};
use futures_util::TryStreamExt;
use sea_orm::ConnectionTrait;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, Statement,
};

use super::report::Report;
use crate::bulletin::{Digest, quarter_bounds};

/// What the accounts kept at a site had before an instant, from every entry until then.
const BALANCE: &str = "
SELECT CAST(coalesce(sum(e.available_delta + e.held_delta - e.recovery_delta), 0) AS bigint)
    AS points
FROM points_account a JOIN ledger_entry e ON e.volunteer_id = a.volunteer_id
WHERE a.site_id = $1 AND e.created_at < $2";

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let public = [BulletinState::Published, BulletinState::Archived];
    let of = bulletin::Column::State.is_in(public);
    for row in bulletin::Entity::find().filter(of).all(db).await? {
        let computed = digest(db, &row).await?;
        if row.digest.as_deref() != Some(computed.as_str()) {
            let found = format!("computed {computed}");
            report.add("bulletin_digest", "bulletin", row.id.to_string(), found);
        }
        balances(db, report, &row).await?;
    }
    report.rules += 2;
    Ok(())
}

async fn digest(db: &DatabaseTransaction, row: &bulletin::Model) -> Result<String, DbErr> {
    use bulletin_figure::Column as F;
    use bulletin_line::Column as L;
    let mut digest = Digest::default();
    let figures = bulletin_figure::Entity::find().filter(F::BulletinId.eq(row.id));
    for figure in figures.order_by_asc(F::Position).all(db).await? {
        digest.add_figure(&figure);
    }
    let lines = bulletin_line::Entity::find().filter(L::BulletinId.eq(row.id));
    let mut lines = lines.order_by_asc(L::Position).stream(db).await?;
    while let Some(line) = lines.try_next().await? {
        digest.add_line(&line);
    }
    Ok(digest.finish())
}

/// Opening and closing of each site, against the whole ledger.
async fn balances(
    db: &DatabaseTransaction,
    report: &mut Report,
    row: &bulletin::Model,
) -> Result<(), DbErr> {
    use bulletin_figure::Column as F;
    let (from, until) = quarter_bounds(row);
    let figures = bulletin_figure::Entity::find().filter(F::BulletinId.eq(row.id));
    for figure in figures.filter(F::Position.gt(0)).all(db).await? {
        for (told, instant) in [(figure.opening, from), (figure.closing, until)] {
            let values = [figure.site_id.into(), instant.into()];
            let sql = Statement::from_sql_and_values(db.get_database_backend(), BALANCE, values);
            let found = db.query_one_raw(sql).await?;
            let points = found.map_or(Ok(0), |found| found.try_get::<i64>("", "points"))?;
            if points != told {
                report.add(
                    "bulletin_balance",
                    "bulletin_figure",
                    row.id.to_string(),
                    format!("row {} tells {told}, the ledger {points}", figure.position),
                );
            }
        }
    }
    Ok(())
}
