//! Filing: by phone, without a name, on paper; and turning to the county.

use chrono::NaiveDate;
use entity::ids::{AccountId, ObjectionId, VolunteerId};
use entity::objection::{self, ObjectionChannel, ObjectionKind, ObjectionState, ObjectionSubject};
use entity::objection_step::ObjectionAction;
use entity::site;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::domain::{ObjectionRefusal, answerers, decide_appeal};
use super::filing_dto::{AppealOnPaper, FileAnonymously, FileObjection, FileOnPaper};
use super::receipt_dto::ObjectionReceipt;
use super::service::{lock_row, record};
use super::subject::{self, Subject};
use super::{error, repository};
use crate::auth::{Caller, Permission};
use crate::calendar;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::text::human_number::NumberFormat;
use crate::platform::text::phone::Phone;
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::site as sites;
use crate::volunteer as volunteers;

/// Receipt codes: sixty random bits behind 异议.
const RECEIPT: NumberFormat = NumberFormat::new("YY", 12);

/// Whose objection it is, and how it came in.
#[derive(Clone, Debug)]
struct Filer {
    channel: ObjectionChannel,
    account: Option<AccountId>,
    volunteer: Option<VolunteerId>,
    key: Option<String>,
    entered_by: Option<AccountId>,
    witness: Option<String>,
    receipt_hash: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug)]
struct Asked {
    kind: ObjectionKind,
    subject: (ObjectionSubject, Uuid),
    text: String,
    contact: Option<Phone>,
    appeal_of: Option<ObjectionId>,
}

impl Filer {
    fn by_phone(caller: &Caller) -> Self {
        let key = caller.volunteer.map_or_else(
            || format!("account:{}", caller.account),
            |her| format!("volunteer:{her}"),
        );
        Self {
            channel: ObjectionChannel::App,
            account: Some(caller.account),
            volunteer: caller.volunteer,
            key: Some(key),
            entered_by: None,
            witness: None,
            receipt_hash: None,
        }
    }

    fn on_paper(caller: &Caller, volunteer: VolunteerId, witness: String) -> Self {
        Self {
            channel: ObjectionChannel::Paper,
            account: None,
            volunteer: Some(volunteer),
            key: Some(format!("volunteer:{volunteer}")),
            entered_by: Some(caller.account),
            witness: Some(witness),
            receipt_hash: None,
        }
    }

    fn anonymous(receipt_hash: String) -> Self {
        Self {
            channel: ObjectionChannel::Anonymous,
            account: None,
            volunteer: None,
            key: None,
            entered_by: None,
            witness: None,
            receipt_hash: Some(receipt_hash),
        }
    }
}

/// Files an objection or a correction of the caller's.
///
/// # Errors
/// `objection_open`; `not_found` for an unknown record; `/kind` for a correction of
/// somebody else's record.
pub(super) async fn file(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    body: FileObjection,
) -> Result<objection::Model, Failure> {
    let asked = Asked {
        kind: body.kind.into(),
        subject: subject::named(&**tx, &body.subject).await?,
        text: body.text.into(),
        contact: body.contact,
        appeal_of: None,
    };
    write(tx, vault, Filer::by_phone(caller), asked).await
}

/// Files an objection of nobody's, and answers the code by which its state is asked for.
///
/// # Errors
/// `not_found` for an unknown record.
pub(super) async fn file_anonymously(
    tx: &Tx<'_>,
    vault: &Vault,
    body: FileAnonymously,
) -> Result<(objection::Model, ObjectionReceipt), Failure> {
    let number = RECEIPT.build(tx.random());
    let asked = Asked {
        kind: ObjectionKind::Objection,
        subject: subject::named(&**tx, &body.subject).await?,
        text: body.text.into(),
        contact: body.contact,
        appeal_of: None,
    };
    let filer = Filer::anonymous(receipt_hash(vault, &number));
    let row = write(tx, vault, filer, asked).await?;
    let receipt_code = RECEIPT.grouped(&number);
    let receipt = ObjectionReceipt { receipt_code, accept_due: row.accept_due };
    Ok((row, receipt))
}

