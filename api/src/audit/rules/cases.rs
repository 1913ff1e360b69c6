//! Rules of disqualifications.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "disqualification_took_what_it_says",
        table: "disqualification",
        broken: "\
SELECT d.id AS row_id, 'says ' || d.points_taken || ', entry ' || coalesce(-e.available_delta, 0)
    AS found
FROM disqualification d LEFT JOIN ledger_entry e ON e.source_kind = 'disqualification'
    AND e.source_id = d.id AND e.kind = 'zero_out'
WHERE d.executed_at IS NOT NULL
    AND (d.points_taken <> coalesce(-e.available_delta, 0) OR
        (e.id IS NOT NULL AND e.volunteer_id <> d.volunteer_id))",
    },
    Rule {
        name: "zero_out_has_its_case",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, 'no executed disqualification' AS found FROM ledger_entry e
WHERE e.kind = 'zero_out' AND NOT EXISTS (
    SELECT 1 FROM disqualification d WHERE d.id = e.source_id
        AND e.source_kind = 'disqualification' AND d.executed_at IS NOT NULL)
    AND e.source_kind = 'disqualification'",
    },
    Rule {
        name: "overturned_was_restored",
        table: "disqualification",
        broken: "\
SELECT d.id AS row_id, 'state ' || d.state || ', restored ' || coalesce(e.available_delta, 0)
    || ' of ' || d.points_taken AS found
FROM disqualification d LEFT JOIN ledger_entry e ON e.source_kind = 'disqualification'
    AND e.source_id = d.id AND e.kind = 'restore'
WHERE d.executed_at IS NOT NULL AND CASE
    WHEN d.state <> 'overturned' THEN e.id IS NOT NULL
    WHEN coalesce(e.available_delta, 0) = d.points_taken THEN FALSE
    -- Less, where an earning was taken back in between: the entries' lots say how much.
    ELSE coalesce(e.available_delta, 0) > d.points_taken OR NOT EXISTS (
        SELECT 1 FROM ledger_entry z
        JOIN ledger_entry b ON b.volunteer_id = z.volunteer_id AND b.seq > z.seq
            AND b.kind = 'restore' AND b.source_kind = 'claim'
        WHERE z.source_kind = 'disqualification' AND z.source_id = d.id
            AND z.kind = 'zero_out') END",
    },
    Rule {
        name: "disqualified_by_a_case",
        table: "volunteer",
        broken: "\
SELECT v.id AS row_id, 'disqualified without a case in force' AS found FROM volunteer v
WHERE v.state = 'disqualified' AND NOT EXISTS (
    SELECT 1 FROM disqualification d WHERE d.volunteer_id = v.id AND d.executed_at IS NOT NULL
        AND d.readmitted_at IS NULL)",
    },
    // Who has left stays away.
    Rule {
        name: "case_in_force_disqualifies",
        table: "volunteer",
        broken: "\
SELECT v.id AS row_id, v.state || ', and her case is in force' AS found
FROM disqualification d JOIN volunteer v ON v.id = d.volunteer_id
WHERE d.executed_at IS NOT NULL AND d.readmitted_at IS NULL
    AND v.state NOT IN ('disqualified', 'closed')",
    },
    Rule {
        name: "disqualified_ordered_nothing",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, 'open, and its holder is disqualified' AS found
FROM redemption r JOIN volunteer v ON v.id = r.volunteer_id
WHERE v.state = 'disqualified' AND r.state IN ('created', 'ready')",
    },
];
