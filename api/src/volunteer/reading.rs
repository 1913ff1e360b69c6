//! Reading minors' data leaves a trace: who read it, and why (regulation on the
//! protection of minors online, art. 36).

use chrono::NaiveDate;
use entity::ids::VolunteerId;
use entity::volunteer;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::domain::{is_minor, masked_name};
use super::service;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::bounded_text;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;
use crate::site as sites;

bounded_text! {
    /// 查看未成年人资料的原因
    ReadingReason(2..=200) = "办理监护人同意";
}

/// 查看的原因
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadingQuery {
    /// 查看原因，查看未成年人资料时必填，记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "办理监护人同意")]
    pub(crate) reason: Option<ReadingReason>,
}

/// Leaves the trace of reading a minor's data: who read it, and why.
///
/// # Errors
/// `reason` when none is given.
pub(super) async fn record(
    app: &App,
    actor: &Actor,
    action: &str,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<(), Failure> {
    let why = reason.ok_or_else(|| Failure::field("reason", "查看未成年人资料须说明原因"))?;
    let (object, detail) = (id.to_string(), json!({ "reason": why.as_str() }));
    in_tx(app, actor, async |tx| {
        audit_row::record_with(tx, action, Some(&object), detail.clone()).await
    })
    .await
}

/// What of one volunteer is read, by which permission, and why.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) permission: Permission,
    pub(crate) action: &'static str,
    pub(crate) reason: Option<ReadingReason>,
}

/// Lets staff of her site read a volunteer's own data. A minor's are read for a stated reason
/// only, and the trace is there before the answer is.
///
/// # Errors
/// `not_found` or `permission_denied`; `reason` when a minor's data are read without one.
pub(crate) async fn admit(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    id: VolunteerId,
    reading: Reading,
) -> Result<volunteer::Model, Failure> {
    let db = &app.pools.read;
    let row = service::get(db, id).await?;
    caller.require_at(reading.permission, &sites::get(db, row.site_id).await?.path)?;
    if is_minor(row.birth_date, local_day(app.clock.now())) {
        record(app, actor, reading.action, (id, reading.reason)).await?;
    }
    Ok(row)
}

/// How the names on a page are written for staff who work with these people: in full, but
/// those of minors only when somebody said why, and that is on record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    today: NaiveDate,
    opened: bool,
}

impl Names {
    /// Those of minors stay masked.
    pub(crate) const fn closed(today: NaiveDate) -> Self {
        Self { today, opened: false }
    }

    /// Those of minors are open if a reason was stated; the caller leaves the trace of it.
    pub(crate) const fn stated(today: NaiveDate, reason: Option<&ReadingReason>) -> Self {
        Self { today, opened: reason.is_some() }
    }

    /// Whether these are a minor's, and nobody said why they are read.
    pub(crate) fn hides(self, birth_date: NaiveDate) -> bool {
        !self.opened && is_minor(birth_date, self.today)
    }

    /// A name as it stands on the page.
    pub(crate) fn of(self, name: &str, birth_date: NaiveDate) -> String {
        if self.hides(birth_date) { masked_name(name) } else { name.to_owned() }
    }
}

/// Opens the names of the minors among these people where a reason is given, and leaves the
/// trace of it.
///
/// # Errors
/// The database's.
pub(crate) async fn open_names(
    app: &App,
    actor: &Actor,
    (action, object): (&str, Option<String>),
    people: impl IntoIterator<Item = (VolunteerId, NaiveDate)>,
    reason: Option<ReadingReason>,
) -> Result<Names, Failure> {
    let today = local_day(app.clock.now());
    let Some(why) = reason else { return Ok(Names::closed(today)) };
    let minors = people.into_iter().filter(|(_, birth_date)| is_minor(*birth_date, today));
    let ids: Vec<_> = minors.map(|(id, _)| id).collect();
    if !ids.is_empty() {
        let detail = json!({ "minors": ids, "reason": why.as_str() });
        in_tx(app, actor, async |tx| {
            audit_row::record_with(tx, action, object.as_deref(), detail.clone()).await
        })
        .await?;
    }
    Ok(Names { today, opened: true })
}
