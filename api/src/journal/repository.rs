//! Rows of the journal.

use entity::{journal_event, journal_head};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, Statement,
};

/// The head is one row.
const HEAD: i16 = 1;

/// The same text on both back ends. Rows of transactions still running are not
/// visible and get their number in a later round.
const NUMBER: &str = "\
UPDATE journal_event SET position = numbered.position FROM (\
  SELECT id, $1 + row_number() OVER (ORDER BY id) AS position FROM journal_event \
  WHERE position IS NULL ORDER BY id LIMIT $2) AS numbered \
WHERE journal_event.id = numbered.id";

pub(super) async fn has_unnumbered(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let waiting = journal_event::Entity::find().filter(journal_event::Column::Position.is_null());
    Ok(waiting.limit(1).one(db).await?.is_some())
}

/// The last position given, with the head's row locked: one sequencer at a time.
pub(super) async fn lock_head(tx: &DatabaseTransaction) -> Result<i64, DbErr> {
    let head = journal_head::Entity::find_by_id(HEAD).lock_exclusive().one(tx).await?;
    head.map(|row| row.position).ok_or_else(|| DbErr::RecordNotFound("journal head".into()))
}

/// Numbers the next events after `last`; says how many.
pub(super) async fn save_positions(
    tx: &DatabaseTransaction,
    last: i64,
    most: u64,
) -> Result<u64, DbErr> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = [last.into(), most.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), NUMBER, values);
    let numbered = tx.execute_raw(statement).await?.rows_affected();
    if numbered > 0 {
        let step = i64::try_from(numbered).unwrap_or_default();
        journal_head::Entity::update_many()
            .col_expr(
                journal_head::Column::Position,
                Expr::col(journal_head::Column::Position).add(step),
            )
            .filter(journal_head::Column::Id.eq(HEAD))
            .exec(tx)
            .await?;
    }
    Ok(numbered)
}
