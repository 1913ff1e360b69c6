//! What rows of several tables must say of each other. Each rule is one query, the same
//! text on both back ends, that answers the rows breaking it: `row_id` and `found`.

mod books;
mod bulletins;
mod cases;
mod closures;
mod hands;
mod notices;
mod objections;
mod sources;
mod stock;
mod supervision;
mod told;

use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement};

use super::report::{LISTED, Report};
use super::unreadable::or_named;

/// One rule.
struct Rule {
    name: &'static str,
    /// The table of the rows answered.
    table: &'static str,
    broken: &'static str,
}

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let books = books::RULES.iter().chain(sources::RULES).chain(stock::RULES);
    let cases = cases::RULES.iter().chain(notices::RULES).chain(objections::RULES);
    let cases = cases.chain(supervision::RULES).chain(closures::RULES);
    let cases = cases.chain(bulletins::RULES).chain(hands::RULES);
    let cases = cases.chain(told::RULES);
    for rule in books.chain(cases) {
        let done = ask(db, rule, report).await;
        or_named(report, (rule.name, rule.table), done)?;
        report.rules += 1;
    }
    Ok(())
}

async fn ask(db: &DatabaseTransaction, rule: &Rule, report: &mut Report) -> Result<(), DbErr> {
    let sql = format!("{} LIMIT {LISTED}", rule.broken);
    for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await? {
        let found = row.try_get::<String>("", "found")?;
        report.add(rule.name, rule.table, row_id(&row)?, found);
    }
    Ok(())
}

/// Almost every row is known by a UUID; the few others by a text.
fn row_id(row: &QueryResult) -> Result<String, DbErr> {
    match row.try_get::<Uuid>("", "row_id") {
        Ok(id) => Ok(id.to_string()),
        Err(_) => row.try_get("", "row_id"),
    }
}
