//! Promising, drawing, and what supervisors and the town read of samples.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::ids::{SampleId, SiteId};
use entity::supervision_sample::{self, SampleKind, SampleState};
use entity::supervision_sample_case;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{LARGEST, MOST_DRAWN, REVEAL_WITHIN, SampleRefusal, check_size, decide_reveal};
use super::draw::{Chance, digest, draw, is_promised, line};
use super::dto::{CommitSample, ListedSample, SampleCaseView, SamplePage, SampleView};
use super::{cases_view, public, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::paging::Pager;
use crate::platform::text::human_number::NumberFormat;
use crate::platform::tx::{Tx, in_tx};
use crate::supervision::{error, quarter};
use crate::{card, journal, site as sites, volunteer};

/// Public numbers: 抽检, ten random characters, a check character.
pub(super) const NUMBER: NumberFormat = NumberFormat::new("CJ", 10);

/// Takes a promise, then fixes the population and makes the nonce: in this order, so that
/// whoever promised knew neither.
///
/// # Errors
/// `sample_open`, `sample_too_few`.
pub(super) async fn commit(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: CommitSample,
) -> Result<supervision_sample::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::Supervise, &site.path)?;
    let period = quarter::begun(&body.quarter, local_day(tx.now))?;
    let wanted = usize::try_from(body.size).map_err(Failure::internal)?;
    if !(1..=MOST_DRAWN).contains(&body.size) {
        return Err(Failure::field("/size", "应为1到200"));
    }
    let limit = u64::try_from(LARGEST).map_err(Failure::internal)? + 1;
    let span = period.span();
    let cases = cases_view::list(&**tx, body.kind, (&site.path, span), limit).await?;
    check_size(wanted, cases.len())?;
    let mut lines: Vec<_> =
        cases.into_iter().map(|(id, her)| (line(body.kind, id), id, her)).collect();
    lines.sort();

    let row = supervision_sample::Model {
        id: tx.new_id(),
        number: NUMBER.build(tx.random()),
        site_id: site.id,
        kind: body.kind,
        quarter: period.to_string(),
        size: i32::try_from(body.size).map_err(Failure::internal)?,
        commitment: body.commitment.into(),
        nonce: data_encoding::HEXLOWER.encode(&tx.random::<32>()),
        population_count: i32::try_from(lines.len()).map_err(Failure::internal)?,
        population_digest: digest(lines.iter().map(|(line, ..)| line.as_str())),
        state: SampleState::Committed,
        seed: None,
        committed_by: caller.account,
        committed_at: tx.now,
        reveal_by: tx.now + REVEAL_WITHIN,
        drawn_at: None,
    };
    if !repository::insert(tx, &row).await? {
        return Err(error::SAMPLE_OPEN.into());
    }
    let cases = (1..).zip(lines).map(|(position, (line, case_id, volunteer_id))| {
        supervision_sample_case::Model {
            sample_id: row.id,
            position,
            case_id,
            volunteer_id,
            line,
            draw_order: None,
            verdict: None,
            reason: None,
            judged_by: None,
            judged_at: None,
            follow_up: None,
            freeze_id: None,
            follow_up_note: None,
            settled_by: None,
            settled_at: None,
        }
    });
    repository::insert_cases(tx, cases.collect()).await?;
    tell(tx, "sample.committed", &row).await?;
    Ok(row)
}

/// How many cases of a kind there are at a site and those below it in a time.
///
/// # Errors
/// The database's.
pub(in crate::supervision) async fn count_cases(
    db: &impl ConnectionTrait,
    kind: SampleKind,
    path: &str,
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<i64, Failure> {
    let count = cases_view::count(db, kind, (path, span)).await?;
    i64::try_from(count).map_err(Failure::internal)
}

/// Draws the sample by the seed that was promised.
///
/// # Errors
/// `sample_seed_wrong`, `wrong_state`, `permission_denied` for another's promise.
pub(super) async fn reveal(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SampleId,
    seed: &str,
) -> Result<supervision_sample::Model, Failure> {
    let sample = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, sample.site_id).await?;
    caller.require_at(Permission::Supervise, &site.path)?;
    decide_reveal(&sample, caller.account, is_promised(seed, &sample.commitment), tx.now)?;

    let lines = repository::list_lines(&**tx, id, (0, u64::MAX >> 1)).await?;
    let chance = Chance { seed, nonce: &sample.nonce, digest: &sample.population_digest };
    let wanted = usize::try_from(sample.size).map_err(Failure::internal)?;
    let drawn = draw(lines.iter().map(|(_, line)| line.as_str()), chance, wanted);
    repository::save_drawn(tx, id, (seed, &drawn), tx.now).await?;
    let sample = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    tell(tx, "sample.drawn", &sample).await?;
    Ok(sample)
}

