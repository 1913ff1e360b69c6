//! Rules of accounts, entries, holds, claims and the journal.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "account_is_sum_of_entries",
        table: "points_account",
        broken: "\
SELECT a.volunteer_id AS row_id,
    'row ' || a.available || '/' || a.held || '/' || a.recovery_due || ' at ' || a.last_seq
    || ', entries ' || coalesce(e.available, 0) || '/' || coalesce(e.held, 0) || '/'
    || coalesce(e.due, 0) || ' at ' || coalesce(e.entries, 0) AS found
FROM points_account a LEFT JOIN (
    SELECT volunteer_id, sum(available_delta) AS available, sum(held_delta) AS held,
        sum(recovery_delta) AS due, count(*) AS entries
    FROM ledger_entry GROUP BY volunteer_id) e ON e.volunteer_id = a.volunteer_id
WHERE a.available <> coalesce(e.available, 0) OR a.held <> coalesce(e.held, 0)
    OR a.recovery_due <> coalesce(e.due, 0) OR a.last_seq <> coalesce(e.entries, 0)",
    },
    Rule {
        name: "account_ends_with_last_entry",
        table: "points_account",
        broken: "\
SELECT a.volunteer_id AS row_id, 'hash or time is not that of entry ' || a.last_seq AS found
FROM points_account a LEFT JOIN ledger_entry e
    ON e.volunteer_id = a.volunteer_id AND e.seq = a.last_seq
WHERE a.last_hash <> coalesce(e.hash,
        '0000000000000000000000000000000000000000000000000000000000000000')
    OR a.updated_at <> coalesce(e.created_at, a.updated_at)",
    },
    Rule {
        name: "who_owes_has_none_to_spend",
        table: "points_account",
        broken: "\
SELECT volunteer_id AS row_id, recovery_due || ' due, ' || available || ' to spend' AS found
FROM points_account WHERE recovery_due > 0 AND available > 0",
    },
    Rule {
        name: "late_attendance_has_two_persons",
        table: "attendance",
        broken: "\
SELECT a.id AS row_id, 'entered by hand without two persons' AS found
FROM attendance a LEFT JOIN late_entry l ON l.attendance_id = a.id AND l.state = 'approved'
    AND l.entered_by = a.entered_by AND l.decided_by = a.approved_by
WHERE a.source = 'late_entry' AND l.id IS NULL",
    },
    Rule {
        name: "entry_has_account",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, 'no account row' AS found FROM ledger_entry e
WHERE NOT EXISTS (SELECT 1 FROM points_account a WHERE a.volunteer_id = e.volunteer_id)",
    },
    Rule {
        name: "source_posts_once",
        table: "ledger_entry",
        broken: "\
SELECT source_id AS row_id, count(*) || ' entries ' || kind || ' of one ' || source_kind AS found
FROM ledger_entry GROUP BY source_kind, source_id, kind HAVING count(*) > 1",
    },
    Rule {
        name: "held_is_sum_of_open_holds",
        table: "points_account",
        broken: "\
SELECT a.volunteer_id AS row_id, 'held ' || a.held || ', open ' || coalesce(h.points, 0) AS found
FROM points_account a LEFT JOIN (
    SELECT volunteer_id, sum(points) AS points FROM hold WHERE state = 'open'
    GROUP BY volunteer_id) h ON h.volunteer_id = a.volunteer_id
WHERE a.held <> coalesce(h.points, 0)",
    },
    Rule {
        name: "hold_begins_with_its_entry",
        table: "hold",
        broken: "\
SELECT h.id AS row_id, h.points || ' points, entry ' || coalesce(e.held_delta, 0) AS found
FROM hold h LEFT JOIN ledger_entry e
    ON e.source_kind = 'redemption' AND e.source_id = h.redemption_id AND e.kind = 'hold'
WHERE e.id IS NULL OR e.volunteer_id <> h.volunteer_id OR e.held_delta <> h.points
    OR e.created_at <> h.created_at",
    },
    Rule {
        name: "hold_ends_once",
        table: "hold",
        broken: "\
SELECT h.id AS row_id, h.state || ', entry ' || coalesce(e.kind, 'none') AS found
FROM hold h LEFT JOIN ledger_entry e
    ON e.source_kind = 'redemption' AND e.source_id = h.redemption_id
    AND e.kind IN ('commit', 'release')
WHERE (h.state = 'open' AND e.id IS NOT NULL) OR (h.state <> 'open' AND (
    e.id IS NULL OR e.volunteer_id <> h.volunteer_id OR e.held_delta <> -h.points
    OR e.kind <> CASE h.state WHEN 'committed' THEN 'commit' ELSE 'release' END
    OR h.ended_entry_id IS NULL OR h.ended_entry_id <> e.id
    OR h.ended_at IS NULL OR h.ended_at <> e.created_at))",
    },
    Rule {
        name: "held_entry_has_hold",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, e.kind || ' without a hold' AS found FROM ledger_entry e
WHERE e.kind IN ('hold', 'commit', 'release') AND (e.source_kind <> 'redemption'
    OR NOT EXISTS (SELECT 1 FROM hold h WHERE h.redemption_id = e.source_id))",
    },
    Rule {
        name: "undoing_is_exact",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, e.kind || ' of ' || coalesce(r.kind, 'nothing') AS found
FROM ledger_entry e LEFT JOIN ledger_entry r ON r.id = e.refers_to
WHERE CASE e.kind
    WHEN 'reverse' THEN r.id IS NULL OR r.kind NOT IN ('opening', 'earn')
        OR r.available_delta <> e.recovery_delta - e.available_delta
    WHEN 'restore' THEN r.id IS NULL OR CASE
        WHEN r.kind = 'zero_out' THEN -r.available_delta < e.available_delta
        WHEN r.kind IN ('opening', 'earn') THEN r.available_delta < e.available_delta
            OR NOT EXISTS (
            SELECT 1 FROM ledger_entry b WHERE b.volunteer_id = e.volunteer_id
                AND b.seq = e.seq + 1 AND b.kind = 'reverse' AND b.refers_to = r.id)
        ELSE TRUE END
    WHEN 'return' THEN r.id IS NULL OR r.kind <> 'commit'
        OR r.held_delta <> -e.available_delta OR r.source_id <> e.source_id
    WHEN 'expire' THEN r.id IS NULL OR r.kind NOT IN ('opening', 'earn')
        OR r.available_delta < -e.available_delta
    ELSE e.refers_to IS NOT NULL END
    OR r.volunteer_id <> e.volunteer_id OR r.seq >= e.seq",
    },
    Rule {
        name: "undone_once",
        table: "ledger_entry",
        broken: "\
SELECT refers_to AS row_id, count(*) || ' entries undo it' AS found
FROM ledger_entry WHERE refers_to IS NOT NULL AND kind <> 'expire'
GROUP BY refers_to, kind HAVING count(*) > 1",
    },
    Rule {
        name: "expired_is_no_more_than_earned",
        table: "ledger_entry",
        broken: "\
SELECT r.id AS row_id, r.available_delta || ' earned, ' || -sum(e.available_delta) || ' expired'
    AS found
FROM ledger_entry e JOIN ledger_entry r ON r.id = e.refers_to WHERE e.kind = 'expire'
GROUP BY r.id, r.available_delta HAVING -sum(e.available_delta) > r.available_delta",
    },
    Rule {
        name: "recovery_follows_its_gain",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, 'after ' || coalesce(r.kind, 'nothing') AS found
FROM ledger_entry e LEFT JOIN ledger_entry r
    ON r.volunteer_id = e.volunteer_id AND r.seq = e.seq - 1
WHERE e.kind = 'recover' AND (r.id IS NULL
    OR r.kind NOT IN ('earn', 'release', 'return', 'restore') OR r.source_id <> e.source_id
    OR r.source_kind <> e.source_kind OR r.available_delta < -e.available_delta)",
    },
    Rule {
        name: "effective_claim_earned",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, c.points || ' points, earned ' || coalesce(e.available_delta, 0) AS found
FROM claim c LEFT JOIN ledger_entry e
    ON e.source_kind = 'claim' AND e.source_id = c.id AND e.kind = 'earn'
WHERE c.state = 'effective'
    AND (e.id IS NULL OR e.volunteer_id <> c.volunteer_id OR e.available_delta <> c.points)",
    },
    // The town's setting when it was certified: of the nearest site up its path, the latest.
    Rule {
        name: "certified_claim_earned",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, c.points || ' points, earned ' || coalesce(e.available_delta, 0) AS found
FROM claim c LEFT JOIN ledger_entry e
    ON e.source_kind = 'claim' AND e.source_id = c.id AND e.kind = 'earn'
WHERE c.state = 'certified'
    AND (e.id IS NULL OR e.volunteer_id <> c.volunteer_id OR e.available_delta <> c.points)
    AND NOT (e.id IS NULL AND '\"notice\"' = coalesce((
        SELECT CAST(s.value AS text) FROM setting s
        JOIN site own ON own.id = c.site_id
        JOIN site above ON above.id = s.site_id AND own.path LIKE above.path || '%'
        WHERE s.key = 'points_effective' AND s.effective_from <= c.decided_at
            AND NOT EXISTS (SELECT 1 FROM setting_withdrawal w WHERE w.setting_id = s.id)
        ORDER BY length(above.path) DESC, s.effective_from DESC LIMIT 1), ''))",
    },
    Rule {
        name: "earning_has_claim",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, e.available_delta || ' points, claim '
    || coalesce(c.state || ' ' || c.points, 'missing') AS found
FROM ledger_entry e LEFT JOIN claim c ON c.id = e.source_id
WHERE e.source_kind = 'claim' AND e.kind = 'earn'
    AND (c.id IS NULL OR e.volunteer_id <> c.volunteer_id OR e.available_delta <> c.points
    OR c.decided_by IS NULL
    OR c.state IN ('draft', 'submitted', 'under_review', 'returned', 'rejected', 'withdrawn'))",
    },
    Rule {
        name: "revoked_claim_reversed",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, 'revoked, its points stand' AS found
FROM claim c JOIN ledger_entry e
    ON e.source_kind = 'claim' AND e.source_id = c.id AND e.kind = 'earn'
WHERE c.state = 'revoked' AND NOT EXISTS (
    SELECT 1 FROM ledger_entry r WHERE r.kind = 'reverse' AND r.refers_to = e.id)",
    },
    Rule {
        name: "certifier_is_not_holder",
        table: "claim",
        broken: "\
SELECT c.id AS row_id, 'decided by its own volunteer' AS found
FROM claim c JOIN volunteer v ON v.id = c.volunteer_id WHERE v.account_id = c.decided_by",
    },
    Rule {
        name: "certifier_did_not_enter",
        table: "claim",
        broken: "\
SELECT id AS row_id, 'entered and certified by one person' AS found
FROM claim WHERE entered_by = decided_by AND state IN ('certified', 'in_notice', 'effective')",
    },
    Rule {
        name: "opening_was_seen_by_two",
        table: "ledger_entry",
        broken: "\
SELECT e.id AS row_id, e.available_delta || ' points, row '
    || coalesce(CAST(r.points AS varchar(20)), 'missing') AS found
FROM ledger_entry e LEFT JOIN opening_row r ON r.entry_id = e.id
LEFT JOIN opening_import i ON i.id = r.import_id
WHERE e.kind = 'opening' AND e.source_kind = 'opening'
    AND (i.id IS NULL OR r.volunteer_id <> e.volunteer_id OR r.points <> e.available_delta
    OR i.committed_by IS NULL OR i.committed_by = i.created_by
    OR e.actor_account_id IS NOT NULL)",
    },
    Rule {
        name: "opening_rows_are_counted",
        table: "opening_import",
        broken: "\
SELECT i.id AS row_id, 'done ' || i.rows_done || ', booked ' || i.rows_booked || ', rows '
    || coalesce(r.done, 0) || ' and ' || coalesce(r.booked, 0) AS found
FROM opening_import i LEFT JOIN (SELECT import_id, count(outcome) AS done,
    count(entry_id) AS booked FROM opening_row GROUP BY import_id) r ON r.import_id = i.id
WHERE i.rows_done <> coalesce(r.done, 0) OR i.rows_booked <> coalesce(r.booked, 0)
    OR (i.state = 'committed' AND i.rows_done <> i.row_count)",
    },
    Rule {
        name: "one_live_card",
        table: "volunteer",
        broken: "\
SELECT volunteer_id AS row_id, count(*) || ' live cards' AS found FROM card
WHERE state IN ('requested', 'issued', 'active', 'lost', 'suspended')
GROUP BY volunteer_id HAVING count(*) > 1",
    },
    Rule {
        name: "sign_ups_are_counted",
        table: "activity",
        broken: "\
SELECT a.id AS row_id, 'count ' || a.signed_up_count || ', signed up ' || coalesce(s.live, 0)
    AS found
FROM activity a LEFT JOIN (SELECT activity_id, count(*) AS live FROM sign_up
    WHERE state = 'signed_up' GROUP BY activity_id) s ON s.activity_id = a.id
WHERE a.signed_up_count <> coalesce(s.live, 0)",
    },
    Rule {
        name: "journal_has_no_holes",
        table: "journal_head",
        broken: "\
SELECT 'head' AS row_id, 'head ' || h.position || ', last ' || coalesce(j.last, 0) || ' of '
    || j.numbered AS found
FROM journal_head h CROSS JOIN (
    SELECT max(position) AS last, count(position) AS numbered FROM journal_event) j
WHERE h.position <> coalesce(j.last, 0) OR j.numbered <> h.position",
    },
];
