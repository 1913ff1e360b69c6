//! What redemptions do to stock: reserve, issue, give free.
//!
//! First expired goes first. Every change of a lot is conditional, so that stock can
//! neither be promised twice nor fall below what is promised.

use chrono::NaiveDate;
use entity::ids::{GoodsId, RedemptionId, SiteId, StockLotId};
use entity::redemption::ReturnedAs;
use entity::redemption_lot;
use entity::stock_movement::{self, StockMovementKind};
use sea_orm::ConnectionTrait;

use super::allocate::{Lot, Part, allocate};
use super::error::{self, out_of_stock};
use super::repository;
use super::reservation_rows as rows;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

type LotPart = Part<StockLotId>;

/// Reserves goods of a site for a redemption, whose row must exist.
///
/// # Errors
/// `out_of_stock` with what is left.
pub(crate) async fn reserve(
    tx: &Tx<'_>,
    goods: GoodsId,
    site: SiteId,
    quantity: i32,
    redemption: RedemptionId,
) -> Result<(), Failure> {
    let parts = if quantity == 1 {
        reserve_one(tx, goods, site).await?
    } else {
        reserve_many(tx, goods, site, quantity).await?
    };
    let row = |part: &LotPart| {
        let quantity = pieces(part)?;
        Ok(redemption_lot::Model { redemption_id: redemption, stock_lot_id: part.lot, quantity })
    };
    let held = parts.iter().map(row).collect::<Result<Vec<_>, Failure>>()?;
    rows::insert_parts(tx, held).await?;
    record(tx, StockMovementKind::Reserve, redemption, &parts).await
}

async fn reserve_one(tx: &Tx<'_>, goods: GoodsId, site: SiteId) -> Result<Vec<LotPart>, Failure> {
    let lot = rows::reserve_one(tx, goods, site, local_day(tx.now)).await?;
    let lot = lot.ok_or_else(|| out_of_stock(0))?;
    Ok(vec![Part { lot, quantity: 1 }])
}

async fn reserve_many(
    tx: &Tx<'_>,
    goods: GoodsId,
    site: SiteId,
    quantity: i32,
) -> Result<Vec<LotPart>, Failure> {
    let today = local_day(tx.now);
    let locked = rows::lock_usable(tx, goods, site, today).await?;
    let lot = |row: &entity::stock_lot::Model| Lot {
        id: row.id,
        expires_on: row.expires_on,
        available: i64::from(row.on_hand) - i64::from(row.reserved),
    };
    let lots: Vec<_> = locked.iter().map(lot).collect();
    let parts = allocate(&lots, i64::from(quantity), today)?;
    for part in &parts {
        agree(rows::save_reserved(tx, part.lot, pieces(part)?).await?)?;
    }
    Ok(parts)
}

/// Hands over what a redemption reserved. What expired since is not handed over:
/// fresh pieces are taken in its place.
///
/// # Errors
/// `out_of_stock` when what was reserved expired and nothing fresh is left.
pub(crate) async fn issue(tx: &Tx<'_>, redemption: RedemptionId) -> Result<(), Failure> {
    let today = local_day(tx.now);
    let mut parts = parts_of(tx, redemption).await?;
    if let Some((goods, site)) = expired(tx, &parts).await? {
        let quantity = parts.iter().map(pieces).sum::<Result<i32, Failure>>()?;
        unreserve(tx, redemption).await?;
        reserve(tx, goods, site, quantity, redemption).await?;
        parts = parts_of(tx, redemption).await?;
    }
    if parts.is_empty() {
        return Err(Failure::internal("a redemption without reserved stock"));
    }
    for part in &parts {
        if !rows::save_issued(tx, part.lot, pieces(part)?, today).await? {
            return Err(error::STOCK_EXPIRED.into());
        }
    }
    record(tx, StockMovementKind::Issue, redemption, &parts).await
}

/// The goods and site of the reserved lots if one of them expired.
async fn expired(tx: &Tx<'_>, parts: &[LotPart]) -> Result<Option<(GoodsId, SiteId)>, Failure> {
    let lots = rows::lock_lots(tx, parts.iter().map(|part| part.lot).collect()).await?;
    let today = local_day(tx.now);
    let old = lots.iter().find(|lot| super::domain::is_expired(lot, today));
    Ok(old.map(|lot| (lot.goods_id, lot.site_id)))
}