/// Tells the journal: numbers only.
pub(super) async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    sample: &supervision_sample::Model,
) -> Result<(), Failure> {
    let data = json!({
        "number": sample.number,
        "kind": sample.kind,
        "quarter": sample.quarter,
        "size": sample.size,
        "population_digest": sample.population_digest,
    });
    journal::publish(tx, kind, "sample", sample.id.into(), Some(sample.site_id), data).await
}

/// Makes void the promises whose time is over; says how many.
///
/// # Errors
/// The database's.
pub(in crate::supervision) async fn lapse_due(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("supervision.samples", String::new());
    let work = async |tx: &Tx<'_>| Ok(repository::save_lapsed(tx, tx.now).await?);
    in_tx(&app.core, &actor, work).await
}

/// One sample with its drawn cases.
///
/// # Errors
/// `not_found`, or the caller's lack of permission.
pub(super) async fn get(app: &App, caller: &Caller, id: SampleId) -> Result<SampleView, Failure> {
    let db = &app.pools.read;
    let sample = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, sample.site_id).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    view(db, caller, sample).await
}

/// A sample as supervisors and the town see it: people by a part of their names.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    sample: supervision_sample::Model,
) -> Result<SampleView, Failure> {
    let drawn = repository::list_drawn(db, sample.id).await?;
    let people: HashSet<_> = drawn.iter().map(|case| case.volunteer_id).collect();
    let names = volunteer::masked_names(db, &people).await?;
    let tails = card::tails(db, &people).await?;
    let kin = volunteer::related_among(db, caller, people).await?;
    let (id, by, at) = (sample.id, sample.committed_by, sample.site_id);
    let cases = drawn.into_iter().map(|case| {
        let her = case.volunteer_id;
        let name = names.get(&her).cloned().unwrap_or_default();
        SampleCaseView::new(case, (name, tails.get(&her).cloned()), kin.contains(&her))
    });
    let cases = cases.collect();
    let public = public::view(db, sample).await?;
    Ok(SampleView { id, site_id: at, committed_by: by, sample: public, cases })
}

/// The samples of a site and those below it, newest first, without their cases.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site_id, quarter): (SiteId, Option<String>),
    pager: &Pager<'_>,
) -> Result<SamplePage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    let quarter = quarter::filter(quarter.as_deref())?;
    let after = pager.after()?;
    let page = (after, pager.limit());
    let rows = repository::list_at(db, &site.path, quarter.as_deref(), page).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for sample in rows {
        let (id, site_id, committed_by) = (sample.id, sample.site_id, sample.committed_by);
        let sample = public::view(db, sample).await?;
        items.push(ListedSample { id, site_id, committed_by, sample });
    }
    Ok(SamplePage { items, next_page_token })
}

impl From<SampleRefusal> for Failure {
    fn from(refusal: SampleRefusal) -> Self {
        match refusal {
            SampleRefusal::State(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            SampleRefusal::WrongSeed => error::SAMPLE_SEED_WRONG.into(),
            SampleRefusal::NotHers => code::PERMISSION_DENIED.into(),
            SampleRefusal::TooFew { count } => {
                Refusal::new(error::SAMPLE_TOO_FEW).with("population", count).into()
            }
            SampleRefusal::TooMany => Self::field("/quarter", "本季度件数过多，请按站抽查"),
            SampleRefusal::MustRecuse => code::MUST_RECUSE.into(),
            SampleRefusal::Judged => error::CASE_JUDGED.into(),
            SampleRefusal::NotDrawn => code::NOT_FOUND.into(),
            SampleRefusal::NothingOpen => code::WRONG_STATE.into(),
        }
    }
}
