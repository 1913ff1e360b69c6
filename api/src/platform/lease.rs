//! Leases of background jobs: of many equal processes one runs a job at a time.

use chrono::TimeDelta;
use entity::job_lease;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};

use super::failure::Failure;
use super::tx::Tx;

/// Takes the lease of `job` for `length` unless another process holds it.
///
/// # Errors
/// The database's.
pub async fn take(
    tx: &Tx<'_>,
    job: &str,
    holder: &str,
    length: TimeDelta,
) -> Result<bool, Failure> {
    let row = job_lease::ActiveModel {
        name: Set(job.into()),
        holder: Set(holder.into()),
        leased_until: Set(tx.now + length),
        last_run_at: Set(None),
        last_result: Set(None),
    };
    let first = job_lease::Entity::insert(row)
        .on_conflict(OnConflict::column(job_lease::Column::Name).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    if first == 1 {
        return Ok(true);
    }
    let free = Condition::any()
        .add(job_lease::Column::LeasedUntil.lte(tx.now))
        .add(job_lease::Column::Holder.eq(holder));
    let taken = job_lease::Entity::update_many()
        .col_expr(job_lease::Column::Holder, Expr::value(holder))
        .col_expr(job_lease::Column::LeasedUntil, Expr::value(tx.now + length))
        .filter(job_lease::Column::Name.eq(job))
        .filter(free)
        .exec(&**tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Writes down how the run went and gives the lease back.
///
/// # Errors
/// The database's.
pub async fn give_back(tx: &Tx<'_>, job: &str, holder: &str, result: &str) -> Result<(), Failure> {
    job_lease::Entity::update_many()
        .col_expr(job_lease::Column::LeasedUntil, Expr::value(tx.now))
        .col_expr(job_lease::Column::LastRunAt, Expr::value(tx.now))
        .col_expr(job_lease::Column::LastResult, Expr::value(result))
        .filter(job_lease::Column::Name.eq(job))
        .filter(job_lease::Column::Holder.eq(holder))
        .exec(&**tx)
        .await?;
    Ok(())
}
