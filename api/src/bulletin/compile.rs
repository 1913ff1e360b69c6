//! Making the figures and the register of a bulletin: accounts by page, then the register by
//! page, then what is counted by site. Each step counts once, whatever process dies.

use entity::bulletin::{self, BulletinState};
use entity::bulletin_line;
use entity::ids::{AccountId, BulletinId, SiteId};
use entity::site;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::compile_rows::{self as rows, Span};
use super::domain::quarter_of;
use super::figures::Figures;
use super::line_rows::{self, Cursor, HandedOver};
use super::{drafting, repository};
use crate::app::App;
use crate::auth::Permission;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::task::{self, NewTask, Run, Step, TaskView, Work};

/// Accounts read in one step.
const ACCOUNTS: i64 = 200;
/// Lines of the register written in one step.
const LINES: u64 = 300;

/// What the task is told.
#[derive(Debug, Serialize, Deserialize)]
struct Params {
    bulletin: BulletinId,
    /// The version it was started for: a draft compiled anew leaves an older task behind.
    version: i32,
}

/// Puts the making in the queue, unless it is there already.
pub(super) async fn start(
    tx: &Tx<'_>,
    row: &bulletin::Model,
    by: Option<AccountId>,
) -> Result<TaskView, Failure> {
    let params = json!(Params { bulletin: row.id, version: row.version });
    let once = Some(format!("{}-{}", row.number, row.version));
    let new = NewTask { site: row.site_id, started_by: by, params, once };
    task::start::<Compile>(tx, new).await
}

/// Where the next step goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Stage {
    /// Accounts after this holder.
    Accounts(Uuid),
    /// The register of the site of this index, after this line.
    Register(usize, Option<Cursor>),
    /// Everything but what is counted by site.
    Counts,
}

/// What was done so far: the sums of each site are few.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Mark {
    stage: Stage,
    figures: Vec<Figures>,
    lines: i32,
    line_points: i64,
    done: i64,
    total: i64,
}

impl Mark {
    fn of(&mut self, site: SiteId) -> Option<&mut Figures> {
        self.figures.iter_mut().find(|figures| figures.site == site)
    }
}

/// Making a bulletin, some accounts or lines a step.
pub(crate) struct Compile;

impl Work for Compile {
    const NAME: &'static str = "bulletin.compile";
    const TITLE: &'static str = "季度公开汇总";
    const PERMISSION: Permission = Permission::PublishNotices;
    type Ready = ();

    async fn ready(_: &App, _: &Run) -> Result<(), Failure> {
        Ok(())
    }

    async fn step(_: &App, tx: &Tx<'_>, run: &Run, (): &()) -> Result<Step, Failure> {
        let Params { bulletin, version } = run.params()?;
        let row = repository::lock(tx, bulletin).await?.ok_or(code::NOT_FOUND)?;
        if row.state != BulletinState::Compiling || row.version != version {
            return Step::succeed(json!({"superseded": true}));
        }
        let site = sites::get(&**tx, row.site_id).await?;
        let mark = run.mark::<Mark>()?;
        let Some(mut mark) = mark else {
            let mark = begin(tx, &row, &site).await?;
            let total = mark.total;
            return Ok(Step::go_on(mark)?.progress(0, Some(total)));
        };
        let span = quarter_of(&row).span();
        match mark.stage.clone() {
            Stage::Accounts(after) => accounts(tx, &mut mark, (&site.path, span), after).await?,
            Stage::Register(at, after) => {
                register(tx, &mut mark, (bulletin, span), (at, after)).await?;
            }
            Stage::Counts => {
                let done = mark.done;
                let result = json!({"lines": mark.lines, "sites": mark.figures.len()});
                finish(tx, row, &site, mark).await?;
                return Ok(Step::succeed(result)?.progress(done, Some(done)));
            }
        }
        let (done, total) = (mark.done, mark.total.max(mark.done));
        Ok(Step::go_on(mark)?.progress(done, Some(total)))
    }
}

/// Drops what an earlier making left, and lists the sites.
async fn begin(tx: &Tx<'_>, row: &bulletin::Model, site: &site::Model) -> Result<Mark, Failure> {
    rows::take_time(tx).await?;
    repository::drop_figures(tx, row.id).await?;
    line_rows::drop_draft(tx, row.id).await?;
    let sites = rows::list_sites(&**tx, &site.path).await?;
    let span = quarter_of(row).span();
    let mut total = rows::count_accounts(&**tx, &site.path).await?;
    for site in &sites {
        let lines = line_rows::count_handed_over(&**tx, site.id, span).await?;
        total = total.saturating_add(i64::try_from(lines).unwrap_or(i64::MAX));
    }
    Ok(Mark {
        stage: Stage::Accounts(Uuid::nil()),
        figures: sites.into_iter().map(|site| Figures::of(site.id)).collect(),
        lines: 0,
        line_points: 0,
        done: 0,
        total,
    })
}

