//! Use cases of redemption sessions: planning, opening, closing, what is offered now.

use chrono::{DateTime, Utc};
use entity::ids::{GoodsId, RedemptionSessionId, SiteId};
use entity::redemption_session::{self, RedemptionSessionState};
use entity::{session_item, site};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{SessionAction, SessionRefusal, Window, check_window, month_around};
use super::session_dto::{
    OfferedItem, PersonLimit, RedemptionSessionPage, RedemptionSessionPlan, RedemptionSessionView,
    SessionItemView, SessionQuery,
};
use super::{error, offer_rows};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::goods;
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::site as sites;

/// Most kinds of goods in one session.
const ITEMS_MAX: usize = 100;

pub(super) async fn list(
    app: &App,
    site: SiteId,
    query: SessionQuery,
) -> Result<RedemptionSessionPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    let SessionQuery { state, page_size, page_token } = query;
    let name = format!("sessions|{}|{state:?}", site.id);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let after = pager.after()?;
    let rows = offer_rows::list_sessions(db, site.id, state, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let items = views(db, site.id, rows, app.clock.now()).await?;
    Ok(RedemptionSessionPage { items, next_page_token })
}

pub(super) async fn show(
    app: &App,
    id: RedemptionSessionId,
) -> Result<RedemptionSessionView, Failure> {
    let db = &app.pools.read;
    let row = offer_rows::find_session(db, id).await?.ok_or(code::NOT_FOUND)?;
    view(db, row, app.clock.now()).await
}

async fn view(
    db: &impl ConnectionTrait,
    row: redemption_session::Model,
    now: DateTime<Utc>,
) -> Result<RedemptionSessionView, Failure> {
    let views = views(db, row.site_id, vec![row], now).await?;
    views.into_iter().next().ok_or_else(|| Failure::internal("a session without view"))
}

/// Sessions of one site with what each offers and what is left of it.
async fn views(
    db: &impl ConnectionTrait,
    site: SiteId,
    rows: Vec<redemption_session::Model>,
    now: DateTime<Utc>,
) -> Result<Vec<RedemptionSessionView>, Failure> {
    let items = offer_rows::list_items(db, rows.iter().map(|row| row.id).collect()).await?;
    let ids: Vec<GoodsId> = items.iter().map(|item| item.goods_id).collect();
    let known = goods::get_many(db, ids.clone()).await?;
    let free = goods::count_free(db, ids, site, local_day(now)).await?;
    let item_view = |item: &session_item::Model| {
        let what = known.iter().find(|goods| goods.id == item.goods_id)?;
        let left = free.iter().find(|(id, _)| *id == item.goods_id).map_or(0, |(_, left)| *left);
        Some(SessionItemView::new(item, what, left))
    };
    let view = |row: redemption_session::Model| {
        let own = items.iter().filter(|item| item.session_id == row.id);
        let offered = own.filter_map(item_view).collect();
        RedemptionSessionView::new(row, offered, now)
    };
    Ok(rows.into_iter().map(view).collect())
}

pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    plan: RedemptionSessionPlan,
) -> Result<RedemptionSessionView, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::ManageSessions, &site.path)?;
    check_plan(tx, &site, &plan, None).await?;
    let row = redemption_session::Model {
        id: tx.new_id(),
        site_id: site.id,
        title: String::new(),
        state: RedemptionSessionState::Planned,
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        threshold: 0,
        limit_per_person: None,
        pickup_until: plan.pickup_until,
        created_by: caller.account,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let (row, items) = with_plan(tx, &row, plan);
    offer_rows::insert_session(tx, row.clone(), items).await?;
    tell(tx, "redemption_session.planned", &row).await?;
    view(&**tx, row, tx.now).await
}

/// The window, one session a month, and goods that the site may offer.
async fn check_plan(
    tx: &Tx<'_>,
    site: &site::Model,
    plan: &RedemptionSessionPlan,
    but: Option<RedemptionSessionId>,
) -> Result<(), Failure> {
    let settings = sites::effective_settings(&**tx, site, tx.now).await?;
    let RedemptionSessionPlan { starts_at, ends_at, pickup_until, .. } = *plan;
    let window = Window { starts_at, ends_at, pickup_until };
    check_window(window, settings.redemption_daily, tx.now)?;
    if !settings.redemption_daily {
        let month = month_around(starts_at).ok_or_else(|| Failure::internal("no such month"))?;
        offer_rows::lock_site(tx, site.id).await?;
        if offer_rows::has_session_between(tx, site.id, month, but).await? {
            return Err(error::SESSION_EXISTS_THIS_MONTH.into());
        }
    }
    check_items(tx, site, &plan.items).await
}

