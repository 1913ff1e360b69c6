//! Volunteers with accounts, sessions, cards and points, and their access tokens.

use api::auth::Subject;
use api::ledger::chain::{EntryFacts, GENESIS, hash_entry};
use chrono::{NaiveDate, TimeDelta};
use entity::account::{self, AccountStatus};
use entity::card::{self, CardState};
use entity::ledger_entry::{self, LedgerKind};
use entity::opening_import::{self, OpeningImportState};
use entity::opening_row::{self, OpeningOutcome};
use entity::points_account;
use entity::session::{self, Audience};
use entity::volunteer::{self, IdType, RegisteredVia, VolunteerState};
use uuid::Uuid;

use super::places::STATION;
use super::{Bench, Fault, Kind, id};

/// Points of everybody, enough for any run.
const POINTS: i64 = 100_000;
/// Rows of one file of paper books, as many as it may have.
const IMPORT: usize = 5_000;
const REASON: &str = "期初结转";

/// Enrols everybody and writes `tokens.txt`, one access token a line.
pub(crate) async fn fill(bench: &Bench, volunteers: u32) -> Result<(), Fault> {
    let all = || 0..volunteers;
    bench.insert(all().map(|n| account(bench, Kind::Account, n)).collect()).await?;
    let device = (Kind::Session, Kind::Account);
    let phone = |n| session(bench, device, Audience::Volunteer, n);
    bench.insert(all().map(phone).collect()).await?;
    bench.insert(all().map(|n| person(bench, n)).collect::<Result<Vec<_>, Fault>>()?).await?;
    bench.insert(all().map(|n| card(bench, n)).collect()).await?;
    let entries: Vec<_> = all().map(|n| opening(bench, n)).collect();
    let accounts = entries.iter().map(|entry| points(bench, entry)).collect();
    bench.insert::<points_account::Model, _>(accounts).await?;
    let books = entries.chunks(IMPORT).zip(0..);
    let imports: Result<Vec<_>, Fault> =
        books.clone().map(|(rows, file)| import(bench, file, rows.len())).collect();
    bench.insert(imports?).await?;
    let rows = books.flat_map(|(rows, file)| {
        rows.iter().zip(1..).map(move |(entry, line)| taken_over(entry, file, line))
    });
    let rows = rows.collect();
    bench.insert(entries).await?;
    bench.insert::<opening_row::Model, _>(rows).await?;
    let tokens: Result<Vec<_>, _> =
        all().map(|n| token(bench, Kind::Account, Kind::Session, n)).collect();
    bench.write("tokens.txt", &(tokens?.join("\n") + "\n"))
}

/// An access token that outlives the load test.
pub(crate) fn token(
    bench: &Bench,
    owner: Kind,
    session: Kind,
    number: u32,
) -> Result<String, String> {
    let subject = Subject {
        account: id(owner, number),
        session: id(session, number),
        version: 1,
        token_id: id::<Uuid>(session, number),
        life: TimeDelta::days(2),
    };
    bench.tokens.sign(&subject, bench.now)
}

pub(crate) fn account(bench: &Bench, kind: Kind, number: u32) -> account::Model {
    account::Model {
        id: id(kind, number),
        status: AccountStatus::Active,
        display_name: None,
        token_version: 1,
        created_at: bench.now,
        status_reason: None,
        status_changed_at: None,
        status_changed_by: None,
        registration_refused_at: None,
        registration_refused_reason: None,
    }
}

pub(crate) fn session(
    bench: &Bench,
    (kind, owner): (Kind, Kind),
    audience: Audience,
    number: u32,
) -> session::Model {
    session::Model {
        id: id(kind, number),
        account_id: id(owner, number),
        audience,
        device_hash: None,
        user_agent: None,
        created_at: bench.now,
        last_seen_at: bench.now,
        idle_expires_at: bench.now + TimeDelta::days(30),
        absolute_expires_at: bench.now + TimeDelta::days(90),
        revoked_at: None,
        revoked_reason: None,
    }
}

