//! Rules of quarterly bulletins.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "bulletin_figures_add_up",
        table: "bulletin_figure",
        broken: "\
SELECT f.bulletin_id AS row_id, 'row ' || f.position || ' closes with ' || f.closing AS found
FROM bulletin_figure f
WHERE f.opening + f.earned + f.taken_over - f.redeemed + f.given_back - f.expired - f.zeroed
    + f.restored - f.reversed <> f.closing",
    },
    Rule {
        name: "bulletin_whole_is_its_sites",
        table: "bulletin_figure",
        broken: "\
SELECT w.bulletin_id AS row_id, 'closes with ' || w.closing || ', its sites with '
    || coalesce(s.closing, 0) AS found
FROM bulletin_figure w LEFT JOIN (SELECT bulletin_id, sum(volunteers) AS volunteers,
    sum(activities) AS activities, sum(hours_tenths) AS hours_tenths, sum(opening) AS opening,
    sum(earned) AS earned, sum(taken_over) AS taken_over, sum(redeemed) AS redeemed,
    sum(given_back) AS given_back, sum(expired) AS expired, sum(zeroed) AS zeroed,
    sum(restored) AS restored, sum(reversed) AS reversed, sum(closing) AS closing,
    sum(handed_out) AS handed_out, sum(handed_out_points) AS handed_out_points,
    sum(participants) AS participants, max(participants) AS most
    FROM bulletin_figure WHERE position > 0 GROUP BY bulletin_id) s
    ON s.bulletin_id = w.bulletin_id
WHERE w.position = 0 AND (w.volunteers <> coalesce(s.volunteers, 0)
    OR w.activities <> coalesce(s.activities, 0)
    OR w.hours_tenths <> coalesce(s.hours_tenths, 0) OR w.opening <> coalesce(s.opening, 0)
    OR w.earned <> coalesce(s.earned, 0) OR w.taken_over <> coalesce(s.taken_over, 0)
    OR w.redeemed <> coalesce(s.redeemed, 0) OR w.given_back <> coalesce(s.given_back, 0)
    OR w.expired <> coalesce(s.expired, 0) OR w.zeroed <> coalesce(s.zeroed, 0)
    OR w.restored <> coalesce(s.restored, 0) OR w.reversed <> coalesce(s.reversed, 0)
    OR w.closing <> coalesce(s.closing, 0) OR w.handed_out <> coalesce(s.handed_out, 0)
    OR w.handed_out_points <> coalesce(s.handed_out_points, 0)
    OR w.participants > coalesce(s.participants, 0) OR w.participants < coalesce(s.most, 0))",
    },
    Rule {
        name: "bulletin_counts_its_lines",
        table: "bulletin",
        broken: "\
SELECT b.id AS row_id, b.line_count || ' lines of ' || b.line_points || ' points, found '
    || coalesce(l.lines, 0) || ' of ' || coalesce(l.points, 0) AS found
FROM bulletin b LEFT JOIN (SELECT bulletin_id, count(*) AS lines, sum(points) AS points,
    max(position) AS last FROM bulletin_line GROUP BY bulletin_id) l ON l.bulletin_id = b.id
LEFT JOIN bulletin_figure w ON w.bulletin_id = b.id AND w.position = 0
WHERE b.state <> 'compiling' AND (b.line_count <> coalesce(l.lines, 0)
    OR b.line_points <> coalesce(l.points, 0) OR b.line_count <> coalesce(l.last, 0)
    OR w.handed_out IS NULL OR w.handed_out <> b.line_count
    OR w.handed_out_points <> b.line_points)",
    },
    Rule {
        name: "bulletin_line_is_its_redemption",
        table: "bulletin_line",
        broken: "\
SELECT l.redemption_id AS row_id, l.quantity || ' for ' || l.points || ', redeemed '
    || r.quantity || ' for ' || r.points || ', ' || r.state AS found
FROM bulletin_line l JOIN redemption r ON r.id = l.redemption_id
WHERE l.volunteer_id <> r.volunteer_id OR l.site_id <> r.site_id OR l.quantity <> r.quantity
    OR l.points <> r.points OR r.fulfilled_at IS NULL OR l.handed_at <> r.fulfilled_at
    OR r.state NOT IN ('fulfilled', 'returned')
    OR (l.returned_at IS NOT NULL AND r.state <> 'returned')",
    },
    Rule {
        name: "bulletin_said_returned_is_returned",
        table: "bulletin_correction",
        broken: "\
SELECT k.id AS row_id, 'said to be returned, is ' || coalesce(r.state, 'no line') AS found
FROM bulletin_correction k
LEFT JOIN bulletin_line l ON l.bulletin_id = k.bulletin_id AND l.position = k.position
LEFT JOIN redemption r ON r.id = l.redemption_id
WHERE k.kind = 'returned' AND coalesce(r.state, '') <> 'returned'",
    },
];
