//! All that the database holds, read behind the service's back.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, QueryResult, Statement};

use crate::app::TestApp;
use crate::database::is_postgres;

/// The columns of a table, by its name.
pub type Tables = BTreeMap<String, Vec<String>>;

const SQLITE: &str = "SELECT m.name AS t, p.name AS c FROM sqlite_master m, \
    pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
const POSTGRES: &str = "SELECT table_name::text AS t, column_name::text AS c \
    FROM information_schema.columns WHERE table_schema = 'public'";

/// The condition that a text stands in another.
fn stands_in(text: &str, mark: &str) -> String {
    let function = if is_postgres() { "strpos" } else { "instr" };
    format!("{function}({text}, '{}') > 0", mark.replace('\'', "''"))
}

impl TestApp {
    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        self.db.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Every table of the service.
    pub async fn tables(&self) -> Tables {
        let mut tables = Tables::new();
        for row in self.rows(if is_postgres() { POSTGRES } else { SQLITE }).await {
            let (table, column): (String, String) =
                (row.try_get("", "t").expect("a name"), row.try_get("", "c").expect("a name"));
            tables.entry(table).or_default().push(column);
        }
        tables.remove("seaql_migrations");
        assert!(tables.len() > 30, "the tables were not found");
        tables
    }

    /// How many rows each of these tables has.
    pub async fn row_counts(&self, tables: &Tables) -> BTreeMap<String, i64> {
        let each: Vec<_> = tables
            .keys()
            .map(|table| format!("SELECT '{table}' AS t, count(*) AS n FROM \"{table}\""))
            .collect();
        let rows = self.rows(&each.join(" UNION ALL ")).await;
        let count =
            |row: &QueryResult| Some((row.try_get("", "t").ok()?, row.try_get("", "n").ok()?));
        rows.iter().map(|row| count(row).expect("a count")).collect()
    }

    /// All that stands in these tables, as text, to be compared.
    pub async fn contents(&self, tables: &Tables) -> BTreeMap<String, String> {
        let mut contents = BTreeMap::new();
        for (table, columns) in tables {
            let all = if is_postgres() {
                "CAST(t.* AS text)".to_owned()
            } else {
                let quoted = columns.iter().map(|name| format!("quote(t.\"{name}\")"));
                quoted.collect::<Vec<_>>().join(" || ' ' || ")
            };
            let rows = self.rows(&format!("SELECT {all} AS line FROM \"{table}\" t")).await;
            let mut lines: Vec<String> =
                rows.iter().map(|row| row.try_get("", "line").expect("a line")).collect();
            lines.sort_unstable();
            contents.insert(table.clone(), lines.join("\n"));
        }
        contents
    }

    /// The columns, as `table.column`, in which one of these texts stands.
    pub async fn places_of(&self, tables: &Tables, wanted: &[&str]) -> Vec<String> {
        let mut places = Vec::new();
        for (table, columns) in tables {
            let parts = columns.iter().enumerate().map(|(at, column)| {
                let text = format!("CAST(\"{column}\" AS text)");
                let hits = wanted.iter().map(|mark| stands_in(&text, mark));
                let any = hits.collect::<Vec<_>>().join(" OR ");
                format!("count(*) FILTER (WHERE {any}) AS c{at}")
            });
            let sql = format!("SELECT {} FROM \"{table}\"", parts.collect::<Vec<_>>().join(", "));
            let row = self.rows(&sql).await.pop().expect("one row");
            for (at, column) in columns.iter().enumerate() {
                if row.try_get::<i64>("", &format!("c{at}")).expect("a count") > 0 {
                    places.push(format!("{table}.{column}"));
                }
            }
        }
        places
    }
}
