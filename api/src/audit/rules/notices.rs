//! Rules of notice rounds.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "noticed_claim_has_its_state",
        table: "notice_entry",
        broken: "\
SELECT e.claim_id AS row_id, 'entry ' || e.state || CASE WHEN e.settled_at IS NULL THEN ''
    ELSE ', settled' END || ', claim ' || c.state AS found
FROM notice_entry e JOIN notice_round r ON r.id = e.round_id JOIN claim c ON c.id = e.claim_id
WHERE r.state <> 'drafting' AND NOT CASE e.state
    WHEN 'listed' THEN c.state = CASE WHEN e.settled_at IS NULL THEN 'in_notice'
        ELSE 'effective' END
    WHEN 'frozen' THEN (e.frozen_reason <> 'earning_suspended'
            AND c.state IN ('objected', 'recheck'))
        OR (e.frozen_reason = 'earning_suspended' AND c.state = 'in_notice')
    ELSE c.state = 'revoked' END",
    },
    Rule {
        name: "claim_in_notice_stands_in_one",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, c.state || ' without an opened notice' AS found FROM claim c
WHERE c.state IN ('in_notice', 'objected', 'recheck', 'effective') AND NOT EXISTS (
    SELECT 1 FROM notice_entry e JOIN notice_round r ON r.id = e.round_id
    WHERE e.claim_id = c.id AND r.state <> 'drafting')",
    },
    Rule {
        name: "entry_is_what_its_claim_says",
        table: "notice_entry",
        broken: "\
SELECT e.claim_id AS row_id, e.points || ' points, claim ' || c.points AS found
FROM notice_entry e JOIN claim c ON c.id = e.claim_id
    JOIN notice_round r ON r.id = e.round_id
WHERE r.state <> 'drafting' AND (e.points <> c.points OR e.volunteer_id <> c.volunteer_id
    OR e.site_id <> c.site_id)",
    },
    Rule {
        name: "settled_round_left_nothing",
        table: "notice_entry",
        broken: "\
SELECT e.claim_id AS row_id, 'listed in a settled round' AS found
FROM notice_entry e JOIN notice_round r ON r.id = e.round_id
WHERE r.settled_at IS NOT NULL AND e.state = 'listed' AND e.settled_at IS NULL",
    },
    Rule {
        name: "round_counts_its_entries",
        table: "notice_round",
        broken: "\
SELECT r.id AS row_id, r.entry_count || ' entries of ' || r.points_total || ' points, found '
    || coalesce(e.entries, 0) || ' of ' || coalesce(e.points, 0) AS found
FROM notice_round r LEFT JOIN (SELECT round_id, count(*) AS entries, sum(points) AS points,
    max(position) AS last FROM notice_entry GROUP BY round_id) e ON e.round_id = r.id
WHERE r.entry_count <> coalesce(e.entries, 0) OR r.points_total <> coalesce(e.points, 0)
    OR r.entry_count <> coalesce(e.last, 0)",
    },
    Rule {
        name: "struck_entry_has_its_correction",
        table: "notice_entry",
        broken: "\
SELECT e.claim_id AS row_id, e.state || ', correction ' || coalesce(k.kind, 'none') AS found
FROM notice_entry e LEFT JOIN notice_correction k ON k.claim_id = e.claim_id
WHERE coalesce(k.kind, '') <> CASE e.state WHEN 'withdrawn' THEN 'withdrawn'
        WHEN 'corrected' THEN 'reversed' ELSE '' END
    OR (k.id IS NOT NULL AND (k.round_id <> e.round_id OR k.position <> e.position
        OR k.points_before <> e.points))",
    },
];
