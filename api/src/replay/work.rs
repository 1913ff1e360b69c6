//! The background task: a batch of volunteers a step, then the workbook.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use entity::ids::{RuleItemId, RuleVersionId, VolunteerId};
use entity::rule_item;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::domain::{ByItem, Event, Line, compare};
use super::repository::{self, AttendedRow, AwardRow, Scope};
use super::service::scope_of;
use super::workbook;
use crate::app::App;
use crate::auth::Permission;
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::quarter::Quarter;
use crate::platform::tx::Tx;
use crate::rule;
use crate::task::{File, Run, Step, Work};

/// Volunteers computed in one step: what is in memory at a time.
const BATCH: u64 = 200;

/// What a replay is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Params {
    pub(super) rule_version_id: RuleVersionId,
    /// The version's revision when the replay was asked for.
    pub(super) version: i32,
    /// Its items as they were then: publication raises the revision and leaves the items.
    #[serde(default)]
    pub(super) items_digest: String,
    pub(super) quarter: String,
}

impl Params {
    pub(super) fn quarter(&self) -> Result<Quarter, Failure> {
        self.quarter.parse().map_err(Failure::internal)
    }
}

/// Where the next step goes on, and the sums so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Mark {
    after: Option<VolunteerId>,
    all_computed: bool,
    total: i64,
    pub(super) volunteers: i64,
    pub(super) gainers: i64,
    pub(super) losers: i64,
    pub(super) before: i64,
    pub(super) after_points: i64,
    pub(super) items: ByItem,
    pub(super) digest: String,
}

impl Mark {
    fn add(&mut self, lines: &[Line]) {
        let mut text = self.digest.clone();
        for line in lines {
            self.volunteers += 1;
            self.gainers += i64::from(line.delta() > 0);
            self.losers += i64::from(line.delta() < 0);
            self.before = self.before.saturating_add(line.before);
            self.after_points = self.after_points.saturating_add(line.after);
            for (code, (before, after)) in &line.items {
                let sum = self.items.entry(code.clone()).or_default();
                *sum = (sum.0.saturating_add(*before), sum.1.saturating_add(*after));
            }
            // Writing into a String cannot fail.
            let _ = write!(text, "\n{} {}", line.volunteer, json!(line.items));
        }
        self.digest = sha256_hex(text.as_bytes());
        self.after = lines.last().map(|line| line.volunteer);
        self.all_computed = lines.is_empty();
    }

    fn result(&self, params: &Params, names: &BTreeMap<String, String>) -> Value {
        let items: Vec<_> = self
            .items
            .iter()
            .map(|(code, (before, after))| {
                let name = names.get(code);
                json!({"code": code, "name": name, "before": before, "after": after})
            })
            .collect();
        json!({
            "quarter": params.quarter,
            "rule_version_id": params.rule_version_id,
            "volunteers": self.volunteers,
            "gainers": self.gainers,
            "losers": self.losers,
            "unchanged": self.volunteers - self.gainers - self.losers,
            "before": self.before,
            "after": self.after_points,
            "items": items,
            "digest": self.digest,
        })
    }
}

/// What a step writes.
pub(crate) struct Ready(Made);

enum Made {
    /// The next lines; none when all are computed.
    Lines { lines: Vec<Line>, total: i64 },
    /// The workbook over all of them.
    Book { params: Params, names: BTreeMap<String, String>, bytes: Vec<u8> },
}

/// The work of a replay.
pub(crate) struct Replay;

impl Work for Replay {
    const NAME: &'static str = "rule.replay";
    const TITLE: &'static str = "细则重算";
    const PERMISSION: Permission = Permission::ManageRules;
    type Ready = Ready;

    async fn ready(app: &App, run: &Run) -> Result<Ready, Failure> {
        let db = &app.pools.read;
        let (params, mark): (Params, Mark) = (run.params()?, run.mark()?.unwrap_or_default());
        let version = rule::find_any(db, params.rule_version_id).await?;
        let version = version.ok_or(code::STALE)?;
        let scope = scope_of(version.rule_set_id, params.quarter()?);
        let items = Items::read(db, &scope, version.id).await?;
        // A draft whose items were changed meanwhile is another one: half of each is nothing.
        if items.digest != params.items_digest {
            return Err(code::STALE.into());
        }
        if mark.all_computed {
            let head = workbook::Head::new(&params.quarter, version.number, &mark);
            let bytes = workbook::make(app, run.id, head).await?;
            return Ok(Ready(Made::Book { params, names: items.names, bytes }));
        }
        let total = match mark.after {
            None => repository::count_volunteers(db, &scope).await?,
            Some(_) => mark.total,
        };
        let lines = lines(db, &scope, mark.after, &items).await?;
        Ok(Ready(Made::Lines { lines, total }))
    }

