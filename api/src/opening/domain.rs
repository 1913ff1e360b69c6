//! What is wrong with lines of paper books, and what two persons must have seen. Pure.

use std::collections::{HashMap, HashSet};

use entity::ids::{AccountId, SiteId, VolunteerId};
use entity::opening_import::{self, OpeningImportState};
use entity::volunteer::VolunteerState;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::{Builder, Uuid};

use super::table::Line;
use crate::platform::crypto::digest::{sha256, sha256_hex};

/// Most points of one book.
const POINTS_MAX: i64 = 100_000;
/// Longest row id and page, in characters.
const TEXT_MAX: usize = 40;

/// Why a row is not booked whose id was booked with other contents.
pub(super) const ROW_ID_USED: &str = "row_id_used";

/// Why a row could not be booked any more, for who mends the file; `code` is what the row keeps.
pub(super) fn refusal_text(code: &str) -> &'static str {
    match code {
        ROW_ID_USED => "该行号已用于另一笔结转，志愿者或积分不同",
        "volunteer_not_active" => "核对之后，志愿者已不是在册状态",
        "ledger_already_opened" => "核对之后，账户已有积分流水，不能再结转",
        "points_account_full" => "账户积分已达上限",
        _ => "未能入账",
    }
}

/// What can be done with a take-over (期初结转操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OpeningAction {
    /// 确认入账
    Commit,
    /// 作废
    Discard,
    /// 完成入账
    Finish,
}

impl OpeningAction {
    /// From which states, to which. Committing again goes on where a booking was cancelled.
    const fn edge(self) -> (&'static [OpeningImportState], OpeningImportState) {
        use OpeningImportState as S;
        match self {
            Self::Commit => (&[S::Checked, S::Committing], S::Committing),
            Self::Discard => (&[S::Faulty, S::Checked, S::Committing], S::Discarded),
            Self::Finish => (&[S::Committing], S::Committed),
        }
    }

    /// The state reached from `from`.
    pub(super) fn apply(self, from: OpeningImportState) -> Option<OpeningImportState> {
        let (allowed, to) = self.edge();
        allowed.contains(&from).then_some(to)
    }
}

/// Why a take-over is not committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpeningRefusal {
    /// It has faults.
    Faulty,
    /// It was committed before, or discarded.
    WrongState,
    /// Whoever uploaded it does not commit it.
    SecondPerson,
    /// She saw something else.
    Digest,
}

/// Another person commits what she saw.
pub(super) fn decide_commit(
    row: &opening_import::Model,
    by: AccountId,
    digest: &str,
) -> Result<OpeningImportState, OpeningRefusal> {
    if row.state == OpeningImportState::Faulty {
        return Err(OpeningRefusal::Faulty);
    }
    let to = OpeningAction::Commit.apply(row.state).ok_or(OpeningRefusal::WrongState)?;
    if row.created_by == by {
        return Err(OpeningRefusal::SecondPerson);
    }
    if row.digest == digest { Ok(to) } else { Err(OpeningRefusal::Digest) }
}

/// What nobody is to book any more is discarded, but not while a task books it. What a stopped
/// booking has booked stays.
pub(super) fn decide_discard(
    state: OpeningImportState,
    is_booking: bool,
) -> Result<OpeningImportState, OpeningRefusal> {
    let to = OpeningAction::Discard.apply(state).filter(|_| !is_booking);
    to.ok_or(OpeningRefusal::WrongState)
}

/// What this member of staff may do now.
pub(super) fn allowed(
    row: &opening_import::Model,
    by: AccountId,
    is_booking: bool,
) -> Vec<OpeningAction> {
    let commit = decide_commit(row, by, &row.digest).is_ok().then_some(OpeningAction::Commit);
    let discard = decide_discard(row.state, is_booking).is_ok().then_some(OpeningAction::Discard);
    commit.into_iter().chain(discard).collect()
}

/// A volunteer as far as a line must know her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) state: VolunteerState,
}

/// What is known of those the lines name.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Whose card it is, by number without separators; live cards only.
    pub(super) cards: HashMap<String, VolunteerId>,
    pub(super) external: HashMap<String, VolunteerId>,
    /// Those who live at the site or below it.
    pub(super) people: HashMap<VolunteerId, Person>,
    /// The uploader herself, and those she is too close to.
    pub(super) close: HashSet<VolunteerId>,
    /// Those whose accounts have entries.
    pub(super) with_entries: HashSet<VolunteerId>,
    /// Row ids of this source that were booked.
    pub(super) booked: HashSet<String>,
}

/// A line that can be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Opening {
    pub(super) line: i32,
    pub(super) row_id: String,
    pub(super) volunteer: VolunteerId,
    pub(super) points: i64,
    pub(super) page: String,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: i32,
    pub(super) field: &'static str,
    pub(super) message: &'static str,
}

