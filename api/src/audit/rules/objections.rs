//! Rules of objections.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "upheld_objection_was_reversed",
        table: "objection",
        broken: "\
SELECT o.id AS row_id, 'upheld and executed, entry ' || e.seq || ' not reversed' AS found
FROM objection o JOIN ledger_entry e ON e.kind = 'earn' AND e.source_kind = 'claim'
    AND e.created_at <= o.executed_at AND (
        (o.subject_kind = 'claim' AND e.source_id = o.subject_id)
        OR (o.subject_kind = 'ledger_entry' AND e.id = o.subject_id))
-- What the holder says of her own record takes nothing from her.
WHERE o.outcome = 'upheld' AND o.executed_at IS NOT NULL
    AND (o.filer_volunteer_id IS NULL OR o.filer_volunteer_id <> o.subject_volunteer_id)
    AND NOT EXISTS (
    SELECT 1 FROM ledger_entry r WHERE r.kind = 'reverse' AND r.refers_to = e.id)",
    },
    Rule {
        name: "objection_trail_ends_in_its_state",
        table: "objection",
        broken: "\
SELECT o.id AS row_id, 'state ' || o.state || ', no such step' AS found FROM objection o
WHERE NOT EXISTS (
    SELECT 1 FROM objection_step s WHERE s.objection_id = o.id AND s.state = o.state)",
    },
];
