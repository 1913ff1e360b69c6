//! What every repository does alike with its rows: writing a new one once, writing the next
//! version over the one that was read, and reading a list page by page.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Value,
};

/// Writes a new row; nothing when one of its unique keys is taken. It waits for whoever is
/// writing the other at this moment.
///
/// # Errors
/// The database's.
pub async fn insert_once<E>(
    tx: &DatabaseTransaction,
    row: impl IntoActiveModel<E::ActiveModel>,
) -> Result<Option<E::Model>, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let any_key = OnConflict::new().do_nothing().to_owned();
    let insert = E::insert(row.into_active_model().reset_all()).on_conflict(any_key);
    Ok(insert.exec_with_returning_many(tx).await?.pop())
}

/// Rows written by one statement, at most.
const AT_ONCE: usize = 256;

/// Writes new rows, however many, even none. By powers of two: every connection keeps each
/// statement it has met prepared, and with any number of rows there would be no end of them.
///
/// # Errors
/// The database's.
pub async fn insert_all<E>(
    tx: &DatabaseTransaction,
    rows: impl IntoIterator<Item = impl IntoActiveModel<E::ActiveModel>>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
{
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    let mut due: Vec<_> = rows.collect();
    while let Some(power) = due.len().min(AT_ONCE).checked_ilog2() {
        let rest = due.split_off(1 << power);
        E::insert_many(due).exec_without_returning(tx).await?;
        due = rest;
    }
    Ok(())
}

/// Writes a changed row over the one before it, named by its id and its version; says whether
/// that was still there.
///
/// # Errors
/// The database's.
pub async fn overwrite<E>(
    tx: &DatabaseTransaction,
    row: &E::Model,
    [id, version]: [Expr; 2],
) -> Result<bool, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let changed = row.clone().into_active_model().reset_all();
    let saved = E::update_many().set(changed).filter(id).filter(version).exec(tx).await?;
    Ok(saved.rows_affected == 1)
}

/// A list that is read page by page: what comes after a row, and how many of it.
pub trait Paged: QueryFilter + QueryOrder + QuerySelect + Sized {
    /// The newest first: ids grow with time.
    #[must_use]
    fn newest<K: Into<Value>>(
        self,
        id: impl ColumnTrait,
        (after, limit): (Option<K>, u64),
    ) -> Self {
        let query = match after {
            Some(after) => self.filter(id.lt(after)),
            None => self,
        };
        query.order_by_desc(id).limit(limit)
    }

    /// The oldest, or the lowest position, first.
    #[must_use]
    fn oldest<K: Into<Value>>(
        self,
        key: impl ColumnTrait,
        (after, limit): (Option<K>, u64),
    ) -> Self {
        let query = match after {
            Some(after) => self.filter(key.gt(after)),
            None => self,
        };
        query.order_by_asc(key).limit(limit)
    }
}

impl<Q: QueryFilter + QueryOrder + QuerySelect> Paged for Q {}
