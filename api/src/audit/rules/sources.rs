//! Rules of where entries come from, and that everybody was told of each.

use super::Rule;

/// Tests give points without claims, and take them without cases. A release is built without
/// that feature: what such a source posted there was forged.
#[cfg(feature = "test-support")]
macro_rules! but_of_tests {
    () => {
        " AND e.source_kind NOT IN ('test', 'trial')"
    };
}

#[cfg(not(feature = "test-support"))]
macro_rules! but_of_tests {
    () => {
        ""
    };
}

pub(super) const RULES: &[Rule] = &[
    // What is due is paid by what became available, under the source of that.
    Rule {
        name: "entry_has_its_source",
        table: "ledger_entry",
        broken: concat!(
            "\
SELECT e.id AS row_id, e.kind || ' of ' || e.source_kind AS found FROM ledger_entry e
WHERE NOT CASE e.kind
    WHEN 'opening' THEN e.source_kind = 'opening'
    WHEN 'earn' THEN e.source_kind = 'claim'
    WHEN 'reverse' THEN e.source_kind IN ('claim', 'objection')
    WHEN 'hold' THEN e.source_kind = 'redemption'
    WHEN 'commit' THEN e.source_kind = 'redemption'
    WHEN 'release' THEN e.source_kind = 'redemption'
    WHEN 'return' THEN e.source_kind = 'redemption'
    WHEN 'expire' THEN e.source_kind = 'expiry'
    WHEN 'zero_out' THEN e.source_kind = 'disqualification'
    WHEN 'restore' THEN e.source_kind IN ('claim', 'objection', 'disqualification')
    WHEN 'recover' THEN e.source_kind IN ('claim', 'redemption', 'disqualification')
    ELSE FALSE END",
            but_of_tests!()
        ),
    },
    // Grouped, the events are read once: SQLite would else look through all of them for each entry.
    Rule {
        name: "entry_is_told_of",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, e.kind || ' number ' || e.seq || ', and the journal does not tell of it'
    AS found
FROM ledger_entry e LEFT JOIN (SELECT subject_id, kind,
    CAST(data ->> 'seq' AS varchar(20)) AS seq,
    CAST(data ->> 'available_delta' AS varchar(20)) AS points, count(*) AS told
    FROM journal_event WHERE kind LIKE 'points.%'
    GROUP BY subject_id, kind, CAST(data ->> 'seq' AS varchar(20)),
        CAST(data ->> 'available_delta' AS varchar(20))) j
    ON j.subject_id = e.volunteer_id AND j.seq = CAST(e.seq AS varchar(20))
    AND j.points = CAST(e.available_delta AS varchar(20)) AND j.kind = 'points.' || e.kind
WHERE j.told IS NULL",
    },
];
