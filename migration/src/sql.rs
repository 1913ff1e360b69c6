//! Raw SQL of the steps: indexes, triggers, and one branch per back end.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

/// Runs statements that both back ends understand.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Runs the text written for the back end at hand.
pub(crate) async fn per_backend(
    manager: &SchemaManager<'_>,
    postgres: &str,
    sqlite: &str,
) -> Result<(), DbErr> {
    let text = if is_postgres(manager)? { postgres } else { sqlite };
    run(manager, &[text]).await
}

/// Runs the text on PostgreSQL only: SQLite has no functions to drop.
pub(crate) async fn run_on_postgres(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    if is_postgres(manager)? { run(manager, &[text]).await } else { Ok(()) }
}

/// A table, a part of its definition, and what stands in its place afterwards.
pub(crate) type Rewording = (&'static str, &'static str, &'static str);

/// Changes checks of tables that others refer to: `postgres` alters them. SQLite cannot, nor can
/// such a table be written anew there. What is stored stays as it is, and so the text of the
/// definitions is replaced, as SQLite's manual allows for that. Other connections read it again
/// after the next change of the schema: a step makes one behind this.
pub(crate) async fn change_checks(
    manager: &SchemaManager<'_>,
    postgres: &str,
    sqlite: &[Rewording],
) -> Result<(), DbErr> {
    if is_postgres(manager)? {
        return run(manager, &[postgres]).await;
    }
    let quoted = |text: &str| text.replace('\'', "''");
    let replace = |(table, before, after): &Rewording| {
        let (before, after) = (quoted(before), quoted(after));
        format!(
            "UPDATE sqlite_schema SET sql = replace(sql, '{before}', '{after}')
             WHERE type = 'table' AND name = '{table}';"
        )
    };
    let replaced: String = sqlite.iter().map(replace).collect();
    let text = format!("PRAGMA writable_schema = ON; {replaced} PRAGMA writable_schema = RESET;");
    run(manager, &[&text]).await?;
    for (table, _, after) in sqlite {
        let there = format!(
            "SELECT 1 FROM sqlite_schema WHERE name = '{table}' AND instr(sql, '{}') > 0",
            quoted(after)
        );
        let there = Statement::from_string(DbBackend::Sqlite, there);
        if manager.get_connection().query_one_raw(there).await?.is_none() {
            return Err(DbErr::Migration(format!("the checks of {table} are not as expected")));
        }
    }
    Ok(())
}

/// Makes the database refuse every change of a row once written.
///
/// What is evidence (entries, records, audit) must not depend on each program
/// and each administrator behaving well. `TRUNCATE` fires no row trigger, so
/// PostgreSQL gets one more.
pub(crate) async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let postgres = format!(
        "CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table}
             FOR EACH ROW EXECUTE FUNCTION refuse_change();
         CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    );
    let sqlite = format!(
        "CREATE TRIGGER {table}_refuse_update BEFORE UPDATE ON {table}
         BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
         CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table}
         BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
    );
    per_backend(manager, &postgres, &sqlite).await
}

/// Drops tables in the order given; indexes and triggers go with them.
pub(crate) async fn drop_tables(
    manager: &SchemaManager<'_>,
    tables: &[&'static str],
) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}

fn is_postgres(manager: &SchemaManager<'_>) -> Result<bool, DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => Ok(true),
        DbBackend::Sqlite => Ok(false),
        other @ (DbBackend::MySql | _) => {
            Err(DbErr::Migration(format!("no schema is written for {other:?}")))
        }
    }
}
