//! Rules of accounts that were closed: nothing that lives may hang on who has left.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "closed_keeps_no_live_card",
        table: "card",
        broken: "\
SELECT c.id AS row_id, c.state || ', and its holder has left' AS found
FROM card c JOIN volunteer v ON v.id = c.volunteer_id
WHERE v.state = 'closed' AND c.state IN ('requested', 'issued', 'active', 'lost', 'suspended')",
    },
    Rule {
        name: "closed_keeps_no_open_claim",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, c.state || ', and its volunteer has left' AS found
FROM claim c JOIN volunteer v ON v.id = c.volunteer_id
WHERE v.state = 'closed' AND c.state IN ('draft', 'submitted', 'under_review', 'returned')",
    },
    Rule {
        name: "closed_keeps_no_open_redemption",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, r.state || ', and its holder has left' AS found
FROM redemption r JOIN volunteer v ON v.id = r.volunteer_id
WHERE v.state = 'closed' AND r.state IN ('created', 'ready')",
    },
    Rule {
        name: "closed_keeps_no_open_hold",
        table: "hold",
        broken: "\
SELECT h.id AS row_id, h.points || ' points held, and their holder has left' AS found
FROM hold h JOIN volunteer v ON v.id = h.volunteer_id
WHERE v.state = 'closed' AND h.state = 'open'",
    },
];