    async fn step(_: &App, tx: &Tx<'_>, run: &Run, ready: &Ready) -> Result<Step, Failure> {
        let mut mark: Mark = run.mark()?.unwrap_or_default();
        match &ready.0 {
            Made::Lines { lines, total } => {
                repository::insert_lines(tx, run.id, lines).await?;
                mark.add(lines);
                mark.total = (*total).max(mark.volunteers);
                Ok(Step::go_on(&mark)?.progress(mark.volunteers, Some(mark.total)))
            }
            Made::Book { params, names, bytes } => {
                let step = Step::succeed(mark.result(params, names))?;
                let step = step.progress(mark.volunteers, Some(mark.volunteers));
                Ok(step.file(File {
                    name: format!("rule-replay-{}.xlsx", params.quarter),
                    media_type: workbook::XLSX,
                    bytes: bytes.clone(),
                }))
            }
        }
    }
}

/// The items of all the town's versions, and those of the version under test.
pub(super) struct Items {
    all: HashMap<RuleItemId, rule_item::Model>,
    frozen: HashMap<(RuleVersionId, String), RuleItemId>,
    tested: HashMap<String, rule_item::Model>,
    names: BTreeMap<String, String>,
    /// Over those of the version under test.
    pub(super) digest: String,
}

impl Items {
    pub(super) async fn read(
        db: &impl sea_orm::ConnectionTrait,
        scope: &Scope,
        tested: RuleVersionId,
    ) -> Result<Self, Failure> {
        let rows = repository::list_items(db, scope.set).await?;
        let key = |row: &rule_item::Model| ((row.rule_version_id, row.code.clone()), row.id);
        let under_test = rows.iter().filter(|row| row.rule_version_id == tested);
        let mut under_test: Vec<_> = under_test.cloned().collect();
        under_test.sort_by(|one, other| (one.sort, &one.code).cmp(&(other.sort, &other.code)));
        // An item has the name of the version under test, or its last one before.
        let names = rows.iter().chain(&under_test).map(|row| (row.code.clone(), row.name.clone()));
        Ok(Self {
            digest: rule::items_digest(&under_test),
            names: names.collect(),
            frozen: rows.iter().map(key).collect(),
            tested: under_test
                .into_iter()
                .map(|row| (row.code.to_ascii_uppercase(), row))
                .collect(),
            all: rows.iter().map(|row| (row.id, row.clone())).collect(),
        })
    }

    pub(super) fn frozen(&self, event: &Event) -> Option<&rule_item::Model> {
        event.frozen.and_then(|id| self.all.get(&id))
    }

    pub(super) fn tested(&self, event: &Event) -> Option<&rule_item::Model> {
        self.tested.get(&event.item_code.to_ascii_uppercase())
    }

    fn attended(&self, row: AttendedRow) -> Event {
        let key = (row.rule_version_id, row.rule_item_code);
        let frozen = self.frozen.get(&key).copied();
        Event {
            id: row.id.into(),
            volunteer: row.volunteer_id,
            attendance: Some(row.id),
            activity: Some(row.activity_id),
            title: row.title,
            hours_tenths: row.hours_tenths.and_then(|t| u32::try_from(t).ok()).unwrap_or(0),
            at: row.starts_at.unwrap_or(row.activity_starts_at),
            item_code: key.1,
            frozen,
        }
    }
}

fn awarded(row: AwardRow) -> Event {
    Event {
        id: row.id.into(),
        volunteer: row.volunteer_id,
        attendance: None,
        activity: None,
        title: row.award_ref,
        hours_tenths: 0,
        at: row.created_at,
        item_code: row.item_code,
        frozen: Some(row.rule_item_id),
    }
}

/// What these volunteers did in the span, in no order.
pub(super) async fn events(
    db: &impl sea_orm::ConnectionTrait,
    scope: &Scope,
    volunteers: &[VolunteerId],
    items: &Items,
) -> Result<Vec<Event>, Failure> {
    let served = repository::list_attended(db, scope, volunteers).await?;
    let honoured = repository::list_awards(db, scope, volunteers).await?;
    let served = served.into_iter().map(|row| items.attended(row));
    Ok(served.chain(honoured.into_iter().map(awarded)).collect())
}

async fn lines(
    db: &impl sea_orm::ConnectionTrait,
    scope: &Scope,
    after: Option<VolunteerId>,
    items: &Items,
) -> Result<Vec<Line>, Failure> {
    let volunteers = repository::next_volunteers(db, scope, after, BATCH).await?;
    let mut by_volunteer: BTreeMap<VolunteerId, Vec<Event>> = BTreeMap::new();
    for event in events(db, scope, &volunteers, items).await? {
        by_volunteer.entry(event.volunteer).or_default().push(event);
    }
    let line = |(volunteer, events): (VolunteerId, Vec<Event>)| {
        compare(volunteer, &events, |event| items.frozen(event), |event| items.tested(event))
    };
    Ok(by_volunteer.into_iter().map(line).collect())
}
