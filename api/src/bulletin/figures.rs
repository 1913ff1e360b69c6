//! The sums of a site in a quarter, and what the digest of a bulletin is made of. Pure.

use entity::bulletin_figure;
use entity::bulletin_line;
use entity::ids::{BulletinId, SiteId};
use entity::ledger_entry::LedgerKind;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::platform::clock::local_day;
use crate::platform::crypto::digest::sha256_hex;

/// The sums of one site, or of all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) site: SiteId,
    pub(super) volunteers: i64,
    pub(super) participants: i64,
    pub(super) activities: i64,
    pub(super) hours_tenths: i64,
    pub(super) opening: i64,
    pub(super) earned: i64,
    pub(super) taken_over: i64,
    pub(super) redeemed: i64,
    pub(super) given_back: i64,
    pub(super) expired: i64,
    pub(super) zeroed: i64,
    pub(super) restored: i64,
    pub(super) reversed: i64,
    pub(super) closing: i64,
    pub(super) handed_out: i64,
    pub(super) handed_out_points: i64,
}

impl Figures {
    /// Nothing yet.
    pub(super) const fn of(site: SiteId) -> Self {
        Self {
            site,
            volunteers: 0,
            participants: 0,
            activities: 0,
            hours_tenths: 0,
            opening: 0,
            earned: 0,
            taken_over: 0,
            redeemed: 0,
            given_back: 0,
            expired: 0,
            zeroed: 0,
            restored: 0,
            reversed: 0,
            closing: 0,
            handed_out: 0,
            handed_out_points: 0,
        }
    }

    /// Adds what entries of one kind changed. Points held count as their holder's until the
    /// goods are handed over: moves within an account change nothing.
    pub(super) const fn add_flow(&mut self, kind: LedgerKind, change: i64) {
        match kind {
            LedgerKind::Earn => self.earned += change,
            LedgerKind::Opening => self.taken_over += change,
            LedgerKind::Commit => self.redeemed -= change,
            LedgerKind::Return => self.given_back += change,
            LedgerKind::Expire => self.expired -= change,
            LedgerKind::ZeroOut => self.zeroed -= change,
            LedgerKind::Restore => self.restored += change,
            LedgerKind::Reverse => self.reversed -= change,
            LedgerKind::Hold | LedgerKind::Release | LedgerKind::Recover => {}
        }
    }

    /// What the account should end with.
    pub(super) const fn computed_closing(&self) -> i64 {
        self.opening + self.earned + self.taken_over - self.redeemed + self.given_back
            - self.expired
            - self.zeroed
            + self.restored
            - self.reversed
    }

    /// Whether the sums lead from the beginning to the end.
    pub(super) const fn adds_up(&self) -> bool {
        self.computed_closing() == self.closing
    }

    /// Adds another site's sums. Who took part at two sites is one person, so participants
    /// are not added.
    pub(super) const fn add(&mut self, other: &Self) {
        self.volunteers += other.volunteers;
        self.activities += other.activities;
        self.hours_tenths += other.hours_tenths;
        self.opening += other.opening;
        self.earned += other.earned;
        self.taken_over += other.taken_over;
        self.redeemed += other.redeemed;
        self.given_back += other.given_back;
        self.expired += other.expired;
        self.zeroed += other.zeroed;
        self.restored += other.restored;
        self.reversed += other.reversed;
        self.closing += other.closing;
        self.handed_out += other.handed_out;
        self.handed_out_points += other.handed_out_points;
    }

    /// Whether nothing happened there, and nobody is there.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::of(self.site)
    }

    /// The row; none when a count is beyond what its column holds.
    pub(super) fn row(
        &self,
        bulletin_id: BulletinId,
        position: i32,
    ) -> Option<bulletin_figure::Model> {
        Some(bulletin_figure::Model {
            bulletin_id,
            position,
            site_id: self.site,
            volunteers: self.volunteers.try_into().ok()?,
            participants: self.participants.try_into().ok()?,
            activities: self.activities.try_into().ok()?,
            hours_tenths: self.hours_tenths,
            opening: self.opening,
            earned: self.earned,
            taken_over: self.taken_over,
            redeemed: self.redeemed,
            given_back: self.given_back,
            expired: self.expired,
            zeroed: self.zeroed,
            restored: self.restored,
            reversed: self.reversed,
            closing: self.closing,
            handed_out: self.handed_out.try_into().ok()?,
            handed_out_points: self.handed_out_points,
        })
    }
}

/// The seal of a row of figures: everything in it is public, so anybody can compute it again.
pub(super) fn figure_seal(row: &bulletin_figure::Model) -> String {
    let line = serde_json::json!([
        "points-bank/bulletin-figures/1",
        row.position,
        row.site_id,
        row.volunteers,
        row.participants,
        row.activities,
        row.hours_tenths,
        row.opening,
        row.earned,
        row.taken_over,
        row.redeemed,
        row.given_back,
        row.expired,
        row.zeroed,
        row.restored,
        row.reversed,
        row.closing,
        row.handed_out,
        row.handed_out_points,
    ]);
    sha256_hex(line.to_string().as_bytes())
}

