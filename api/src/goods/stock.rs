//! Use cases of stock lots: receiving, the quality check, shelving, writing off.

use chrono::Datelike;
use entity::goods;
use entity::ids::{SiteId, StockLotId};
use entity::stock_lot::{self, StockLotState};
use entity::stock_movement::{self, StockMovementKind};

use super::domain::{self, Signature};
use super::dto::{
    LotQuery, ReceiveLot, StockLotPage, StockLotView, StockMovementPage, UnitValueFen, Viewer,
};
use super::repository::{self, LotFilter};
use super::service;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::site as sites;

/// No goods of daily life are good for longer.
const LATEST_EXPIRY_YEAR: i32 = 2199;

pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    query: LotQuery,
) -> Result<StockLotPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewGoods, &site.path)?;
    let LotQuery { state, goods_id, page_size, page_token } = query;
    let name = format!("lots|{}|{}|{state:?}|{goods_id:?}", caller.account, site.id);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let after = pager.after()?;
    let filter = LotFilter { site: site.id, state, goods: goods_id, after, limit: pager.limit() };
    let rows = repository::list_lots(db, filter).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let known = service::get_many(db, rows.iter().map(|row| row.goods_id).collect()).await?;
    let viewer = Viewer {
        account: caller.account,
        manages: caller.may_at(Permission::ManageGoods, &site.path),
        today: local_day(app.clock.now()),
    };
    let view = |row: stock_lot::Model| {
        let goods = known.iter().find(|goods| goods.id == row.goods_id);
        let goods = goods.ok_or_else(|| Failure::internal("a lot without goods"))?;
        Ok(StockLotView::new(row, goods, viewer))
    };
    let items = rows.into_iter().map(view).collect::<Result<_, Failure>>()?;
    Ok(StockLotPage { items, next_page_token })
}

pub(super) async fn show(
    app: &App,
    caller: &Caller,
    id: StockLotId,
) -> Result<(StockLotView, i32), Failure> {
    let db = &app.pools.read;
    let row = repository::find_lot(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, row.site_id).await?;
    caller.require_at(Permission::ViewGoods, &site.path)?;
    let goods = service::get(db, row.goods_id).await?;
    let viewer = Viewer {
        account: caller.account,
        manages: caller.may_at(Permission::ManageGoods, &site.path),
        today: local_day(app.clock.now()),
    };
    let version = row.version;
    Ok((StockLotView::new(row, &goods, viewer), version))
}

pub(super) async fn movements(
    app: &App,
    caller: &Caller,
    id: StockLotId,
    page: PageQuery,
) -> Result<StockMovementPage, Failure> {
    let db = &app.pools.read;
    let row = repository::find_lot(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, row.site_id).await?;
    caller.require_at(Permission::ViewGoods, &site.path)?;
    let pager = Pager::new(&app.core, format!("movements|{}|{id}", caller.account), &page)?;
    let after = pager.after()?;
    let rows = repository::list_movements(db, id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    Ok(StockMovementPage { items: rows.into_iter().map(Into::into).collect(), next_page_token })
}

pub(super) async fn receive(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: ReceiveLot,
) -> Result<StockLotView, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::ManageGoods, &site.path)?;
    check_expiry(tx, &body)?;
    let goods = service::get_offered(&**tx, body.goods_id, &site).await?;
    let row = received(tx, caller, site.id, body);
    repository::insert_lot(tx, row.clone()).await?;
    record(tx, &row, StockMovementKind::Receive, row.received, None).await?;
    tell(tx, "stock_lot.received", &row).await?;
    Ok(view(tx, caller, row, &goods))
}