fn person(bench: &Bench, number: u32) -> Result<volunteer::Model, Fault> {
    let own = id(Kind::Volunteer, number);
    let aad = format!("volunteer|id_number|{own}");
    let document = format!("BENCH-{number}");
    // Not random: nobody's secret, and the same on every machine.
    let nonce = *own_bytes(number).first_chunk().ok_or("a nonce is shorter than an id")?;
    Ok(volunteer::Model {
        id: own,
        account_id: Some(id(Kind::Account, number)),
        site_id: id(Kind::Site, STATION),
        state: VolunteerState::Active,
        name: "王小明".into(),
        gender: 2,
        birth_date: NaiveDate::from_ymd_opt(1985, 6, 1).unwrap_or_default(),
        id_type: IdType::Other,
        id_number_sealed: Some(bench.data.seal(&aad, document.as_bytes(), nonce)),
        id_number_index: Some(bench.index.index("volunteer.id_number", &document)),
        phone_sealed: None,
        phone_index: None,
        phone_verified: false,
        external_volunteer_no: None,
        groups: entity::string_list::StringList::default(),
        skills: entity::string_list::StringList::default(),
        service_types: entity::string_list::StringList::default(),
        registered_via: RegisteredVia::SelfService,
        assisted_by: None,
        assisted_reason: None,
        assisted_witness: None,
        identity_by: None,
        verified_by: None,
        verified_at: Some(bench.now),
        admitted_at: Some(bench.now),
        state_reason: None,
        version: 1,
        created_at: bench.now,
        updated_at: bench.now,
    })
}

fn own_bytes(number: u32) -> [u8; 16] {
    let own: Uuid = id(Kind::Volunteer, number);
    let mut bytes = own.into_bytes();
    bytes.reverse();
    bytes
}

fn card(bench: &Bench, number: u32) -> card::Model {
    card::Model {
        id: id(Kind::Card, number),
        number: format!("B{number:011}"),
        volunteer_id: id(Kind::Volunteer, number),
        state: CardState::Active,
        issued_by: None,
        issued_at: Some(bench.now),
        activated_at: Some(bench.now),
        ended_at: None,
        replaced_by: None,
        reason: None,
        version: 1,
        created_at: bench.now,
    }
}

/// The first entry of a chain.
fn opening(bench: &Bench, number: u32) -> ledger_entry::Model {
    let (own, volunteer, source) =
        (id(Kind::Entry, number), id(Kind::Volunteer, number), id(Kind::Opening, number));
    let kind = LedgerKind::Opening;
    let facts = EntryFacts {
        id: own,
        volunteer_id: volunteer,
        seq: 1,
        kind: kind.as_str(),
        available_delta: POINTS,
        held_delta: 0,
        recovery_delta: 0,
        available_after: POINTS,
        held_after: 0,
        recovery_after: 0,
        source_kind: "opening",
        source_id: source,
        refers_to: None,
        actor_account_id: None,
        actor_role: "system",
        reason: REASON,
        request_id: "bench",
        created_at_micros: bench.now.timestamp_micros(),
    };
    ledger_entry::Model {
        id: own.into(),
        volunteer_id: volunteer.into(),
        seq: 1,
        kind,
        available_delta: POINTS,
        held_delta: 0,
        recovery_delta: 0,
        available_after: POINTS,
        held_after: 0,
        recovery_after: 0,
        source_kind: "opening".into(),
        source_id: source,
        refers_to: None,
        actor_account_id: None,
        actor_role: "system".into(),
        reason: REASON.into(),
        request_id: "bench".into(),
        prev_hash: hexadecimal(&GENESIS),
        hash: hexadecimal(&hash_entry(&facts, &GENESIS)),
        created_at: bench.now,
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The paper books everybody's points come from: one checked them, another took them over.
fn import(bench: &Bench, file: u32, rows: usize) -> Result<opening_import::Model, Fault> {
    let rows = i32::try_from(rows)?;
    Ok(opening_import::Model {
        id: id(Kind::Import, file),
        site_id: id(Kind::Site, STATION),
        source: "bench".into(),
        file_hash: format!("{file:064x}"),
        state: OpeningImportState::Committed,
        row_count: rows,
        fault_count: 0,
        points: POINTS * i64::from(rows),
        digest: "0".repeat(64),
        created_by: id(Kind::Staff, 0),
        created_at: bench.now,
        committed_by: Some(id(Kind::Staff, 1)),
        committed_at: Some(bench.now),
        done_line: rows,
        rows_done: rows,
        rows_booked: rows,
        finished_at: Some(bench.now),
        version: 1,
    })
}

fn taken_over(entry: &ledger_entry::Model, file: u32, line: i32) -> opening_row::Model {
    opening_row::Model {
        import_id: id(Kind::Import, file),
        line,
        client_row_id: format!("bench-{line}"),
        volunteer_id: entry.volunteer_id,
        points: POINTS,
        book_page: "1".into(),
        outcome: Some(OpeningOutcome::Booked),
        refusal: None,
        entry_id: Some(entry.id),
    }
}

fn points(bench: &Bench, entry: &ledger_entry::Model) -> points_account::Model {
    points_account::Model {
        volunteer_id: entry.volunteer_id,
        site_id: id(Kind::Site, STATION),
        available: entry.available_after,
        held: 0,
        recovery_due: 0,
        last_seq: entry.seq,
        last_hash: entry.hash.clone(),
        updated_at: bench.now,
    }
}
