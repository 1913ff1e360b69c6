//! What the sealed journal tells of and nothing ever deletes is still there.

use super::Rule;

pub(super) const RULES: &[Rule] = &[Rule {
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
}];
