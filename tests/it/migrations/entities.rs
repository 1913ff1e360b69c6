//! The entities as data: their columns and the words of their value enums.

use std::collections::BTreeMap;

use sea_orm::{ActiveEnum, ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable};

use crate::migrations::catalogue::{Column, Columns};

/// Every entity's table name with its columns, typed as PostgreSQL names them.
pub(super) fn tables() -> BTreeMap<String, Columns> {
    macro_rules! shapes {
        ($($table:ident),+ $(,)?) => {
            BTreeMap::from([$(shape(entity::$table::Entity)),+])
        };
    }
    shapes![
        account,
        activity,
        appointment,
        attendance,
        attendance_correction,
        audit_event,
        bulletin,
        bulletin_correction,
        bulletin_figure,
        bulletin_line,
        calendar_day,
        calendar_year,
        card,
        check_in_refusal,
        claim,
        consent,
        disqualification,
        disqualification_statement,
        goods,
        guardian,
        hold,
        idempotency_key,
        job_lease,
        journal_event,
        journal_head,
        journal_seal,
        key_check,
        late_entry,
        ledger_entry,
        opening_fault,
        opening_import,
        opening_row,
        objection,
        objection_step,
        notice_correction,
        notice_entry,
        notice_round,
        pickup_delegate,
        points_account,
        proxy,
        redemption,
        redemption_lot,
        redemption_point,
        redemption_session,
        refresh_token,
        relative,
        replay_line,
        role_assignment,
        rule_item,
        rule_set,
        rule_version,
        screen,
        service_record,
        session,
        session_item,
        session_person,
        setting,
        setting_withdrawal,
        sign_up,
        site,
        staff_invitation,
        stock_adjustment,
        stock_lot,
        stock_movement,
        tree,
        tree_checkpoint,
        tree_cosignature,
        tree_key,
        tree_leaf,
        tree_node,
        tree_reader,
        task,
        task_chunk,
        task_error,
        volunteer,
        volunteer_binding,
        identity_correction,
        wechat_identity,
        freeze,
        supervision_report,
        supervision_sample,
        supervision_sample_case,
        supervisor_appraisal,
        supervisor_post,
    ]
}

fn shape<E: EntityTrait>(entity: E) -> (String, Columns) {
    let columns = E::Column::iter().map(|column| {
        let definition = column.def();
        let shape = Column {
            type_name: type_name(definition.get_column_type()).to_owned(),
            nullable: definition.is_null(),
        };
        (column.as_str().to_owned(), shape)
    });
    (entity.table_name().to_owned(), columns.collect())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a type not listed must fail the test")]
fn type_name(kind: &ColumnType) -> &'static str {
    match kind {
        ColumnType::Uuid => "uuid",
        ColumnType::String(_) => "character varying",
        ColumnType::Text => "text",
        ColumnType::SmallInteger => "smallint",
        ColumnType::Integer => "integer",
        ColumnType::BigInteger => "bigint",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::TimestampWithTimeZone => "timestamp with time zone",
        ColumnType::JsonBinary => "jsonb",
        ColumnType::VarBinary(_) => "bytea",
        other => panic!("no column should be {other:?}"),
    }
}

