//! What the sealed journal tells of and nothing ever deletes is still there.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "what_the_journal_tells_of_is_there",
        table: "journal_event",
        broken: "\
SELECT j.subject_id AS row_id, j.kind || ', and there is no such row' AS found
FROM journal_event j
WHERE j.kind IN ('bulletin.published', 'notice.opened', 'sample.drawn', 'supervision_report.filed',
        'disqualification.proposed', 'objection.filed', 'rule_version.published')
    AND NOT CASE j.subject_type
        WHEN 'bulletin' THEN EXISTS (
            SELECT 1 FROM bulletin r WHERE r.id = j.subject_id AND r.state IN ('published', 'archived'))
        WHEN 'notice_round' THEN EXISTS (
            SELECT 1 FROM notice_round r WHERE r.id = j.subject_id AND r.state <> 'drafting')
        WHEN 'sample' THEN EXISTS (
            SELECT 1 FROM supervision_sample r WHERE r.id = j.subject_id)
        WHEN 'supervision_report' THEN EXISTS (
            SELECT 1 FROM supervision_report r WHERE r.id = j.subject_id)
        WHEN 'disqualification' THEN EXISTS (
            SELECT 1 FROM disqualification r WHERE r.id = j.subject_id)
        WHEN 'objection' THEN EXISTS (
            SELECT 1 FROM objection r WHERE r.id = j.subject_id)
        WHEN 'rule_version' THEN EXISTS (
            SELECT 1 FROM rule_version r WHERE r.id = j.subject_id)
        ELSE FALSE END",
    },
    Rule {
        name: "objection_event_has_its_step",
        table: "objection",
        broken: "\
SELECT j.subject_id AS row_id, j.kind || ' told ' || j.told || ' times, steps '
    || coalesce(s.steps, 0) AS found
FROM (SELECT subject_id, kind, count(*) AS told FROM journal_event
    WHERE kind LIKE 'objection.%' GROUP BY subject_id, kind) j
LEFT JOIN (SELECT objection_id, action, count(*) AS steps FROM objection_step
    GROUP BY objection_id, action) s ON s.objection_id = j.subject_id
    AND s.action = CASE j.kind WHEN 'objection.filed' THEN 'file'
        WHEN 'objection.accepted' THEN 'accept' WHEN 'objection.not_accepted' THEN 'refuse'
        WHEN 'objection.investigating' THEN 'investigate' WHEN 'objection.decided' THEN 'decide'
        WHEN 'objection.executed' THEN 'execute' WHEN 'objection.closed' THEN 'close'
        WHEN 'objection.withdrawn' THEN 'withdraw' WHEN 'objection.appealed' THEN 'appeal' END
WHERE j.told <> coalesce(s.steps, 0)",
    },
    // Step and event are of one instant. She may have been readmitted before her case ended.
    Rule {
        name: "case_event_left_its_mark",
        table: "disqualification",
        broken: "\
SELECT d.id AS row_id, j.kind || ', and the case does not say so' AS found
FROM journal_event j JOIN disqualification d ON d.id = j.subject_id
WHERE j.kind LIKE 'disqualification.%' AND NOT CASE j.kind
    WHEN 'disqualification.proposed' THEN d.proposed_at = j.occurred_at
    WHEN 'disqualification.notified' THEN
        d.notified_by IS NOT NULL AND coalesce(d.notified_at = j.occurred_at, FALSE)
    WHEN 'disqualification.delivered' THEN coalesce(d.delivered_at = j.occurred_at, FALSE)
    WHEN 'disqualification.supervised' THEN
        d.supervised_by IS NOT NULL AND coalesce(d.supervised_at = j.occurred_at, FALSE)
    WHEN 'disqualification.reviewed' THEN
        d.reviewed_by IS NOT NULL AND coalesce(d.reviewed_at = j.occurred_at, FALSE)
    WHEN 'disqualification.decided' THEN
        d.decided_by IS NOT NULL AND coalesce(d.decided_at = j.occurred_at, FALSE)
    WHEN 'disqualification.executed' THEN
        d.executed_by IS NOT NULL AND coalesce(d.executed_at = j.occurred_at, FALSE)
    WHEN 'disqualification.appealed' THEN coalesce(d.appealed_at = j.occurred_at, FALSE)
    WHEN 'disqualification.overturned' THEN
        d.appeal_decided_by IS NOT NULL AND coalesce(d.appeal_decided_at = j.occurred_at, FALSE)
    WHEN 'disqualification.upheld' THEN
        d.appeal_decided_by IS NOT NULL AND coalesce(d.appeal_decided_at = j.occurred_at, FALSE)
    WHEN 'disqualification.dropped' THEN
        d.dropped_by IS NOT NULL AND coalesce(d.dropped_at = j.occurred_at, FALSE)
    WHEN 'disqualification.ended' THEN d.readmitted_at IS NOT NULL
    ELSE TRUE END",
    },
    // A case used to keep the last statement only; the one moved out of it has the case's id.
    Rule {
        name: "statement_told_of_is_kept",
        table: "disqualification",
        broken: "\
SELECT j.subject_id AS row_id, 'she spoke, and what she said is gone' AS found
FROM journal_event j LEFT JOIN disqualification_statement s
    ON s.disqualification_id = j.subject_id AND s.at = j.occurred_at
LEFT JOIN disqualification_statement moved ON moved.id = j.subject_id
WHERE j.kind = 'disqualification.statement_made' AND s.id IS NULL
    AND (moved.id IS NULL OR moved.at < j.occurred_at)",
    },
    // Hours that were put right later have a further version.
    Rule {
        name: "confirmed_service_has_its_record",
        table: "attendance",
        broken: "\
SELECT a.id AS row_id, 'hours of service confirmed, and there is no record of them' AS found
FROM journal_event j JOIN attendance a ON a.id = j.subject_id
JOIN activity y ON y.id = a.activity_id
LEFT JOIN rule_item i ON i.rule_version_id = y.rule_version_id AND i.code = y.rule_item_code
LEFT JOIN service_record r ON r.attendance_id = a.id AND r.revision = 1
WHERE j.kind = 'attendance.confirmed' AND y.kind = 'service' AND r.id IS NULL
    AND CAST(j.data ->> 'hours_tenths' AS varchar(20)) <> '0'
    AND coalesce(i.counts_as_service, TRUE)",
    },
];