/// The objection a receipt code was given for. A mistyped code is as unknown as any other.
///
/// # Errors
/// `not_found`.
pub(super) async fn by_receipt(
    db: &impl ConnectionTrait,
    vault: &Vault,
    typed: &str,
) -> Result<objection::Model, Failure> {
    let number = RECEIPT.parse(typed).map_err(|_| code::NOT_FOUND)?;
    let found = repository::find_by_receipt(db, &receipt_hash(vault, &number)).await?;
    found.ok_or_else(|| code::NOT_FOUND.into())
}

fn receipt_hash(vault: &Vault, number: &str) -> String {
    vault.index.index("objection.receipt", number)
}

/// Enters what a volunteer handed in on paper, before a witness.
///
/// # Errors
/// As [`file`], and the caller's lack of permission at the volunteer's station.
pub(super) async fn file_on_paper(
    tx: &Tx<'_>,
    vault: &Vault,
    (caller, volunteer): (&Caller, VolunteerId),
    body: FileOnPaper,
) -> Result<objection::Model, Failure> {
    let her = volunteers::get(&**tx, volunteer).await?;
    let site = sites::get(&**tx, her.site_id).await?;
    caller.require_at(Permission::HandleObjections, &site.path)?;
    let asked = Asked {
        kind: body.kind.into(),
        subject: subject::named(&**tx, &body.subject).await?,
        text: body.text.into(),
        contact: None,
        appeal_of: None,
    };
    let filer = Filer::on_paper(caller, her.id, body.witness.into());
    write(tx, vault, filer, asked).await
}

/// Its filer turns to the county.
///
/// # Errors
/// `objection_appealed`, `objection_appeal_closed`, `objection_outcome`, `wrong_state`.
pub(super) async fn appeal(
    tx: &Tx<'_>,
    vault: &Vault,
    (caller, id): (&Caller, ObjectionId),
    text: String,
) -> Result<objection::Model, Failure> {
    let (row, site) = lock_own(tx, caller, id).await?;
    appealed(tx, vault, (row, site), (Filer::by_phone(caller), text)).await
}

/// The same on paper, entered by somebody of the staff who had no hand in the answer.
///
/// # Errors
/// As [`appeal`]; `must_recuse` for who answered, `not_found` where no volunteer filed it.
pub(super) async fn appeal_on_paper(
    tx: &Tx<'_>,
    vault: &Vault,
    (caller, id): (&Caller, ObjectionId),
    body: AppealOnPaper,
) -> Result<objection::Model, Failure> {
    let (row, site) = lock_row(tx, id).await?;
    caller.require_at(Permission::HandleObjections, &site.path)?;
    let her = row.filer_volunteer_id.ok_or(code::NOT_FOUND)?;
    let filer = Filer::on_paper(caller, her, body.witness.into());
    appealed(tx, vault, (row, site), (filer, body.text.into())).await
}

async fn appealed(
    tx: &Tx<'_>,
    vault: &Vault,
    (row, site): (objection::Model, site::Model),
    (filer, text): (Filer, String),
) -> Result<objection::Model, Failure> {
    let today = local_day(tx.now);
    // One that was not answered has no last day; its state refuses.
    let last = appeal_until(&**tx, &row, &site).await?.unwrap_or(today);
    let before = repository::find_appeal_of(&**tx, row.id).await?;
    decide_appeal(&row, before.is_some(), (last, today))?;
    if filer.entered_by.is_some_and(|by| answerers(&row).any(|hand| hand == by)) {
        return Err(ObjectionRefusal::MustRecuse.into());
    }
    let asked = Asked {
        kind: ObjectionKind::Appeal,
        subject: (row.subject_kind, row.subject_id),
        text,
        contact: None,
        appeal_of: Some(row.id),
    };
    let by = filer.entered_by;
    let appeal = write(tx, vault, filer, asked).await?;
    record(tx, &row, ObjectionAction::Appeal, (by, None)).await?;
    Ok(appeal)
}

