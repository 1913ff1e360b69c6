//! The sections of an export: which rows are hers, and what of each she gets. Read across the
//! slices.

use std::pin::Pin;

use entity::freeze as supervision_freeze;
use entity::ids::{AccountId, ProxyId, VolunteerId};
use entity::{
    account, attendance, attendance_correction, audit_event, card, check_in_refusal, claim,
    consent, disqualification, disqualification_statement, guardian, identity_correction,
    late_entry, ledger_entry, notice_entry, objection, pickup_delegate, points_account, proxy,
    redemption, relative, role_assignment, service_record, session, sign_up, supervisor_post,
    volunteer, volunteer_binding, wechat_identity,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::platform::failure::Failure;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::volunteer as volunteers;

/// Whose data it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    pub(super) volunteer: VolunteerId,
    pub(super) account: AccountId,
}

/// What a page of a section is: each record with its key.
type Records = Result<Vec<(Uuid, Value)>, DbErr>;
type Reading<'d> = Pin<Box<dyn Future<Output = Records> + 'd>>;

/// One kind of record.
pub(super) struct Section {
    pub(super) kind: &'static str,
    /// So many records of this holder after a key, in the order of keys.
    pub(super) read: for<'d> fn(&'d DatabaseConnection, Holder, Option<Uuid>, u64) -> Reading<'d>,
}

/// Declares a section: rows of a table that belong to the holder by a column, in the order of a
/// key, the columns she gets, and which rows are not hers to know yet.
macro_rules! section {
    ($kind:expr, $table:ident by $whose:ident = $holder:ident, key $key:ident $field:ident,
     [$($column:ident),+ $(,)?] $(, if $only:expr)?) => {
        Section {
            kind: $kind,
            read: |db, holder, after, limit| Box::pin(async move {
                let mut query = $table::Entity::find()
                    .filter($table::Column::$whose.eq(holder.$holder))
                    $(.filter($only))?
                    .order_by_asc($table::Column::$key)
                    .limit(limit);
                if let Some(after) = after {
                    query = query.filter($table::Column::$key.gt(after));
                }
                let rows = query.all(db).await?.into_iter();
                Ok(rows.map(|row| (Uuid::from(row.$field), json!({
                    $(stringify!($column): row.$column),+
                }))).collect())
            }),
        }
    };
}

/// The kind of the profile, which gets what is stored sealed on top.
pub(super) const PROFILE: &str = "profile";

/// The kind of what she objected to, which names its subject as she is shown it.
pub(super) const OBJECTION: &str = "objection";

/// The kinds of authorisations: to act for the holder, and hers to act for others.
const PROXY: &str = "proxy";
const PROXY_HELD: &str = "proxy_held";

