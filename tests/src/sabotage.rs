//! A database whose n-th written row fails, by triggers on every table.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};

/// Sabotage of one test's database.
#[derive(Debug)]
pub struct Sabotage {
    db: DatabaseConnection,
    /// Of each table, an expression that stands for all its rows.
    tables: BTreeMap<String, String>,
}

const POSTGRES: &str = "
CREATE TABLE sabotage (rows_left bigint NOT NULL);
INSERT INTO sabotage VALUES (-1);
CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counted bigint;
BEGIN
  UPDATE sabotage SET rows_left = rows_left - 1 RETURNING rows_left INTO counted;
  IF counted = 0 THEN RAISE EXCEPTION 'sabotage'; END IF;
  RETURN COALESCE(NEW, OLD);
END $$;";

const POSTGRES_TABLES: &str = "
SELECT table_name::text, '(SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '
    || quote_literal('') || ')) FROM ' || quote_ident(table_name) || ' t)'
FROM information_schema.tables
WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'";

const SQLITE: &str = "
CREATE TABLE sabotage (rows_left bigint NOT NULL);
INSERT INTO sabotage VALUES (-1);";

const SQLITE_TABLES: &str = r#"
SELECT m.name, '(SELECT coalesce(group_concat(' || (
    SELECT group_concat('quote("' || p.name || '")', ' || ')
    FROM pragma_table_info(m.name) p) || ', char(10)), char(10)) FROM "' || m.name || '")'
FROM sqlite_master m
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations'"#;

impl Sabotage {
    /// Puts the triggers in place; nothing fails yet.
    pub async fn prepare(db: &DatabaseConnection) -> Self {
        let postgres = db.get_database_backend() == DbBackend::Postgres;
        let (find, begin) =
            if postgres { (POSTGRES_TABLES, POSTGRES) } else { (SQLITE_TABLES, SQLITE) };
        let tables: BTreeMap<_, _> = pairs(db, find).await.into_iter().collect();
        run(db, begin).await;
        for table in tables.keys() {
            for trigger in if postgres { postgres_triggers(table) } else { sqlite_triggers(table) }
            {
                run(db, &trigger).await;
            }
        }
        Self { db: db.clone(), tables }
    }

    /// From now on the `row`th row that is written fails.
    pub async fn fail_at(&self, row: i64) {
        run(&self.db, &format!("UPDATE sabotage SET rows_left = {row}")).await;
    }

    /// Nothing fails any more.
    pub async fn stop(&self) {
        self.fail_at(-1).await;
    }

    /// Whether the failure is still to come. What failed was undone with its counting, so that
    /// this tells of a write that succeeded only.
    pub async fn is_armed(&self) -> bool {
        self.count().await > 0
    }

    /// A number that every row written for good changes: what was rolled back was not counted.
    pub async fn count(&self) -> i64 {
        let left = pairs(&self.db, "SELECT '', CAST(rows_left AS text) FROM sabotage").await;
        left[0].1.parse().expect("a number")
    }

    /// What stands for all rows of all tables.
    pub async fn fingerprint(&self) -> BTreeMap<String, String> {
        let parts = self.tables.iter().map(|(table, rows)| format!("SELECT '{table}', {rows}"));
        let sql = parts.collect::<Vec<_>>().join(" UNION ALL ");
        pairs(&self.db, &sql).await.into_iter().collect()
    }
}

fn postgres_triggers(table: &str) -> Vec<String> {
    vec![format!(
        "CREATE TRIGGER sabotage BEFORE INSERT OR UPDATE OR DELETE ON \"{table}\" \
         FOR EACH ROW EXECUTE FUNCTION sabotage()"
    )]
}

fn sqlite_triggers(table: &str) -> Vec<String> {
    let trigger = |verb| {
        format!(
            "CREATE TRIGGER sabotage_{verb}_{table} BEFORE {verb} ON \"{table}\" BEGIN \
             UPDATE sabotage SET rows_left = rows_left - 1; \
             SELECT RAISE(ABORT, 'sabotage') WHERE (SELECT rows_left FROM sabotage) = 0; END"
        )
    };
    ["INSERT", "UPDATE", "DELETE"].map(trigger).to_vec()
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.expect(sql);
}

async fn pairs(db: &DatabaseConnection, sql: &str) -> Vec<(String, String)> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let found = db.query_all_raw(statement).await.expect(sql);
    let pair = |row: &QueryResult| {
        let (name, value) = (row.try_get_by_index(0), row.try_get_by_index(1));
        (name.expect("a name"), value.expect("a value"))
    };
    found.iter().map(pair).collect()
}