/// The last day on which its filer may turn to the county.
pub(super) async fn appeal_until(
    db: &impl ConnectionTrait,
    row: &objection::Model,
    site: &site::Model,
) -> Result<Option<NaiveDate>, Failure> {
    let refused = row.admitted_at.filter(|_| row.decide_due.is_none());
    let Some(answered_at) = row.decided_at.or(refused) else { return Ok(None) };
    let settings = sites::effective_settings(db, site, answered_at).await?;
    let (day, days) = (local_day(answered_at), settings.objection_appeal_working_days);
    Ok(Some(calendar::working_days(db, day).await?.last_day_after(day, days)))
}

/// The caller's own objection, locked; another's is not found.
pub(super) async fn lock_own(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
) -> Result<(objection::Model, site::Model), Failure> {
    let (row, site) = lock_row(tx, id).await?;
    let by_account = row.filed_by == Some(caller.account);
    let by_volunteer = caller.volunteer.is_some() && row.filer_volunteer_id == caller.volunteer;
    if by_account || by_volunteer { Ok((row, site)) } else { Err(code::NOT_FOUND.into()) }
}

async fn write(
    tx: &Tx<'_>,
    vault: &Vault,
    filer: Filer,
    asked: Asked,
) -> Result<objection::Model, Failure> {
    let found = subject::resolve(&**tx, asked.subject.0, asked.subject.1).await?;
    let hers = filer.volunteer == Some(found.volunteer);
    if asked.kind == ObjectionKind::Correction && !hers {
        return Err(Failure::field("/kind", "更正只能由记录本人提出"));
    }
    let site = sites::get(&**tx, found.site).await?;
    let days = sites::effective_settings(&**tx, &site, tx.now).await?.objection_accept_working_days;
    let today = local_day(tx.now);
    let due = calendar::working_days(&**tx, today).await?.last_day_after(today, days);
    let (appeals, by) = (asked.appeal_of.is_some(), filer.entered_by);
    let row = new_row(tx, vault, (filer, asked), (&found, due));
    let taken = if appeals { error::APPEALED_ALREADY } else { error::OBJECTION_OPEN };
    let row = repository::insert(tx, row).await?.ok_or(taken)?;
    record(tx, &row, ObjectionAction::File, (by, None)).await?;
    Ok(row)
}

fn new_row(
    tx: &Tx<'_>,
    vault: &Vault,
    (filer, asked): (Filer, Asked),
    (found, accept_due): (&Subject, NaiveDate),
) -> objection::Model {
    let id = tx.new_id();
    objection::Model {
        id,
        kind: asked.kind,
        channel: filer.channel,
        filed_by: filer.account,
        filer_volunteer_id: filer.volunteer,
        filer_key: filer.key,
        entered_by: filer.entered_by,
        witness: filer.witness,
        receipt_hash: filer.receipt_hash,
        contact_sealed: asked.contact.map(|phone| seal_contact(vault, tx, id, &phone)),
        subject_kind: asked.subject.0,
        subject_id: asked.subject.1,
        subject_volunteer_id: found.volunteer,
        first_decider: found.deciders.first().copied(),
        site_id: found.site,
        state: ObjectionState::Filed,
        text: asked.text,
        accept_due,
        decide_due: None,
        admitted_by: None,
        admitted_at: None,
        investigated_by: None,
        decided_by: None,
        decided_at: None,
        outcome: None,
        executed_by: None,
        executed_at: None,
        effect: None,
        closed_by: None,
        appeal_of: asked.appeal_of,
        filed_at: tx.now,
        version: 1,
        updated_at: tx.now,
    }
}

fn contact_place(id: ObjectionId) -> String {
    format!("objection|contact|{id}")
}

fn seal_contact(vault: &Vault, tx: &Tx<'_>, id: ObjectionId, phone: &Phone) -> String {
    vault.data.seal(&contact_place(id), phone.reveal().as_bytes(), tx.random())
}

/// The number its filer left.
///
/// # Errors
/// `not_found` when she left none.
pub(super) fn open_contact(vault: &Vault, row: &objection::Model) -> Result<String, Failure> {
    let sealed = row.contact_sealed.as_deref().ok_or(code::NOT_FOUND)?;
    let plain = vault.data.open(&contact_place(row.id), sealed).map_err(Failure::internal)?;
    String::from_utf8(plain).map_err(|_| Failure::internal("a sealed value is no text"))
}
