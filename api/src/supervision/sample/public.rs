//! Reading samples without signing in.

use std::collections::HashMap;

use entity::ids::{SampleId, SiteId};
use entity::supervision_sample::{self, SampleKind, SampleState};
use entity::supervision_sample_case::Verdict;
use sea_orm::{ConnectionTrait, Iterable};

use super::domain::Tally;
use super::public_dto::{
    ErrorRateView, KindRate, PopulationLine, PopulationPage, PublicSamplePage, PublicSampleView,
};
use super::repository;
use super::service::NUMBER;
use crate::app::App;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::site as sites;
use crate::supervision::quarter;

/// One sample, as everybody sees it.
///
/// # Errors
/// `not_found`.
pub(super) async fn get(app: &App, number: &str) -> Result<PublicSampleView, Failure> {
    let db = &app.pools.read;
    view(db, by_number(db, number).await?).await
}

async fn by_number(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<supervision_sample::Model, Failure> {
    let number = NUMBER.parse(number).map_err(|_| code::NOT_FOUND)?;
    repository::find_by_number(db, &number).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// A sample with what was drawn and found.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    sample: supervision_sample::Model,
) -> Result<PublicSampleView, Failure> {
    let site_name = sites::get(db, sample.site_id).await?.name;
    let drawn = repository::list_drawn(db, sample.id).await?;
    let positions = drawn.iter().map(|case| case.position).collect();
    let tally = drawn.iter().map(|case| one(case.verdict)).fold(Tally::default(), Tally::add);
    Ok(PublicSampleView::new(sample, site_name, positions, tally))
}

/// A drawn case, counted.
fn one(verdict: Option<Verdict>) -> Tally {
    Tally {
        drawn: 1,
        judged: i64::from(verdict.is_some()),
        defects: i64::from(verdict == Some(Verdict::Defect)),
    }
}

/// A page of a population's lines.
pub(super) async fn population(
    app: &App,
    number: &str,
    pager: &Pager<'_>,
) -> Result<PopulationPage, Failure> {
    let db = &app.pools.read;
    let sample = by_number(db, number).await?;
    let page = (pager.position()?, pager.limit());
    let rows = repository::list_lines(db, sample.id, page).await?;
    let (rows, next_page_token) = pager.cut(rows, |(position, _)| position.to_string())?;
    let items = rows.into_iter().map(|(position, line)| PopulationLine { position, line });
    Ok(PopulationPage { items: items.collect(), next_page_token })
}

/// The samples of a site and those below it, newest first; those that lapsed among them.
pub(super) async fn list(
    app: &App,
    site: SiteId,
    pager: &Pager<'_>,
) -> Result<PublicSamplePage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    let after = pager.after()?;
    let rows = repository::list_at(db, &site.path, None, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for sample in rows {
        items.push(view(db, sample).await?);
    }
    Ok(PublicSamplePage { items, next_page_token })
}

/// A site's error rate of a quarter, with everything it is made of.
pub(super) async fn error_rate(
    app: &App,
    site: SiteId,
    text: &str,
) -> Result<ErrorRateView, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    let quarter = quarter::parse(text, "quarter")?.to_string();
    let found = tallies(db, &site.path, &quarter).await?;
    let kinds = SampleKind::iter().map(|kind| {
        let (samples, lapsed, tally) = found.get(&kind).copied().unwrap_or_default();
        KindRate { kind, samples, lapsed, tally, error_percent: tally.error_percent() }
    });
    Ok(ErrorRateView { site_name: site.name, quarter, kinds: kinds.collect() })
}

/// Samples drawn, samples lapsed, and what was found, of a quarter at a site and below.
///
/// # Errors
/// The database's.
pub(in crate::supervision) async fn tallies(
    db: &impl ConnectionTrait,
    path: &str,
    quarter: &str,
) -> Result<HashMap<SampleKind, (i64, i64, Tally)>, Failure> {
    let samples = repository::list_quarter(db, path, quarter).await?;
    let ids: Vec<SampleId> = samples.iter().map(|(id, ..)| *id).collect();
    let mut of: HashMap<SampleId, Tally> = HashMap::new();
    for row in repository::count(db, &ids).await? {
        let each = one(row.verdict);
        let many = Tally {
            drawn: row.cases,
            judged: each.judged * row.cases,
            defects: each.defects * row.cases,
        };
        let tally = of.entry(row.sample_id).or_default();
        *tally = tally.add(many);
    }
    let mut found: HashMap<SampleKind, (i64, i64, Tally)> = HashMap::new();
    for (id, kind, state) in samples {
        let (drawn, lapsed, tally) = found.entry(kind).or_default();
        match state {
            SampleState::Drawn => *drawn += 1,
            SampleState::Lapsed => *lapsed += 1,
            SampleState::Committed => {}
        }
        *tally = tally.add(of.get(&id).copied().unwrap_or_default());
    }
    Ok(found)
}
