//! Tells a stored value that cannot be read from a database that cannot be asked.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Whether the database answered, and a value of its answer is none of its column's.
#[must_use]
pub fn is_of_value(fault: &DbErr) -> bool {
    if let DbErr::Query(RuntimeErr::SqlxError(fault)) = fault {
        return matches!(**fault, SqlxError::ColumnDecode { .. } | SqlxError::Decode(_));
    }
    matches!(fault, DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_value_is_the_values_fault() {
        let query = |fault: SqlxError| DbErr::Query(RuntimeErr::SqlxError(fault.into()));
        assert!(is_of_value(&DbErr::Type("no hash: x".into())));
        assert!(is_of_value(&query(SqlxError::Decode("not a number".into()))));
        assert!(!is_of_value(&query(SqlxError::PoolTimedOut)));
        assert!(!is_of_value(&DbErr::Custom("anything".into())));
    }
}
