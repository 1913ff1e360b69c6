//! Data of the points bank: tables and value enums, no query and no rule.