/// Adds the next accounts.
async fn accounts(
    tx: &Tx<'_>,
    mark: &mut Mark,
    scope: (&str, Span),
    after: Uuid,
) -> Result<(), Failure> {
    let balances = rows::list_balances(&**tx, scope, after, ACCOUNTS).await?;
    let Some(last) = balances.last().map(|balance| Uuid::from(balance.volunteer_id)) else {
        mark.stage = Stage::Register(0, None);
        return Ok(());
    };
    for balance in &balances {
        let figures = mark.of(balance.site_id).ok_or_else(unknown_site)?;
        figures.opening += balance.opening;
        figures.closing += balance.closing;
    }
    for flow in rows::list_flows(&**tx, scope, (after, last)).await? {
        mark.of(flow.site_id).ok_or_else(unknown_site)?.add_flow(flow.kind, flow.change);
    }
    mark.done += i64::try_from(balances.len()).unwrap_or(i64::MAX);
    mark.stage = Stage::Accounts(last);
    Ok(())
}

fn unknown_site() -> Failure {
    Failure::internal("an account kept at a site that was founded meanwhile")
}

/// Writes the next lines of the register, of the first site that has any left.
async fn register(
    tx: &Tx<'_>,
    mark: &mut Mark,
    (bulletin, span): (BulletinId, Span),
    (mut at, mut after): (usize, Option<Cursor>),
) -> Result<(), Failure> {
    while let Some(figures) = mark.figures.get_mut(at) {
        let found = line_rows::list_handed_over(&**tx, (figures.site, span), after, LINES).await?;
        let Some(last) = found.last() else {
            (at, after) = (at + 1, None);
            continue;
        };
        let cursor = (last.fulfilled_at, last.id);
        let mut lines = Vec::with_capacity(found.len());
        for handed in found {
            mark.lines += 1;
            mark.line_points += handed.points;
            figures.handed_out += 1;
            figures.handed_out_points += handed.points;
            lines.push(line((bulletin, mark.lines), figures.site, handed));
        }
        mark.done += i64::try_from(lines.len()).unwrap_or(i64::MAX);
        line_rows::insert(tx, lines).await?;
        mark.stage = Stage::Register(at, Some(cursor));
        return Ok(());
    }
    mark.stage = Stage::Counts;
    Ok(())
}

fn line(
    (bulletin_id, position): (BulletinId, i32),
    site_id: SiteId,
    handed: HandedOver,
) -> bulletin_line::Model {
    bulletin_line::Model {
        bulletin_id,
        position,
        redemption_id: handed.id,
        volunteer_id: handed.volunteer_id,
        site_id,
        goods_name: handed.goods_name,
        unit_label: handed.unit_label,
        quantity: handed.quantity,
        points: handed.points,
        handed_at: handed.fulfilled_at,
        returned_at: handed.returned_at,
    }
}

/// Counts what is counted by site, writes the figures, and hands the draft over.
async fn finish(
    tx: &Tx<'_>,
    row: bulletin::Model,
    site: &site::Model,
    mut mark: Mark,
) -> Result<(), Failure> {
    rows::take_time(tx).await?;
    let quarter = quarter_of(&row);
    let scope = (site.path.as_str(), quarter.span());
    let days = (quarter.first_day(), quarter.next().first_day());
    let volunteers = rows::volunteers(&**tx, scope).await?;
    let activities = rows::activities(&**tx, scope).await?;
    let participants = rows::participants(&**tx, scope).await?;
    let hours = rows::hours(&**tx, &site.path, days).await?;
    let mut total = Figures::of(site.id);
    for figures in &mut mark.figures {
        let number = |of: &rows::BySite| of.get(&figures.site).copied().unwrap_or_default();
        figures.volunteers = number(&volunteers);
        figures.activities = number(&activities);
        figures.participants = number(&participants);
        figures.hours_tenths = number(&hours);
        total.add(figures);
    }
    total.participants = rows::all_participants(&**tx, scope).await?;
    let last = quarter.last_day();
    for site in rows::list_sites(&**tx, &site.path).await? {
        let gone = site.valid_from > last || site.valid_to.is_some_and(|to| to < days.0);
        mark.figures.retain(|figures| figures.site != site.id || !gone || !figures.is_empty());
    }
    write(tx, row, &mark, &total).await
}

async fn write(
    tx: &Tx<'_>,
    row: bulletin::Model,
    mark: &Mark,
    total: &Figures,
) -> Result<(), Failure> {
    let all = std::iter::once(total).chain(&mark.figures);
    if let Some(wrong) = all.clone().find(|figures| !figures.adds_up()) {
        return Err(Failure::internal(format!("the sums of {} do not add up", wrong.site)));
    }
    let rows: Option<Vec<_>> =
        (0..).zip(all).map(|(position, figures)| figures.row(row.id, position)).collect();
    let rows = rows.ok_or_else(|| Failure::internal("a count beyond its column"))?;
    repository::insert_figures(tx, rows).await?;
    let row = bulletin::Model {
        state: BulletinState::Drafting,
        line_count: mark.lines,
        line_points: mark.line_points,
        compiled_at: Some(tx.now),
        ..row
    };
    let row = drafting::store(tx, row).await?;
    drafting::tell(tx, "bulletin.drafted", &row).await
}
