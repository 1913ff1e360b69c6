//! Use cases of goods: what a site offers for points.

use entity::goods::{self, GoodsState};
use entity::ids::{GoodsId, SiteId};
use entity::site;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::domain::check_image_url;
use super::dto::{GoodsDetails, GoodsPage, GoodsQuery, GoodsView};
use super::error;
use super::repository::{self, GoodsFilter};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::site as sites;

/// The goods.
///
/// # Errors
/// `not_found` when there are none.
pub(crate) async fn get(db: &impl ConnectionTrait, id: GoodsId) -> Result<goods::Model, Failure> {
    repository::find_goods(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Goods of these ids, in no order.
///
/// # Errors
/// The database's.
pub(crate) async fn get_many(
    db: &impl ConnectionTrait,
    ids: Vec<GoodsId>,
) -> Result<Vec<goods::Model>, Failure> {
    Ok(repository::find_many_goods(db, ids).await?)
}

/// Goods that a site may use: its own and those of the sites above it, still offered.
///
/// # Errors
/// `not_found` for others' goods, `goods_retired` for those no longer offered.
pub(crate) async fn get_offered(
    db: &impl ConnectionTrait,
    id: GoodsId,
    at: &site::Model,
) -> Result<goods::Model, Failure> {
    let row = get(db, id).await?;
    if !lineage(&at.path).contains(&row.site_id) {
        return Err(code::NOT_FOUND.into());
    }
    match row.state {
        GoodsState::Active => Ok(row),
        GoodsState::Retired => Err(error::GOODS_RETIRED.into()),
    }
}

/// The ids in a path: the sites above and the site itself.
fn lineage(path: &str) -> Vec<SiteId> {
    let ids = path.split('/').filter_map(|part| part.parse::<Uuid>().ok());
    ids.map(SiteId::from).collect()
}

pub(super) async fn show(app: &App, caller: &Caller, id: GoodsId) -> Result<GoodsView, Failure> {
    let db = &app.pools.read;
    let row = get(db, id).await?;
    let site = sites::get(db, row.site_id).await?;
    // Stations see the goods of the institute above them, too.
    let below = caller.scopes(Permission::ViewGoods).iter().any(|at| at.starts_with(&site.path));
    if !below {
        caller.require_at(Permission::ViewGoods, &site.path)?;
    }
    Ok(GoodsView::new(row, caller.may_at(Permission::ManageGoods, &site.path)))
}

pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    query: GoodsQuery,
) -> Result<GoodsPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewGoods, &site.path)?;
    let name = format!("goods|{}|{}|{:?}", caller.account, site.id, query.state);
    let page = PageQuery { page_size: query.page_size, page_token: query.page_token };
    let pager = Pager::new(&app.core, name, &page)?;
    let filter = GoodsFilter {
        sites: lineage(&site.path),
        state: query.state,
        after: pager.after()?,
        limit: pager.limit(),
    };
    let rows = repository::list_goods(db, filter).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let own = caller.may_at(Permission::ManageGoods, &site.path);
    let view = |row: goods::Model| {
        let manages = own && row.site_id == site.id;
        GoodsView::new(row, manages)
    };
    Ok(GoodsPage { items: rows.into_iter().map(view).collect(), next_page_token })
}

pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    details: GoodsDetails,
) -> Result<goods::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::ManageGoods, &site.path)?;
    let row = goods::Model {
        id: tx.new_id(),
        site_id: site.id,
        name: String::new(),
        category: String::new(),
        unit_label: String::new(),
        description: None,
        points_price: 0,
        state: GoodsState::Active,
        image_url: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let row = with_details(&row, details)?;
    repository::insert_goods(tx, row.clone()).await?;
    tell(tx, "goods.created", &row).await?;
    Ok(row)
}

fn with_details(row: &goods::Model, details: GoodsDetails) -> Result<goods::Model, Failure> {
    let image_url = details.image_url.map(String::from);
    check_image_url(image_url.as_deref()).map_err(|why| Failure::field("/image_url", why))?;
    Ok(goods::Model {
        name: details.name.into(),
        category: details.category.into(),
        unit_label: details.unit_label.into(),
        description: details.description.map(String::from),
        points_price: details.points_price.get(),
        image_url,
        ..row.clone()
    })
}

/// The goods for a change by whoever manages them, locked.
async fn lock_managed(tx: &Tx<'_>, caller: &Caller, id: GoodsId) -> Result<goods::Model, Failure> {
    let row = repository::lock_goods(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ManageGoods, &site.path)?;
    Ok(row)
}

pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    id: GoodsId,
    expected: i32,
    details: GoodsDetails,
) -> Result<goods::Model, Failure> {
    let row = lock_managed(tx, caller, id).await?;
    if row.version != expected {
        return Err(code::STALE.into());
    }
    active(&row)?;
    let version = row.version + 1;
    let row = with_details(&goods::Model { version, updated_at: tx.now, ..row }, details)?;
    repository::save_goods(tx, &row).await?;
    tell(tx, "goods.updated", &row).await?;
    Ok(row)
}

pub(super) async fn retire(
    tx: &Tx<'_>,
    caller: &Caller,
    id: GoodsId,
) -> Result<goods::Model, Failure> {
    let row = lock_managed(tx, caller, id).await?;
    active(&row)?;
    let version = row.version + 1;
    let row = goods::Model { state: GoodsState::Retired, version, updated_at: tx.now, ..row };
    repository::save_goods(tx, &row).await?;
    tell(tx, "goods.retired", &row).await?;
    Ok(row)
}

fn active(row: &goods::Model) -> Result<(), Failure> {
    match row.state {
        GoodsState::Active => Ok(()),
        GoodsState::Retired => Err(code::WRONG_STATE.into()),
    }
}

async fn tell(tx: &Tx<'_>, kind: &str, row: &goods::Model) -> Result<(), Failure> {
    let data = serde_json::json!({ "points_price": row.points_price, "version": row.version });
    journal::publish(tx, kind, "goods", row.id.into(), Some(row.site_id), data).await
}