/// Each check that closes a set of words, with the words of the entity's enum.
pub(super) fn closed_sets() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("site_kind", words::<entity::site::SiteKind>()),
        ("account_status", words::<entity::account::AccountStatus>()),
        ("session_audience", words::<entity::session::Audience>()),
        ("role_assignment_role", words::<entity::role_assignment::Role>()),
        ("volunteer_state", words::<entity::volunteer::VolunteerState>()),
        ("volunteer_id_type", words::<entity::volunteer::IdType>()),
        ("volunteer_registered_via", words::<entity::volunteer::RegisteredVia>()),
        ("consent_purpose", words::<entity::consent::ConsentPurpose>()),
        ("consent_channel", words::<entity::consent::ConsentChannel>()),
        ("consent_withdrawal_channel", words::<entity::consent::ConsentChannel>()),
        ("guardian_channel", words::<entity::consent::ConsentChannel>()),
        ("card_state", words::<entity::card::CardState>()),
        ("rule_version_state", words::<entity::rule_version::RuleVersionState>()),
        ("rule_item_unit", words::<entity::rule_item::RuleUnit>()),
        ("activity_kind", words::<entity::activity::ActivityKind>()),
        ("activity_state", words::<entity::activity::ActivityState>()),
        ("activity_risk_level", words::<entity::activity::RiskLevel>()),
        ("sign_up_state", words::<entity::sign_up::SignUpState>()),
        ("attendance_source", words::<entity::attendance::AttendanceSource>()),
        ("attendance_state", words::<entity::attendance::AttendanceState>()),
        ("late_entry_state", words::<entity::late_entry::LateEntryState>()),
        ("claim_state", words::<entity::claim::ClaimState>()),
        ("claim_entered_via", words::<entity::claim::EnteredVia>()),
        ("ledger_entry_kind", words::<entity::ledger_entry::LedgerKind>()),
        ("goods_state", words::<entity::goods::GoodsState>()),
        ("stock_lot_state", words::<entity::stock_lot::StockLotState>()),
        ("stock_lot_source", words::<entity::stock_lot::StockSource>()),
        ("redemption_session_state", words::<entity::redemption_session::RedemptionSessionState>()),
        ("redemption_state", words::<entity::redemption::RedemptionState>()),
        ("redemption_signature_kind", words::<entity::redemption::SignatureKind>()),
        ("pickup_delegate_relation", words::<entity::pickup_delegate::DelegateRelation>()),
        ("pickup_delegate_registered_via", words::<entity::volunteer::RegisteredVia>()),
        ("stock_adjustment_kind", words::<entity::stock_adjustment::StockAdjustmentKind>()),
        ("stock_adjustment_state", words::<entity::stock_adjustment::StockAdjustmentState>()),
        ("stock_movement_kind", words::<entity::stock_movement::StockMovementKind>()),
        ("opening_import_state", words::<entity::opening_import::OpeningImportState>()),
        ("hold_state", words::<entity::hold::HoldState>()),
        ("tree_leaf_kind", words::<entity::tree_leaf::LeafKind>()),
        ("tree_key_role", words::<entity::tree_key::TreeKeyRole>()),
        ("tree_key_algorithm", words::<entity::tree_key::KeyAlgorithm>()),
        ("tree_key_state", words::<entity::tree_key::TreeKeyState>()),
        ("calendar_day_kind", words::<entity::calendar_day::DayKind>()),
        ("disqualification_state", words::<entity::disqualification::DisqualificationState>()),
        ("disqualification_ground", words::<entity::disqualification::Ground>()),
        ("disqualification_delivered_via", words::<entity::disqualification::CaseChannel>()),
        ("disqualification_statement_via", words::<entity::disqualification::CaseChannel>()),
        ("disqualification_review_opinion", words::<entity::disqualification::ReviewOpinion>()),
        ("objection_kind", words::<entity::objection::ObjectionKind>()),
        ("objection_channel", words::<entity::objection::ObjectionChannel>()),
        ("objection_subject_kind", words::<entity::objection::ObjectionSubject>()),
        ("objection_state", words::<entity::objection::ObjectionState>()),
        ("objection_outcome", words::<entity::objection::ObjectionOutcome>()),
        ("objection_effect", words::<entity::objection::ObjectionEffect>()),
        ("objection_step_action", words::<entity::objection_step::ObjectionAction>()),
        ("objection_step_state", words::<entity::objection::ObjectionState>()),
        ("audit_event_actor_kind", words::<entity::audit_event::ActorKind>()),
        ("notice_round_state", words::<entity::notice_round::NoticeState>()),
        ("notice_entry_state", words::<entity::notice_entry::EntryState>()),
        ("notice_entry_frozen_reason", words::<entity::notice_entry::FreezeReason>()),
        ("notice_correction_kind", words::<entity::notice_correction::CorrectionKind>()),
        ("supervisor_post_state", words::<entity::supervisor_post::PostState>()),
        ("supervisor_appraisal_grade", words::<entity::supervisor_appraisal::AppraisalGrade>()),
        ("supervision_freeze_subject_kind", words::<entity::freeze::FreezeSubject>()),
        ("supervision_freeze_ended_how", words::<entity::freeze::FreezeEnd>()),
        ("supervision_sample_kind", words::<entity::supervision_sample::SampleKind>()),
        ("supervision_sample_state", words::<entity::supervision_sample::SampleState>()),
        ("supervision_sample_case_verdict", words::<entity::supervision_sample_case::Verdict>()),
        ("supervision_sample_case_follow_up", words::<entity::supervision_sample_case::FollowUp>()),
        ("supervision_report_state", words::<entity::supervision_report::ReportState>()),
        ("bulletin_state", words::<entity::bulletin::BulletinState>()),
        (
            "bulletin_correction_kind",
            words::<entity::bulletin_correction::BulletinCorrectionKind>(),
        ),
        ("task_state", words::<entity::task::TaskState>()),
    ]
}

fn words<E: ActiveEnum<Value = String> + Iterable>() -> Vec<String> {
    let mut words: Vec<String> = E::iter().map(|value| value.to_value()).collect();
    words.sort();
    words
}
