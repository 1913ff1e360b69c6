//! The leaf: one printed ASCII line, so that a villager's paper can be checked with
//! `printf` and `sha256sum`. Pure.

use std::fmt;

use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use entity::ledger_entry::LedgerKind;

use super::merkle::{Hash, hash_leaf};
use crate::platform::quarter::Quarter;

const ENTRY: &str = "jfyh-entry/v1";
const STATEMENT: &str = "jfyh-stmt/v1";
/// Longest card number and document number.
const NAME_MAX: usize = 24;

/// 128 random bits that keep a line from being guessed by its hash.
pub type Salt = [u8; 16];

/// A line that is not as it must be, by the first field at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field `{0}` of the line is not as it must be")]
pub struct LineFault(pub &'static str);

/// What an entry did, in one word on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Points were earned.
    Earn,
    /// Points were set aside for a redemption.
    Hold,
    /// Points set aside came back.
    Release,
    /// Points set aside are spent.
    Spend,
    /// Points ran out of time.
    Expire,
    /// Everything was taken.
    Zero,
    /// What was taken was given back.
    Restore,
    /// An earning was wrong.
    Reverse,
    /// Everything else: taken over, goods given back, a debt paid.
    Adjust,
}

impl LineKind {
    const ALL: [Self; 9] = [
        Self::Earn,
        Self::Hold,
        Self::Release,
        Self::Spend,
        Self::Expire,
        Self::Zero,
        Self::Restore,
        Self::Reverse,
        Self::Adjust,
    ];

    /// The word of the line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Earn => "EARN",
            Self::Hold => "HOLD",
            Self::Release => "RELEASE",
            Self::Spend => "SPEND",
            Self::Expire => "EXPIRE",
            Self::Zero => "ZERO",
            Self::Restore => "RESTORE",
            Self::Reverse => "REVERSE",
            Self::Adjust => "ADJUST",
        }
    }
}

impl From<LedgerKind> for LineKind {
    fn from(kind: LedgerKind) -> Self {
        match kind {
            LedgerKind::Earn => Self::Earn,
            LedgerKind::Hold => Self::Hold,
            LedgerKind::Release => Self::Release,
            LedgerKind::Commit => Self::Spend,
            LedgerKind::Expire => Self::Expire,
            LedgerKind::ZeroOut => Self::Zero,
            LedgerKind::Restore => Self::Restore,
            LedgerKind::Reverse => Self::Reverse,
            LedgerKind::Opening | LedgerKind::Return | LedgerKind::Recover => Self::Adjust,
        }
    }
}

/// The line of one entry. Points and balance are those that can be spent, as on the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryLine {
    /// Digits of the town's division code.
    pub tenant: String,
    /// Number of the leaf.
    pub index: u64,
    /// Card number.
    pub card: String,
    /// Calendar day in China.
    pub date: NaiveDate,
    /// What it did.
    pub kind: LineKind,
    /// Change of what can be spent.
    pub points: i64,
    /// What can be spent after it.
    pub balance: i64,
    /// Document number of its cause.
    pub document: String,
    /// Keeps it from being guessed.
    pub salt: Salt,
}

/// The line of one card's quarter: `opening + earned - spent - expired + other = closing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// Digits of the town's division code.
    pub tenant: String,
    /// Number of the leaf.
    pub index: u64,
    /// Card number.
    pub card: String,
    /// Which quarter.
    pub quarter: Quarter,
    /// The sums of the quarter.
    pub sums: Sums,
    /// Keeps it from being guessed.
    pub salt: Salt,
}

/// What a quarter did to what a holder has: what she can spend and what is held for her, less what
/// she owes. The same sums as her statement and as the bulletin's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Before the first entry; less than nothing when she owed points.
    pub opening: i64,
    /// Earned and taken over.
    pub earned: i64,
    /// Spent, less what came back.
    pub spent: i64,
    /// Expired.
    pub expired: i64,
    /// Zeroed, restored and taken back.
    pub other: i64,
    /// After the last entry; less than nothing when she owed points.
    pub closing: i64,
    /// Entries of the quarter.
    pub entries: i64,
}

impl Sums {
    /// Begins with what there was.
    #[must_use]
    pub const fn opening(points: i64) -> Self {
        Self {
            opening: points,
            earned: 0,
            spent: 0,
            expired: 0,
            other: 0,
            closing: points,
            entries: 0,
        }
    }

    /// Counts `entries` entries of a kind that changed what she has by these points in all.
    pub fn count(&mut self, kind: LedgerKind, points: i64, entries: i64) {
        self.closing = self.closing.saturating_add(points);
        self.entries = self.entries.saturating_add(entries);
        let (sum, change) = match kind {
            LedgerKind::Opening | LedgerKind::Earn => (&mut self.earned, points),
            LedgerKind::Commit | LedgerKind::Return => (&mut self.spent, points.saturating_neg()),
            LedgerKind::Expire => (&mut self.expired, points.saturating_neg()),
            // The last three move within the account: they change nothing in all.
            LedgerKind::ZeroOut
            | LedgerKind::Restore
            | LedgerKind::Reverse
            | LedgerKind::Hold
            | LedgerKind::Release
            | LedgerKind::Recover => (&mut self.other, points),
        };
        *sum = sum.saturating_add(change);
    }

    fn adds_up(&self) -> bool {
        let sum = self.opening.checked_add(self.earned);
        let sum = sum.and_then(|sum| sum.checked_sub(self.spent));
        let sum = sum.and_then(|sum| sum.checked_sub(self.expired));
        sum.and_then(|sum| sum.checked_add(self.other)) == Some(self.closing)
    }
}

