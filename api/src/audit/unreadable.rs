//! A value that cannot be read is a finding of its rule, and the other rules are still asked.

use sea_orm::DbErr;

use super::report::Report;
use crate::platform::readable::is_of_value;

/// Names the rule whose rows could not be read. A database that does not answer is no finding.
pub(super) fn or_named(
    report: &mut Report,
    (rule, table): (&'static str, &'static str),
    done: Result<(), DbErr>,
) -> Result<(), DbErr> {
    match done {
        Err(fault) if is_of_value(&fault) => {
            report.add(rule, table, "?", fault.to_string());
            Ok(())
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_named_and_a_database_that_is_away_is_not() {
        let mut report = Report::default();
        let rule = ("a_rule", "a_table");
        assert!(or_named(&mut report, rule, Ok(())).is_ok());
        assert!(or_named(&mut report, rule, Err(DbErr::Type("no hash".into()))).is_ok());
        assert!(or_named(&mut report, rule, Err(DbErr::Custom("away".into()))).is_err());
        let named: Vec<_> =
            report.violations.iter().map(|found| (found.rule, found.table)).collect();
        assert_eq!(named, [rule]);
        assert!(!report.is_sound());
    }
}
