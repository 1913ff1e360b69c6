//! Personal data at rest: sealed to its row, found by keyed hash, opened to be masked.

use entity::ids::{GuardianId, VolunteerId};
use entity::volunteer;

use crate::platform::failure::Failure;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;

/// The keyed hash under which a document number is found.
pub(crate) fn id_number_index(vault: &Vault, number: &DocumentNumber) -> String {
    vault.index.index("volunteer.id_number", &number.canonical())
}

/// The keyed hash under which a phone number is found.
pub(crate) fn phone_index(vault: &Vault, phone: &Phone) -> String {
    vault.index.index("volunteer.phone", phone.reveal())
}

fn id_number_place(id: VolunteerId) -> String {
    format!("volunteer|id_number|{id}")
}

fn phone_place(id: VolunteerId) -> String {
    format!("volunteer|phone|{id}")
}

fn guardian_phone_place(id: GuardianId) -> String {
    format!("guardian|phone|{id}")
}

fn seal(vault: &Vault, tx: &Tx<'_>, place: &str, plain: &str) -> String {
    vault.data.seal(place, plain.as_bytes(), tx.random())
}

/// Seals a volunteer's document number.
pub(crate) fn seal_id_number(
    vault: &Vault,
    tx: &Tx<'_>,
    id: VolunteerId,
    number: &DocumentNumber,
) -> String {
    seal(vault, tx, &id_number_place(id), number.reveal())
}

/// Seals a volunteer's phone number.
pub(crate) fn seal_phone(vault: &Vault, tx: &Tx<'_>, id: VolunteerId, phone: &Phone) -> String {
    seal(vault, tx, &phone_place(id), phone.reveal())
}

/// Seals a guardian's phone number.
pub(crate) fn seal_guardian_phone(
    vault: &Vault,
    tx: &Tx<'_>,
    id: GuardianId,
    phone: &Phone,
) -> String {
    seal(vault, tx, &guardian_phone_place(id), phone.reveal())
}

/// Seals a guardian's document number.
pub(super) fn seal_guardian_id_number(
    vault: &Vault,
    tx: &Tx<'_>,
    id: GuardianId,
    number: &DocumentNumber,
) -> String {
    seal(vault, tx, &format!("guardian|id_number|{id}"), number.reveal())
}

fn open(vault: &Vault, place: &str, sealed: &str) -> Result<String, Failure> {
    let plain = vault.data.open(place, sealed).map_err(Failure::internal)?;
    String::from_utf8(plain).map_err(|_| Failure::internal("a sealed value is no text"))
}

/// Opening failures must not carry the value along.
fn unreadable(_: impl std::error::Error) -> Failure {
    Failure::internal("a sealed value has lost its form")
}

/// A volunteer's document number, masked; none once she is closed.
pub(super) fn masked_id_number(
    vault: &Vault,
    row: &volunteer::Model,
) -> Result<Option<String>, Failure> {
    Ok(id_number(vault, row)?.map(|number| number.to_string()))
}

/// A volunteer's document number, for herself.
pub(crate) fn id_number(
    vault: &Vault,
    row: &volunteer::Model,
) -> Result<Option<DocumentNumber>, Failure> {
    let Some(sealed) = &row.id_number_sealed else { return Ok(None) };
    let plain = open(vault, &id_number_place(row.id), sealed)?;
    Ok(Some(DocumentNumber::parse(&plain).map_err(unreadable)?))
}

/// A volunteer's phone number, for herself, if there is one.
pub(crate) fn phone(vault: &Vault, row: &volunteer::Model) -> Result<Option<Phone>, Failure> {
    let Some(sealed) = &row.phone_sealed else { return Ok(None) };
    let plain = open(vault, &phone_place(row.id), sealed)?;
    Ok(Some(Phone::parse(&plain).map_err(unreadable)?))
}

/// A volunteer's phone number, masked, if there is one.
pub(super) fn masked_phone(
    vault: &Vault,
    row: &volunteer::Model,
) -> Result<Option<String>, Failure> {
    Ok(phone(vault, row)?.map(|phone| phone.to_string()))
}

/// A guardian's phone number, masked.
pub(super) fn masked_guardian_phone(
    vault: &Vault,
    id: GuardianId,
    sealed: &str,
) -> Result<String, Failure> {
    let plain = open(vault, &guardian_phone_place(id), sealed)?;
    Ok(Phone::parse(&plain).map_err(unreadable)?.to_string())
}
