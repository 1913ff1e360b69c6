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
-- What the holder says of her own record takes nothing from her; where the attendance was put
-- right its claims are worth what that is worth.
WHERE o.outcome = 'upheld' AND o.executed_at IS NOT NULL AND o.effect <> 'corrected'
    AND (o.filer_volunteer_id IS NULL OR o.filer_volunteer_id <> o.subject_volunteer_id)
    AND NOT EXISTS (
    SELECT 1 FROM ledger_entry r WHERE r.kind = 'reverse' AND r.refers_to = e.id)",
    },
    Rule {
        name: "corrected_objection_has_its_correction",
        table: "objection",
        broken: "\
SELECT o.id AS row_id, 'effect ' || coalesce(o.effect, 'none') || ', correction '
    || CASE WHEN c.id IS NULL THEN 'missing' WHEN c.executed_at IS NULL THEN 'not carried out'
        ELSE 'carried out' END AS found
FROM objection o LEFT JOIN attendance_correction c ON c.objection_id = o.id
WHERE (o.executed_at IS NOT NULL OR c.executed_at IS NOT NULL)
    AND (coalesce(o.effect, '') = 'corrected') <> (c.executed_at IS NOT NULL)
    OR c.decided_by <> o.decided_by OR c.executed_by <> o.executed_by",
    },
    Rule {
        name: "corrected_attendance_stands",
        table: "attendance",
        broken: "\
SELECT a.id AS row_id, a.state || ' ' || coalesce(a.hours_tenths, 0) || ', corrected to '
    || CASE WHEN c.present THEN 'present ' ELSE 'absent ' END || c.tenths_after AS found
FROM attendance_correction c JOIN attendance a ON a.id = c.attendance_id
WHERE c.executed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attendance_correction later
        WHERE later.attendance_id = c.attendance_id AND later.executed_at > c.executed_at)
    AND (a.state <> CASE WHEN c.present THEN 'confirmed' ELSE 'no_show' END
        OR coalesce(a.hours_tenths, 0) <> c.tenths_after)",
    },
    Rule {
        name: "nobody_earned_where_she_was_not",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, c.state || ', and she was not there' AS found
FROM claim c JOIN attendance a ON a.id = c.attendance_id
WHERE a.state = 'no_show' AND c.state IN ('certified', 'in_notice', 'effective', 'objected')
    AND NOT EXISTS (SELECT 1 FROM volunteer v WHERE v.id = c.volunteer_id AND v.state = 'closed')",
    },
    Rule {
        name: "service_record_is_of_its_attendance",
        table: "service_record",
        broken: "\
SELECT r.id AS row_id, r.hours_tenths || ' tenths, attendance ' || a.state || ' '
    || coalesce(a.hours_tenths, 0) AS found
FROM service_record r JOIN attendance a ON a.id = r.attendance_id
WHERE NOT EXISTS (SELECT 1 FROM service_record newer
        WHERE newer.attendance_id = r.attendance_id AND newer.revision > r.revision)
    AND r.hours_tenths <> CASE a.state WHEN 'confirmed' THEN coalesce(a.hours_tenths, 0)
        ELSE 0 END",
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