async fn check_items(
    tx: &Tx<'_>,
    site: &site::Model,
    items: &[OfferedItem],
) -> Result<(), Failure> {
    if items.is_empty() || items.len() > ITEMS_MAX {
        return Err(Failure::field("/items", format!("须有1到{ITEMS_MAX}种物品")));
    }
    for (index, item) in items.iter().enumerate() {
        let pointer = format!("/items/{index}/goods_id");
        if items.iter().take(index).any(|earlier| earlier.goods_id == item.goods_id) {
            return Err(Failure::field(&pointer, "同一种物品只能列一次"));
        }
        match goods::get_offered(&**tx, item.goods_id, site).await {
            Ok(_) => {}
            Err(Failure::Refused(_)) => {
                return Err(Failure::field(&pointer, "本站不能提供这种物品"));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

fn with_plan(
    tx: &Tx<'_>,
    row: &redemption_session::Model,
    plan: RedemptionSessionPlan,
) -> (redemption_session::Model, Vec<session_item::Model>) {
    let item = |item: OfferedItem| session_item::Model {
        id: tx.new_id(),
        session_id: row.id,
        goods_id: item.goods_id,
        points: item.points.get(),
        quantity_offered: item.quantity_offered.get(),
        quantity_taken: 0,
        limit_per_person: item.limit_per_person.map(PersonLimit::get),
    };
    let items = plan.items.into_iter().map(item).collect();
    let row = redemption_session::Model {
        title: plan.title.into(),
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        threshold: plan.threshold.get(),
        limit_per_person: plan.limit_per_person.map(PersonLimit::get),
        pickup_until: plan.pickup_until,
        ..row.clone()
    };
    (row, items)
}

/// The session for a change by whoever manages it, locked.
async fn lock_managed(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionSessionId,
) -> Result<(redemption_session::Model, site::Model), Failure> {
    let row = offer_rows::lock_session(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ManageSessions, &site.path)?;
    Ok((row, site))
}

pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionSessionId,
    expected: i32,
    plan: RedemptionSessionPlan,
) -> Result<RedemptionSessionView, Failure> {
    let (row, site) = lock_managed(tx, caller, id).await?;
    if row.version != expected {
        return Err(code::STALE.into());
    }
    SessionAction::Update.apply(row.state)?;
    check_plan(tx, &site, &plan, Some(id)).await?;
    let version = row.version + 1;
    let row = redemption_session::Model { version, updated_at: tx.now, ..row };
    let (row, items) = with_plan(tx, &row, plan);
    offer_rows::save_plan(tx, &row, items).await?;
    tell(tx, "redemption_session.planned", &row).await?;
    view(&**tx, row, tx.now).await
}

/// Opens or closes a session. One whose time is over is not opened any more.
pub(super) async fn step(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionSessionId,
    action: SessionAction,
) -> Result<RedemptionSessionView, Failure> {
    let (row, _) = lock_managed(tx, caller, id).await?;
    let state = action.apply(row.state)?;
    if action == SessionAction::Open && row.ends_at <= tx.now {
        return Err(SessionRefusal::Over.into());
    }
    let version = row.version + 1;
    let row = redemption_session::Model { state, version, updated_at: tx.now, ..row };
    offer_rows::save_session_state(tx, &row).await?;
    tell(tx, &format!("redemption_session.{state}"), &row).await?;
    view(&**tx, row, tx.now).await
}

async fn tell(tx: &Tx<'_>, kind: &str, row: &redemption_session::Model) -> Result<(), Failure> {
    let data = json!({ "starts_at": row.starts_at, "ends_at": row.ends_at });
    let (id, site) = (row.id.into(), Some(row.site_id));
    journal::publish(tx, kind, "redemption_session", id, site, data).await
}