/// Any line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Of one entry.
    Entry(EntryLine),
    /// Of one card's quarter.
    Statement(StatementLine),
}

impl Line {
    /// Reads a line; it must be exactly as it would be written.
    ///
    /// # Errors
    /// The first field at fault.
    pub fn parse(text: &str) -> Result<Self, LineFault> {
        let mut fields = text.split('|');
        let line = match fields.next() {
            Some(ENTRY) => Self::Entry(read_entry(&mut fields)?),
            Some(STATEMENT) => Self::Statement(read_statement(&mut fields)?),
            Some(_) | None => return Err(LineFault("version")),
        };
        if fields.next().is_some() { Err(LineFault("end")) } else { Ok(line) }
    }

    /// Digits of the town's division code.
    #[must_use]
    pub fn tenant(&self) -> &str {
        match self {
            Self::Entry(line) => &line.tenant,
            Self::Statement(line) => &line.tenant,
        }
    }

    /// Number of the leaf.
    #[must_use]
    pub const fn index(&self) -> u64 {
        match self {
            Self::Entry(line) => line.index,
            Self::Statement(line) => line.index,
        }
    }

    /// The leaf's hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash_leaf(self.to_string().as_bytes())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(line) => {
                let EntryLine { tenant, index, card, date, points, balance, document, .. } = line;
                let (kind, salt) = (line.kind.as_str(), HEXLOWER.encode(&line.salt));
                write!(f, "{ENTRY}|{tenant}|{index}|{card}|{date}|{kind}|{points:+}|{balance}|")?;
                write!(f, "{document}|{salt}")
            }
            Self::Statement(line) => {
                let StatementLine { tenant, index, card, quarter, sums, salt } = line;
                let Sums { opening, earned, spent, expired, other, closing, entries } = sums;
                write!(f, "{STATEMENT}|{tenant}|{index}|{card}|{quarter}|{opening}|{earned}|")?;
                write!(f, "{spent}|{expired}|{other}|{closing}|{entries}|{}", HEXLOWER.encode(salt))
            }
        }
    }
}

type Fields<'t, 'f> = &'f mut std::str::Split<'t, char>;

fn read_entry(fields: Fields<'_, '_>) -> Result<EntryLine, LineFault> {
    Ok(EntryLine {
        tenant: digits(fields)?,
        index: exact(fields, "index")?,
        card: name(fields, "card")?,
        date: exact(fields, "date")?,
        kind: kind(fields)?,
        points: signed(fields)?,
        balance: exact(fields, "balance").and_then(|n| not_negative(n, "balance"))?,
        document: name(fields, "ref")?,
        salt: salt(fields)?,
    })
}

fn read_statement(fields: Fields<'_, '_>) -> Result<StatementLine, LineFault> {
    let line = StatementLine {
        tenant: digits(fields)?,
        index: exact(fields, "index")?,
        card: name(fields, "card")?,
        quarter: exact(fields, "quarter")?,
        sums: Sums {
            opening: exact(fields, "opening")?,
            earned: exact(fields, "earned")?,
            spent: exact(fields, "spent")?,
            expired: exact(fields, "expired")?,
            other: exact(fields, "other")?,
            closing: exact(fields, "closing")?,
            entries: exact(fields, "entries").and_then(|n| not_negative(n, "entries"))?,
        },
        salt: salt(fields)?,
    };
    if line.sums.adds_up() { Ok(line) } else { Err(LineFault("closing")) }
}

fn field<'t>(fields: Fields<'t, '_>, at: &'static str) -> Result<&'t str, LineFault> {
    fields.next().ok_or(LineFault(at))
}

/// A value that is written in one way only.
fn exact<T: std::str::FromStr + fmt::Display>(
    fields: Fields<'_, '_>,
    at: &'static str,
) -> Result<T, LineFault> {
    let text = field(fields, at)?;
    let value: T = text.parse().map_err(|_| LineFault(at))?;
    if value.to_string() == text { Ok(value) } else { Err(LineFault(at)) }
}

const fn not_negative(number: i64, at: &'static str) -> Result<i64, LineFault> {
    if number < 0 { Err(LineFault(at)) } else { Ok(number) }
}

fn digits(fields: Fields<'_, '_>) -> Result<String, LineFault> {
    let text = field(fields, "tenant")?;
    let sound = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if sound { Ok(text.into()) } else { Err(LineFault("tenant")) }
}

fn name(fields: Fields<'_, '_>, at: &'static str) -> Result<String, LineFault> {
    let text = field(fields, at)?;
    let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
    let sound = (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(allowed);
    if sound { Ok(text.into()) } else { Err(LineFault(at)) }
}

fn kind(fields: Fields<'_, '_>) -> Result<LineKind, LineFault> {
    let text = field(fields, "kind")?;
    let found = LineKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or(LineFault("kind"))
}

fn signed(fields: Fields<'_, '_>) -> Result<i64, LineFault> {
    let text = field(fields, "points")?;
    let value: i64 = text.parse().map_err(|_| LineFault("points"))?;
    if format!("{value:+}") == text { Ok(value) } else { Err(LineFault("points")) }
}

fn salt(fields: Fields<'_, '_>) -> Result<Salt, LineFault> {
    let text = field(fields, "salt")?;
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| LineFault("salt"))?;
    bytes.try_into().map_err(|_| LineFault("salt"))
}
