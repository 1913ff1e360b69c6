//! Rules of the hands that things went through.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "tree_key_has_two_persons",
        table: "tree_key",
        broken: "\
SELECT k.id AS row_id, 'approved by who proposed it' AS found FROM tree_key k
WHERE k.approved_by = k.proposed_by",
    },
    Rule {
        name: "handed_over_by_somebody",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, r.state || ', and nobody handed it over' AS found FROM redemption r
WHERE r.fulfilled_at IS NOT NULL AND r.fulfilled_by IS NULL",
    },
];