/// Every kind, in the order in which it is exported.
pub(super) const SECTIONS: &[Section] = &[
    section!(PROFILE, volunteer by Id = volunteer, key Id id,
        [id, site_id, state, name, gender, birth_date, id_type, phone_verified,
         external_volunteer_no, groups, skills, service_types, registered_via, assisted_reason,
         assisted_witness, verified_at, state_reason, created_at, updated_at]),
    section!("account", account by Id = account, key Id id,
        [id, status, display_name, created_at, status_reason, status_changed_at]),
    section!("wechat_identity", wechat_identity by AccountId = account, key Id id,
        [appid, openid, unionid, created_at]),
    section!("session", session by AccountId = account, key Id id,
        [id, audience, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at,
         revoked_at, revoked_reason]),
    section!("role", role_assignment by AccountId = account, key Id id,
        [id, role, site_id, granted_at, revoked_at]),
    section!("consent", consent by VolunteerId = volunteer, key Id id,
        [id, purpose, text_version, channel, witness, granted_at, withdrawn_at,
         withdrawal_channel, withdrawal_witness]),
    section!("guardian", guardian by VolunteerId = volunteer, key Id id,
        [id, name, relation, consented_at, channel, witness, created_at]),
    section!("identity_correction", identity_correction by VolunteerId = volunteer, key Id id,
        [id, changes, reason, created_at]),
    section!("account_binding", volunteer_binding by VolunteerId = volunteer, key Id id,
        [id, created_at, expires_at, used_at, revoked_at]),
    section!(PROXY, proxy by VolunteerId = volunteer, key Id id,
        [id, reason, witness, starts_on, ends_on, created_at, withdrawn_at]),
    section!(PROXY_HELD, proxy by ProxyAccountId = account, key Id id,
        [id, reason, starts_on, ends_on, created_at, withdrawn_at]),
    section!("relative", relative by VolunteerId = volunteer, key Id id,
        [id, relation, declared_at, withdrawn_at]),
    section!("card", card by VolunteerId = volunteer, key Id id,
        [id, number, state, issued_at, activated_at, ended_at, reason]),
    section!("sign_up", sign_up by VolunteerId = volunteer, key Id id,
        [id, activity_id, state, signed_up_at, promoted_at, withdrawn_at, reason]),
    section!("attendance", attendance by VolunteerId = volunteer, key Id id,
        [id, activity_id, site_id, source, state, checked_in_at, checked_out_at, starts_at,
         ends_at, hours_tenths, confirmed_at, dispute_reason, explanation, created_at]),
    // What is decided of it and not carried out is for the decision to tell.
    section!("attendance_correction", attendance_correction by VolunteerId = volunteer, key Id id,
        [id, attendance_id, present, starts_at, ends_at, decided_at, executed_at, state_before,
         starts_before, ends_before, tenths_before, tenths_after],
        if attendance_correction::Column::ExecutedAt.is_not_null()),
    section!("check_in_refusal", check_in_refusal by AccountId = account, key Id id,
        [id, activity_id, reason, created_at]),
    section!("late_entry", late_entry by VolunteerId = volunteer, key Id id,
        [id, activity_id, starts_at, ends_at, reason, evidence, state, entered_at, decided_at,
         decision_reason]),
    section!("service_record", service_record by VolunteerId = volunteer, key Id id,
        [id, attendance_id, revision, activity_id, site_id, served_on, place, content, starts_at,
         ends_at, hours_tenths, organiser, person_in_charge, evaluation, created_at]),
    section!("claim", claim by VolunteerId = volunteer, key Id id,
        [id, attendance_id, award_ref, rule_item_id, site_id, state, points, explanation,
         entered_via, entered_by, entry_reason, submitted_at, decided_at, decision_reason,
         created_at]),
    section!("notice_entry", notice_entry by VolunteerId = volunteer, key ClaimId claim_id,
        [claim_id, round_id, position, points, item_name, activity_title, served_at, state,
         settled_at]),
    section!("points", points_account by VolunteerId = volunteer, key VolunteerId volunteer_id,
        [available, held, recovery_due, last_seq, updated_at]),
    section!("ledger_entry", ledger_entry by VolunteerId = volunteer, key Id id,
        [id, seq, kind, available_delta, held_delta, recovery_delta, available_after, held_after,
         source_kind, reason, prev_hash, hash, created_at]),
    section!("redemption", redemption by VolunteerId = volunteer, key Id id,
        [id, session_id, goods_id, site_id, quantity, points, state, receipt_no, delegate_id,
         delegate_name,
         ready_at, fulfilled_at, signature_kind, ended_reason, ended_at, returned_as, created_at]),
    section!("pickup_delegate", pickup_delegate by VolunteerId = volunteer, key Id id,
        [id, name, relation, registered_via, reason, created_at, ended_at, end_reason]),
    section!(OBJECTION, objection by FilerVolunteerId = volunteer, key Id id,
        [id, kind, channel, subject_kind, subject_id, state, text, filed_at, decided_at, outcome,
         executed_at, effect]),
    section!("disqualification", disqualification by VolunteerId = volunteer, key Id id,
        [id, state, ground, document_no, document_issuer, document_date, notified_at,
         delivered_at, reviewed_at, review_opinion, decided_at,
         decision_note, executed_at, points_taken, suspended_through, appeal, appealed_at,
         appeal_decided_at, appeal_note, dropped_at, drop_reason],
        // She hears of it by the notice.
        if disqualification::Column::NotifiedAt.is_not_null()),
    section!("disqualification_statement", disqualification_statement by VolunteerId = volunteer,
        key Id id, [id, disqualification_id, via, text, witness, at]),
    section!("supervisor_post", supervisor_post by VolunteerId = volunteer, key Id id,
        [id, site_id, state, recommendation, nominated_at, vetted_at, vetting_note, appointed_at,
         term_from, term_until, ended_at, end_reason]),
    section!("freeze", supervision_freeze by VolunteerId = volunteer, key Id id,
        [id, subject_kind, subject_id, reason, frozen_at, frozen_until, ended_how, ended_at,
         end_reason]),
    section!("own_action", audit_event by ActorAccountId = account, key Id id,
        [id, occurred_at, action, object_type, object_id, result]),
];

/// The profile with what is stored sealed.
pub(super) async fn with_personal(
    app: &App,
    holder: Holder,
    mut profile: Value,
) -> Result<Value, Failure> {
    let row = volunteers::get(&app.pools.read, holder.volunteer).await?;
    let number = volunteers::id_number(&app.vault, &row)?;
    let phone = volunteers::phone(&app.vault, &row)?;
    if let Some(members) = profile.as_object_mut() {
        members.insert("id_number".into(), json!(number.as_ref().map(DocumentNumber::reveal)));
        members.insert("phone".into(), json!(phone.as_ref().map(Phone::reveal)));
    }
    Ok(profile)
}

/// An authorisation with the name of who stands on its other side, masked as on her phone.
pub(super) async fn with_other_side(
    db: &DatabaseConnection,
    kind: &str,
    id: Uuid,
    mut record: Value,
) -> Result<Value, Failure> {
    let member = match kind {
        PROXY => "helper_name",
        PROXY_HELD => "principal_name",
        _ => return Ok(record),
    };
    let Some(row) = proxy::Entity::find_by_id(ProxyId::from(id)).one(db).await? else {
        return Ok(record);
    };
    let other = if kind == PROXY {
        volunteer::Column::AccountId.eq(row.proxy_account_id)
    } else {
        volunteer::Column::Id.eq(row.volunteer_id)
    };
    let other = volunteer::Entity::find().filter(other).one(db).await?;
    if let (Some(members), Some(other)) = (record.as_object_mut(), other) {
        members.insert(member.into(), json!(volunteers::masked_name(&other.name)));
    }
    Ok(record)
}
