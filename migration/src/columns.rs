//! Columns and constraints that many tables repeat.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, uuid},
};

/// The key of almost every table: a time-ordered UUID made by the program.
pub(crate) fn id() -> ColumnDef {
    uuid("id").primary_key().take()
}

/// Counts the changes of a row, so that a stale writer can be told.
pub(crate) fn version() -> ColumnDef {
    integer("version").default(1).take()
}

/// A named rule, the same text on both back ends.
///
/// The name is what a refusal is recognised by.
pub(crate) fn rule(name: &'static str, condition: &'static str) -> Check {
    Check::named(name, Expr::cust(condition))
}

/// A closed set of words, given with spaces between them.
///
/// Text with a check instead of a native enum: SQLite has none, and on
/// PostgreSQL a native one cannot be changed within a transaction that uses it.
pub(crate) fn one_of(name: &'static str, column: &'static str, words: &str) -> Check {
    Check::named(name, Expr::col(column).is_in(words.split_whitespace()))
}

/// A text of exactly this many characters: a hash or an official code.
///
/// Not `char(n)`: PostgreSQL compares that with a text parameter by casting the
/// column, and then does not use its index.
pub(crate) fn exact(name: &'static str, column: &'static str, length: i32) -> Check {
    Check::named(name, Expr::expr(Func::char_length(Expr::col(column))).eq(length))
}

/// A reference to another table's `id`; a row that is referred to stays.
pub(crate) fn reference(
    table: &'static str,
    column: &'static str,
    target: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").take()
}
