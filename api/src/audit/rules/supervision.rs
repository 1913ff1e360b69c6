//! Rules of supervision.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "nominator_neither_vetted_nor_appointed",
        table: "supervisor_post",
        broken: "\
SELECT p.id AS row_id, 'nominated by who vetted or appointed' AS found FROM supervisor_post p
WHERE p.vetted_by = p.nominated_by OR p.appointed_by = p.nominated_by",
    },
    Rule {
        name: "no_more_supervisors_than_two",
        table: "site",
        broken: "\
SELECT p.site_id AS row_id, count(*) || ' appointed' AS found FROM supervisor_post p
WHERE p.state = 'appointed' GROUP BY p.site_id HAVING count(*) > 2",
    },
    Rule {
        name: "supervisor_is_no_staff",
        table: "supervisor_post",
        broken: "\
SELECT p.id AS row_id, r.role || ' of the same chain' AS found
FROM supervisor_post p JOIN site s ON s.id = p.site_id
    JOIN role_assignment r ON r.account_id = p.account_id AND r.revoked_at IS NULL
        AND r.role <> 'supervisor'
    JOIN site o ON o.id = r.site_id
-- Before the first day she watches over nothing; on that day it is asked once more.
WHERE p.state = 'appointed' AND p.role_assignment_id IS NOT NULL
    AND (s.path LIKE o.path || '%' OR o.path LIKE s.path || '%')",
    },
    Rule {
        name: "ended_post_has_no_role",
        table: "supervisor_post",
        broken: "\
SELECT p.id AS row_id, 'over, and the role goes on' AS found FROM supervisor_post p
    JOIN role_assignment r ON r.id = p.role_assignment_id
WHERE p.state <> 'appointed' AND r.revoked_at IS NULL",
    },
    Rule {
        name: "one_freeze_in_force",
        table: "supervision_freeze",
        broken: "\
SELECT f.subject_id AS row_id, count(*) || ' freezes in force' AS found FROM supervision_freeze f
WHERE f.ended_at IS NULL GROUP BY f.subject_kind, f.subject_id HAVING count(*) > 1",
    },
    Rule {
        name: "frozen_claim_has_its_freeze",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, 'marked, and no such freeze' AS found FROM claim c
WHERE c.frozen_until IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM supervision_freeze f WHERE f.subject_id = c.id AND f.subject_kind <> 'redemption'
        AND f.ended_at IS NULL AND f.frozen_until = c.frozen_until)",
    },
    Rule {
        name: "frozen_redemption_has_its_freeze",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, 'marked ' || r.state || ', and no such freeze' AS found FROM redemption r
WHERE r.frozen_until IS NOT NULL AND (r.state NOT IN ('created', 'ready') OR NOT EXISTS (
    SELECT 1 FROM supervision_freeze f WHERE f.subject_id = r.id AND f.subject_kind = 'redemption'
        AND f.ended_at IS NULL AND f.frozen_until = r.frozen_until))",
    },
    Rule {
        name: "freeze_in_force_is_marked",
        table: "supervision_freeze",
        broken: "\
SELECT f.id AS row_id, f.subject_kind || ' without its mark' AS found FROM supervision_freeze f
    LEFT JOIN claim c ON c.id = f.subject_id AND f.subject_kind <> 'redemption'
    LEFT JOIN redemption r ON r.id = f.subject_id AND f.subject_kind = 'redemption'
WHERE f.ended_at IS NULL AND coalesce(c.frozen_until, r.frozen_until) IS NULL",
    },
    Rule {
        name: "only_drawn_cases_are_judged",
        table: "supervision_sample",
        broken: "\
SELECT c.sample_id AS row_id, 'case ' || c.position || ' judged, not drawn' AS found
FROM supervision_sample_case c WHERE c.verdict IS NOT NULL AND c.draw_order IS NULL",
    },
];