/// Frees what a redemption reserved. A second call finds nothing to free.
///
/// # Errors
/// The database's.
pub(crate) async fn unreserve(tx: &Tx<'_>, redemption: RedemptionId) -> Result<(), Failure> {
    let parts = rows::delete_parts(tx, redemption).await?;
    let parts: Vec<_> = parts.iter().map(part_of).collect();
    if parts.is_empty() {
        return Ok(());
    }
    for part in &parts {
        agree(rows::save_unreserved(tx, part.lot, pieces(part)?).await?)?;
    }
    record(tx, StockMovementKind::Unreserve, redemption, &parts).await
}

/// Takes back what was handed over for a redemption: sound pieces go on the shelf again,
/// others are written off.
///
/// # Errors
/// `stock_expired` and `wrong_state` for pieces that can only be written off.
pub(crate) async fn take_back(
    tx: &Tx<'_>,
    redemption: RedemptionId,
    condition: ReturnedAs,
) -> Result<(), Failure> {
    let parts = rows::delete_parts(tx, redemption).await?;
    let parts: Vec<_> = parts.iter().map(part_of).collect();
    if parts.is_empty() {
        return Err(Failure::internal("a hand-over without stock"));
    }
    let lots = rows::lock_lots(tx, parts.iter().map(|part| part.lot).collect()).await?;
    let today = local_day(tx.now);
    for part in &parts {
        let lot = lots.iter().find(|lot| lot.id == part.lot);
        let lot = lot.ok_or_else(|| Failure::internal("a part without its lot"))?;
        let written = match condition {
            ReturnedAs::Sound => {
                let state = super::domain::decide_restocking(lot, today)?;
                rows::save_restocked(tx, part.lot, pieces(part)?, state).await?
            }
            ReturnedAs::Damaged => rows::save_spoilt(tx, part.lot, pieces(part)?).await?,
        };
        agree(written)?;
    }
    record(tx, StockMovementKind::Return, redemption, &parts).await?;
    match condition {
        ReturnedAs::Sound => Ok(()),
        ReturnedAs::Damaged => record(tx, StockMovementKind::WriteOff, redemption, &parts).await,
    }
}

async fn parts_of(tx: &Tx<'_>, redemption: RedemptionId) -> Result<Vec<LotPart>, Failure> {
    let parts = rows::list_parts(tx, redemption).await?;
    Ok(parts.iter().map(part_of).collect())
}

fn part_of(row: &redemption_lot::Model) -> LotPart {
    Part { lot: row.stock_lot_id, quantity: i64::from(row.quantity) }
}

fn pieces(part: &LotPart) -> Result<i32, Failure> {
    i32::try_from(part.quantity).map_err(Failure::internal)
}

/// The lots are locked, so a change that finds its condition broken is a fault of ours.
fn agree(changed: bool) -> Result<(), Failure> {
    if changed {
        Ok(())
    } else {
        Err(Failure::internal("stock does not agree with its reservations"))
    }
}

async fn record(
    tx: &Tx<'_>,
    kind: StockMovementKind,
    redemption: RedemptionId,
    parts: &[LotPart],
) -> Result<(), Failure> {
    let row = |part: &LotPart| {
        Ok(stock_movement::Model {
            id: tx.new_id(),
            stock_lot_id: part.lot,
            kind,
            quantity: pieces(part)?,
            redemption_id: Some(redemption),
            actor_account_id: tx.actor.account,
            reason: None,
            created_at: tx.now,
        })
    };
    let moved = parts.iter().map(row).collect::<Result<Vec<_>, Failure>>()?;
    Ok(repository::insert_movements(tx, moved).await?)
}

/// How many pieces of each goods are free at a site.
///
/// # Errors
/// The database's.
pub(crate) async fn count_free(
    db: &impl ConnectionTrait,
    goods: Vec<GoodsId>,
    site: SiteId,
    today: NaiveDate,
) -> Result<Vec<(GoodsId, i64)>, Failure> {
    Ok(rows::count_free(db, goods, site, today).await?)
}