/// Everything that is wrong, or the lines to book.
pub(super) fn check(lines: &[Line], known: &Known) -> Result<Vec<Opening>, Vec<Fault>> {
    let (mut openings, mut faults) = (Vec::new(), Vec::new());
    let (mut ids, mut people) = (HashSet::new(), HashSet::new());
    for line in lines {
        let mut found = Vec::new();
        let mut note = |field, message| found.push(Fault { line: line.number, field, message });
        let row_id = check_row_id(line, known);
        let row_id = row_id.and_then(|id| ids.insert(id).then_some(id).ok_or("与前面的行重复"));
        let twice = (named_by(line), "同一志愿者在文件中出现多次");
        let who = find(line, known);
        let who = who.and_then(|id| people.insert(id).then_some(id).ok_or(twice));
        let points = check_points(&line.points);
        if let Err(message) = row_id {
            note("row_id", message);
        }
        if let Err((field, message)) = who {
            note(field, message);
        }
        if let Err(message) = points {
            note("points", message);
        }
        if line.page.is_empty() || line.page.chars().count() > TEXT_MAX {
            note("page", "须填纸质册页码，不超过40字");
        }
        if let (Ok(row_id), Ok(volunteer), Ok(points), true) =
            (row_id, who, points, found.is_empty())
        {
            let (line, row_id, page) = (line.number, row_id.to_owned(), line.page.clone());
            openings.push(Opening { line, row_id, volunteer, points, page });
        }
        faults.append(&mut found);
    }
    if faults.is_empty() { Ok(openings) } else { Err(faults) }
}

fn check_row_id<'l>(line: &'l Line, known: &Known) -> Result<&'l str, &'static str> {
    let id = line.row_id.as_str();
    if id.is_empty() || id.chars().count() > TEXT_MAX || id.chars().any(char::is_control) {
        return Err("须填行编号，不超过40字");
    }
    if known.booked.contains(id) { Err("该来源的这一行已经入账") } else { Ok(id) }
}

/// Whom a line names: by card, by external number, or by both if they agree. Whoever lives
/// elsewhere is not found, so that a file tells nothing of other towns.
fn find(line: &Line, known: &Known) -> Result<VolunteerId, (&'static str, &'static str)> {
    const NOBODY: &str = "查无此人，或不属于本所站";
    let card = (!line.card_number.is_empty())
        .then(|| known.cards.get(&plain(&line.card_number)).ok_or(("card_number", NOBODY)));
    let external = (!line.external_no.is_empty())
        .then(|| known.external.get(&line.external_no).ok_or(("external_no", NOBODY)));
    let id = match (card.transpose()?, external.transpose()?) {
        (None, None) => return Err(("card_number", "卡号与外部编号须填一项")),
        (Some(card), Some(external)) if card != external => {
            return Err(("external_no", "卡号与外部编号不是同一人"));
        }
        (Some(id), _) | (None, Some(id)) => *id,
    };
    let field = named_by(line);
    let person = known.people.get(&id).ok_or((field, NOBODY))?;
    if person.name != line.name {
        return Err(("name", "姓名与登记的不一致"));
    }
    if known.close.contains(&id) {
        return Err((field, "涉及上传人本人、近亲属或其代理的人，请由其他人员上传"));
    }
    if person.state != VolunteerState::Active {
        return Err((field, "志愿者当前不是正常状态"));
    }
    if known.with_entries.contains(&id) {
        let why = "积分账户已有流水，不能再结转期初；删去此行后，其余各行可重新上传";
        return Err((field, why));
    }
    Ok(id)
}

/// The column that says whom a line means.
fn named_by(line: &Line) -> &'static str {
    if line.card_number.is_empty() && !line.external_no.is_empty() {
        "external_no"
    } else {
        "card_number"
    }
}

/// A card's number without what people put between its parts.
pub(super) fn plain(number: &str) -> String {
    crate::card::number::CardNumber::parse(number)
        .map_or_else(|_| number.into(), |n| n.as_str().into())
}

fn check_points(text: &str) -> Result<i64, &'static str> {
    let digits = !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    let points = text.parse().ok().filter(|points| digits && (1..=POINTS_MAX).contains(points));
    points.ok_or("应为1至100000的整数")
}

/// What the second person confirms: the site, the source and every line as it will be booked.
pub(super) fn digest(site: SiteId, source: &str, openings: &[Opening]) -> String {
    let mut text = format!("opening/v1|{site}|{}|{source}", source.len());
    for opening in openings {
        let Opening { line, row_id, volunteer, points, page } = opening;
        let (id_length, page_length) = (row_id.len(), page.len());
        text += &[
            format!("\n{line}|{id_length}|{row_id}|"),
            format!("{volunteer}|{points}|{page_length}|{page}"),
        ]
        .concat();
    }
    sha256_hex(text.as_bytes())
}

/// The cause of an opening: this row of these books, whatever file it comes in.
pub(super) fn source_of(site: SiteId, source: &str, row_id: &str) -> Uuid {
    let text = format!("opening/v1|{site}|{}|{source}|{row_id}", source.len());
    let mut id = [0; 16];
    id.iter_mut().zip(sha256(text.as_bytes())).for_each(|(to, from)| *to = from);
    Builder::from_custom_bytes(id).into_uuid()
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
