//! Rules of stock, redemptions and their counters.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "lot_adds_up",
        table: "stock_lot",
        broken: "\
SELECT id AS row_id, received || ' received, ' || on_hand || ' on hand, ' || reserved
    || ' reserved, ' || issued || ' issued, ' || written_off || ' written off' AS found
FROM stock_lot WHERE received + surplus <> on_hand + issued + written_off OR surplus < 0
    OR reserved < 0 OR reserved > on_hand OR issued < 0 OR written_off < 0",
    },
    Rule {
        name: "lot_is_sum_of_movements",
        table: "stock_lot",
        broken: "\
SELECT l.id AS row_id, 'movements: ' || coalesce(m.received, 0) || ' received, '
    || coalesce(m.reserved, 0) || ' reserved, ' || coalesce(m.issued, 0) || ' issued, '
    || coalesce(m.written_off, 0) || ' written off' AS found
FROM stock_lot l LEFT JOIN (SELECT stock_lot_id,
    sum(CASE kind WHEN 'receive' THEN quantity ELSE 0 END) AS received,
    sum(CASE kind WHEN 'reserve' THEN quantity WHEN 'unreserve' THEN -quantity
        WHEN 'issue' THEN -quantity ELSE 0 END) AS reserved,
    sum(CASE kind WHEN 'issue' THEN quantity WHEN 'return' THEN -quantity ELSE 0 END) AS issued,
    sum(CASE WHEN kind IN ('write_off', 'count_loss') THEN quantity ELSE 0 END) AS written_off,
    sum(CASE kind WHEN 'count_surplus' THEN quantity ELSE 0 END) AS surplus
    FROM stock_movement GROUP BY stock_lot_id) m ON m.stock_lot_id = l.id
WHERE l.received <> coalesce(m.received, 0) OR l.reserved <> coalesce(m.reserved, 0)
    OR l.issued <> coalesce(m.issued, 0) OR l.written_off <> coalesce(m.written_off, 0)
    OR l.surplus <> coalesce(m.surplus, 0)",
    },
    Rule {
        name: "reserved_is_sum_of_redemptions",
        table: "stock_lot",
        broken: "\
SELECT l.id AS row_id, 'reserved ' || l.reserved || ', redemptions ' || coalesce(r.pieces, 0)
    AS found
FROM stock_lot l LEFT JOIN (SELECT p.stock_lot_id, sum(p.quantity) AS pieces
    FROM redemption_lot p JOIN redemption d ON d.id = p.redemption_id
    WHERE d.state IN ('created', 'ready') GROUP BY p.stock_lot_id) r ON r.stock_lot_id = l.id
WHERE l.reserved <> coalesce(r.pieces, 0)",
    },
    Rule {
        name: "redemption_is_served_whole",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, r.state || ' ' || r.quantity || ', lots ' || p.pieces AS found
FROM redemption r JOIN (SELECT redemption_id, sum(quantity) AS pieces
    FROM redemption_lot GROUP BY redemption_id) p ON p.redemption_id = r.id
WHERE r.quantity <> p.pieces OR r.state IN ('cancelled', 'expired')",
    },
    Rule {
        name: "redemption_has_its_hold",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, r.state || ' ' || r.points || ', hold '
    || coalesce(h.state || ' ' || h.points, 'missing') AS found
FROM redemption r LEFT JOIN hold h ON h.redemption_id = r.id
WHERE h.id IS NULL OR h.points <> r.points OR h.volunteer_id <> r.volunteer_id
    OR h.state <> CASE WHEN r.state IN ('created', 'ready') THEN 'open'
        WHEN r.state IN ('fulfilled', 'returned') THEN 'committed' ELSE 'released' END",
    },
    Rule {
        name: "returned_redemption_given_back",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, r.state || ', return ' || coalesce(e.available_delta, 0) AS found
FROM redemption r LEFT JOIN ledger_entry e
    ON e.source_kind = 'redemption' AND e.source_id = r.id AND e.kind = 'return'
WHERE (r.state = 'returned') <> (e.id IS NOT NULL)",
    },
    Rule {
        name: "clerk_is_not_recipient",
        table: "redemption",
        broken: "\
SELECT r.id AS row_id, 'handed out by its own volunteer' AS found
FROM redemption r JOIN volunteer v ON v.id = r.volunteer_id WHERE v.account_id = r.fulfilled_by",
    },
    Rule {
        name: "clerk_did_not_place_it",
        table: "redemption",
        broken: "\
SELECT id AS row_id, 'placed and handed out by one person' AS found
FROM redemption WHERE fulfilled_by = created_by",
    },
    // Whether returned goods free their place again is the session's own affair.
    Rule {
        name: "session_items_are_counted",
        table: "session_item",
        broken: "\
SELECT i.id AS row_id, 'taken ' || i.quantity_taken || ', redeemed ' || coalesce(r.live, 0)
    AS found
FROM session_item i LEFT JOIN (SELECT session_item_id, sum(quantity) AS live,
    sum(CASE state WHEN 'returned' THEN quantity ELSE 0 END) AS back
    FROM redemption WHERE state NOT IN ('cancelled', 'expired')
    GROUP BY session_item_id) r ON r.session_item_id = i.id
WHERE i.quantity_taken > coalesce(r.live, 0)
    OR i.quantity_taken < coalesce(r.live - r.back, 0)",
    },
    Rule {
        name: "session_persons_are_counted",
        table: "session_person",
        broken: "\
SELECT p.volunteer_id AS row_id, 'taken ' || p.items_taken || ', redeemed '
    || coalesce(r.live, 0) AS found
FROM session_person p LEFT JOIN (SELECT session_id, volunteer_id, sum(quantity) AS live,
    sum(CASE state WHEN 'returned' THEN quantity ELSE 0 END) AS back
    FROM redemption WHERE state NOT IN ('cancelled', 'expired')
    GROUP BY session_id, volunteer_id) r
    ON r.session_id = p.session_id AND r.volunteer_id = p.volunteer_id
WHERE p.items_taken > coalesce(r.live, 0) OR p.items_taken < coalesce(r.live - r.back, 0)",
    },
];