/// The seal of a line of the register: it says nothing to whoever does not know the ids of
/// the redemption and the volunteer, and fixes everything for who does.
pub(super) fn line_seal(row: &bulletin_line::Model) -> String {
    let line = serde_json::json!([
        "points-bank/bulletin-line/1",
        row.position,
        row.redemption_id,
        row.volunteer_id,
        row.site_id,
        row.goods_name,
        row.unit_label,
        row.quantity,
        row.points,
        local_day(row.handed_at),
        row.returned_at.map(local_day),
    ]);
    sha256_hex(line.to_string().as_bytes())
}

/// The digest of a bulletin: SHA-256 over the seals of its figures, then of its lines, each
/// with a line feed. Anybody can compute it from the seals that are published.
#[derive(Debug, Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Takes in the next row of figures.
    pub(crate) fn add_figure(&mut self, row: &bulletin_figure::Model) {
        self.take(&figure_seal(row));
    }

    /// Takes in the next line of the register.
    pub(crate) fn add_line(&mut self, row: &bulletin_line::Model) {
        self.take(&line_seal(row));
    }

    fn take(&mut self, seal: &str) {
        self.0.update(seal.as_bytes());
        self.0.update(b"\n");
    }

    /// The digest, in hexadecimal.
    pub(crate) fn finish(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn some() -> Figures {
        let mut figures = Figures::of(Uuid::from_u128(1).into());
        figures.opening = 100;
        for (kind, change) in [
            (LedgerKind::Earn, 50),
            (LedgerKind::Opening, 7),
            (LedgerKind::Hold, 0),
            (LedgerKind::Commit, -30),
            (LedgerKind::Return, 10),
            (LedgerKind::Expire, -5),
            (LedgerKind::ZeroOut, -40),
            (LedgerKind::Restore, 40),
            (LedgerKind::Reverse, -4),
            (LedgerKind::Recover, 0),
        ] {
            figures.add_flow(kind, change);
        }
        figures.closing = 128;
        figures
    }

    #[test]
    fn the_sums_lead_from_the_beginning_to_the_end() {
        let mut figures = some();
        assert!(figures.adds_up());
        assert_eq!((figures.redeemed, figures.expired, figures.reversed), (30, 5, 4));
        figures.closing += 1;
        assert!(!figures.adds_up());
    }

    #[test]
    fn sites_add_up_but_nobody_is_counted_twice() {
        let (mut total, mut other) = (Figures::of(Uuid::from_u128(9).into()), some());
        other.participants = 3;
        total.add(&some());
        total.add(&other);
        assert_eq!((total.closing, total.participants), (256, 0));
        assert!(total.adds_up() && !total.is_empty());
        assert!(Figures::of(Uuid::from_u128(9).into()).is_empty());
    }

    #[test]
    fn a_count_beyond_its_column_is_no_row() {
        let bulletin = Uuid::from_u128(5).into();
        let huge = Figures { volunteers: i64::MAX, ..some() };
        assert!(some().row(bulletin, 0).is_some() && huge.row(bulletin, 0).is_none());
    }

    #[test]
    fn every_cell_is_under_the_seal() {
        let row = bulletin_line::Model {
            bulletin_id: Uuid::from_u128(1).into(),
            position: 1,
            redemption_id: Uuid::from_u128(2).into(),
            volunteer_id: Uuid::from_u128(3).into(),
            site_id: Uuid::from_u128(4).into(),
            goods_name: "洗衣液".into(),
            unit_label: "瓶".into(),
            quantity: 1,
            points: 30,
            handed_at: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
            returned_at: None,
        };
        let seal = line_seal(&row);
        let mut changed = vec![
            bulletin_line::Model { position: 2, ..row.clone() },
            bulletin_line::Model { redemption_id: Uuid::nil().into(), ..row.clone() },
            bulletin_line::Model { volunteer_id: Uuid::nil().into(), ..row.clone() },
            bulletin_line::Model { site_id: Uuid::nil().into(), ..row.clone() },
            bulletin_line::Model { goods_name: "大米".into(), ..row.clone() },
            bulletin_line::Model { unit_label: "袋".into(), ..row.clone() },
            bulletin_line::Model { quantity: 2, ..row.clone() },
            bulletin_line::Model { points: 31, ..row.clone() },
            bulletin_line::Model {
                handed_at: row.handed_at + chrono::TimeDelta::days(1),
                ..row.clone()
            },
            bulletin_line::Model { returned_at: Some(row.handed_at), ..row.clone() },
        ];
        changed.retain(|other| line_seal(other) == seal);
        assert_eq!(changed, []);
        let figure = some().row(Uuid::from_u128(1).into(), 0).unwrap();
        let other = bulletin_figure::Model { zeroed: 41, ..figure.clone() };
        assert_ne!(figure_seal(&figure), figure_seal(&other));
    }
}