fn received(tx: &Tx<'_>, caller: &Caller, site: SiteId, body: ReceiveLot) -> stock_lot::Model {
    stock_lot::Model {
        id: tx.new_id(),
        goods_id: body.goods_id,
        site_id: site,
        state: StockLotState::Quarantine,
        source: body.source,
        source_ref: body.source_ref.map(String::from),
        donor_name: body.donor_name.map(String::from),
        unit_value_fen: body.unit_value_fen.map(UnitValueFen::get),
        received: body.quantity.get(),
        on_hand: body.quantity.get(),
        reserved: 0,
        issued: 0,
        written_off: 0,
        surplus: 0,
        expires_on: body.expires_on,
        received_by: caller.account,
        received_at: tx.now,
        accepted_by: None,
        second_accepted_by: None,
        accepted_at: None,
        shelved_at: None,
        note: body.note.map(String::from),
        version: 1,
    }
}

fn check_expiry(tx: &Tx<'_>, body: &ReceiveLot) -> Result<(), Failure> {
    let today = local_day(tx.now);
    match body.expires_on {
        Some(last) if last < today => Err(Failure::field("/expires_on", "已经过期，不能入库")),
        Some(last) if last.year() > LATEST_EXPIRY_YEAR => {
            Err(Failure::field("/expires_on", "日期过于遥远"))
        }
        Some(_) | None => Ok(()),
    }
}

/// The lot for a change by whoever manages stock at its site, locked.
pub(super) async fn lock_managed(
    tx: &Tx<'_>,
    caller: &Caller,
    id: StockLotId,
) -> Result<(stock_lot::Model, goods::Model), Failure> {
    let row = repository::lock_lot(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ManageGoods, &site.path)?;
    let goods = service::get(&**tx, row.goods_id).await?;
    Ok((row, goods))
}

/// Reads a lot again after its change.
async fn changed(
    tx: &Tx<'_>,
    caller: &Caller,
    id: StockLotId,
    goods: &goods::Model,
) -> Result<StockLotView, Failure> {
    let row = repository::find_lot(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    Ok(view(tx, caller, row, goods))
}

fn view(tx: &Tx<'_>, caller: &Caller, row: stock_lot::Model, goods: &goods::Model) -> StockLotView {
    let viewer = Viewer { account: caller.account, manages: true, today: local_day(tx.now) };
    StockLotView::new(row, goods, viewer)
}

pub(super) async fn accept(
    tx: &Tx<'_>,
    caller: &Caller,
    id: StockLotId,
) -> Result<StockLotView, Failure> {
    let (row, goods) = lock_managed(tx, caller, id).await?;

    match domain::decide_acceptance(&row, caller.account)? {
        Signature::First => repository::save_first_signature(tx, id, caller.account).await?,
        Signature::Second => {
            repository::save_accepted(tx, id, caller.account, tx.now).await?;
            tell(tx, "stock_lot.accepted", &row).await?;
        }
    }
    record(tx, &row, StockMovementKind::Accept, row.received, None).await?;
    changed(tx, caller, id, &goods).await
}

pub(super) async fn shelve(
    tx: &Tx<'_>,
    caller: &Caller,
    id: StockLotId,
) -> Result<StockLotView, Failure> {
    let (row, goods) = lock_managed(tx, caller, id).await?;
    domain::decide_shelving(&row, local_day(tx.now))?;
    repository::save_shelved(tx, id, tx.now).await?;
    record(tx, &row, StockMovementKind::Shelve, row.on_hand, None).await?;
    tell(tx, "stock_lot.shelved", &row).await?;
    changed(tx, caller, id, &goods).await
}

pub(super) async fn record(
    tx: &Tx<'_>,
    lot: &stock_lot::Model,
    kind: StockMovementKind,
    quantity: i32,
    reason: Option<String>,
) -> Result<(), Failure> {
    let row = stock_movement::Model {
        id: tx.new_id(),
        stock_lot_id: lot.id,
        kind,
        quantity,
        redemption_id: None,
        actor_account_id: tx.actor.account,
        reason,
        created_at: tx.now,
    };
    Ok(repository::insert_movements(tx, vec![row]).await?)
}

async fn tell(tx: &Tx<'_>, kind: &str, row: &stock_lot::Model) -> Result<(), Failure> {
    let data = serde_json::json!({ "goods_id": row.goods_id, "received": row.received });
    journal::publish(tx, kind, "stock_lot", row.id.into(), Some(row.site_id), data).await
}
