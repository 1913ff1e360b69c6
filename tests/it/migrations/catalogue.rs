//! What the database itself says about its schema.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

pub(super) fn is_postgres(db: &DatabaseConnection) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}

/// Every table, constraint, index, trigger and function, one line each.
pub(super) async fn dump(db: &DatabaseConnection) -> Vec<String> {
    lines(db, if is_postgres(db) { POSTGRES_DUMP } else { SQLITE_DUMP }).await
}

const SQLITE_DUMP: &str = "
SELECT type || ' ' || name || ': ' || coalesce(sql, 'automatic') AS line
FROM sqlite_master WHERE tbl_name <> 'seaql_migrations' ORDER BY 1";

const POSTGRES_DUMP: &str = "
SELECT line FROM (
    SELECT 'column ' || table_name || '.' || column_name || ': ' || data_type || ' '
        || coalesce(character_maximum_length, 0) || ' ' || is_nullable || ' '
        || coalesce(column_default, '') AS line, table_name
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint ' || conname || ': ' || pg_get_constraintdef(oid), conrelid::regclass::text
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(oid), tgrelid::regclass::text
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'index ' || indexdef, tablename::text FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(oid), ''
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS parts WHERE table_name <> 'seaql_migrations' ORDER BY 1";

/// One column: its type in the database's own word, and whether it may be null.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) type_name: String,
    pub(super) nullable: bool,
}

/// The columns of one table by name.
pub(super) type Columns = BTreeMap<String, Column>;

/// The columns of every table by name, without the migrations' own table.
pub(super) async fn tables(db: &DatabaseConnection) -> BTreeMap<String, Columns> {
    let sql = if is_postgres(db) { POSTGRES_COLUMNS } else { SQLITE_COLUMNS };
    let mut tables = BTreeMap::<String, Columns>::new();
    for row in
        db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
    {
        let table: String = row.try_get("", "t").unwrap();
        let column = Column {
            type_name: row.try_get("", "d").unwrap(),
            nullable: row.try_get("", "n").unwrap(),
        };
        tables.entry(table).or_default().insert(row.try_get("", "c").unwrap(), column);
    }
    tables.remove("seaql_migrations");
    tables
}

const SQLITE_COLUMNS: &str = "
SELECT m.name AS t, p.name AS c, p.type AS d, p.\"notnull\" = 0 AS n
FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'";

const POSTGRES_COLUMNS: &str = "
SELECT table_name::text AS t, column_name::text AS c, data_type::text AS d,
    is_nullable = 'YES' AS n
FROM information_schema.columns WHERE table_schema = 'public'";

/// The words that the check of this name allows, in alphabetical order.
pub(super) async fn words_of_check(db: &DatabaseConnection, name: &str) -> Vec<String> {
    let (start, end) = if is_postgres(db) {
        (format!("constraint {name}: CHECK"), "])")
    } else {
        (format!("CONSTRAINT \"{name}\" CHECK"), "')")
    };
    let dump = dump(db).await.join("\n");
    let (_, rest) = dump.split_once(&start).unwrap_or_else(|| panic!("no check named {name}"));
    let (list, _) = rest.split_once(end).unwrap();
    let mut words: Vec<_> = list.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
    words.sort();
    words
}

async fn lines(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "line").unwrap()).collect()
}
