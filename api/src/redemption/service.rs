//! Use cases of whoever redeems: placing a redemption, its pick-up code, her own list.

use chrono::{DateTime, Utc};
use entity::ids::{GoodsId, RedemptionId, RedemptionSessionId, SiteId, VolunteerId};
use entity::redemption::{self, RedemptionState};
use entity::{redemption_session, session_item, site, volunteer};
use serde_json::json;

use super::domain::{self, Admission, PICKUP, RECEIPT, RedemptionAction, decide_admission};
use super::dto::{MyRedemptionQuery, RedemptionPage, RedemptionView};
use super::freezing::require_not_frozen;
use super::offer_rows;
use super::repository::{self, Filter};
use crate::app::App;
use crate::auth::Caller;
use crate::card;
use crate::goods;
use crate::journal;
use crate::ledger;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// What somebody wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) volunteer: VolunteerId,
    pub(super) session: RedemptionSessionId,
    pub(super) goods: GoodsId,
    pub(super) quantity: i32,
    /// Where it must be, when staff ask at their counter.
    pub(super) at: Option<SiteId>,
}

/// Places a redemption: takes from the offer, holds the points and reserves the stock,
/// all or nothing. Rows are locked in one order: the session and the volunteer, shared,
/// so that closing and suspending wait and are waited for; the offered item, the points
/// account, the lots. Answers the row and its pick-up code, which is not stored in clear.
///
/// # Errors
/// Why not: `session_not_open`, `volunteer_not_active`, `card_not_active`,
/// `out_of_stock`, `limit_reached`, `insufficient_points`, `below_threshold`.
pub(super) async fn redeem(
    app: &App,
    tx: &Tx<'_>,
    wish: Wish,
) -> Result<(redemption::Model, String), Failure> {
    let found = offer_rows::share_session_with_site(tx, wish.session).await?;
    let (session, site) = found.ok_or(code::NOT_FOUND)?;
    if wish.at.is_some_and(|at| at != site.id) {
        return Err(code::NOT_FOUND.into());
    }
    let person = volunteers::share(tx, wish.volunteer).await?;
    require_same_town(tx, &person, &site).await?;
    let has_card = card::find_active(&**tx, wish.volunteer).await?.is_some();
    let settings = sites::effective_settings(&**tx, &site, tx.now).await?;

    let case = Admission { session: &session, volunteer: person.state, has_card, now: tx.now };
    decide_admission(case)?;

    let item = take(tx, &session, wish).await?;
    let code = PICKUP.build(tx.random());
    let hours = settings.redemption_hold_hours;
    let expires_at = domain::expires_at(tx.now, hours, session.pickup_until);
    let row = placed(app, tx, &item, Placing { wish, site: site.id, expires_at, code: &code })?;
    repository::insert(tx, row.clone()).await?;
    let reason = format!("兑换 {}", RECEIPT.grouped(&row.receipt_no));
    let held = ledger::hold(tx, wish.volunteer, row.points, row.id, &reason).await?;
    domain::check_threshold(session.threshold, held.total_after)?;
    goods::reserve(tx, wish.goods, site.id, wish.quantity, row.id).await?;
    tell(tx, "redemption.created", &row).await?;
    Ok((row, code))
}

/// A volunteer redeems in her own town; what another offers she need not know of.
async fn require_same_town(
    tx: &Tx<'_>,
    person: &volunteer::Model,
    site: &site::Model,
) -> Result<(), Failure> {
    if person.site_id == site.id || site.town_id.is_none() {
        return Ok(());
    }
    let home = sites::get(&**tx, person.site_id).await?;
    if home.town_id == site.town_id { Ok(()) } else { Err(code::NOT_FOUND.into()) }
}

/// Takes from the offer and counts what one person takes.
async fn take(
    tx: &Tx<'_>,
    session: &redemption_session::Model,
    wish: Wish,
) -> Result<session_item::Model, Failure> {
    let taken = offer_rows::take(tx, session.id, wish.goods, wish.quantity).await?;
    let Some(item) = taken else {
        return Err(refuse_item(tx, wish).await?);
    };
    if item.limit_per_person.is_some() {
        let before = offer_rows::count_taken(tx, item.id, wish.volunteer).await?;
        domain::check_limit(item.limit_per_person, before, wish.quantity)?;
    }
    if let Some(limit) = session.limit_per_person {
        let (volunteer, quantity) = (wish.volunteer, wish.quantity);
        if !offer_rows::count_person(tx, session.id, volunteer, quantity, limit).await? {
            let had = offer_rows::counted(tx, session.id, volunteer).await?;
            let of = domain::LimitOf::Session;
            return Err(domain::RedemptionRefusal::LimitReached { limit, had, of }.into());
        }
    }
    Ok(item)
}

/// Why nothing could be taken: not offered at all, or too little left.
async fn refuse_item(tx: &Tx<'_>, wish: Wish) -> Result<Failure, Failure> {
    let Some(item) = offer_rows::find_item(&**tx, wish.session, wish.goods).await? else {
        return Ok(Failure::field("/goods_id", "本次兑换没有这种物品"));
    };
    let left = item.quantity_offered.saturating_sub(item.quantity_taken);
    Ok(Refusal::new(goods::OUT_OF_STOCK).with("available", left).into())
}

/// What a new redemption is made of, beside the offered item.
#[derive(Clone, Copy)]
struct Placing<'a> {
    wish: Wish,
    site: SiteId,
    expires_at: DateTime<Utc>,
    code: &'a str,
}

fn placed(
    app: &App,
    tx: &Tx<'_>,
    item: &session_item::Model,
    placing: Placing<'_>,
) -> Result<redemption::Model, Failure> {
    let id: RedemptionId = tx.new_id();
    let Placing { wish, site, expires_at, code } = placing;
    let by = tx.actor.account.ok_or_else(|| Failure::internal("nobody redeems"))?;
    Ok(redemption::Model {
        id,
        session_id: wish.session,
        session_item_id: item.id,
        goods_id: wish.goods,
        site_id: site,
        volunteer_id: wish.volunteer,
        quantity: wish.quantity,
        points: i64::from(item.points).saturating_mul(i64::from(wish.quantity)),
        state: RedemptionState::Created,
        pickup_code_hash: hash_of(app, id, code),
        receipt_no: RECEIPT.build(tx.random()),
        created_by: by,
        delegate_name: None,
        ready_by: None,
        ready_at: None,
        fulfilled_by: None,
        fulfilled_at: None,
        signature_kind: None,
        ended_reason: None,
        ended_at: None,
        returned_by: None,
        returned_as: None,
        expires_at,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
        frozen_at: None,
        frozen_until: None,
        frozen_reason: None,
        delegate_id: None,
    })
}

/// Keyed, so that a copy of the database does not tell the codes.
pub(super) fn hash_of(app: &App, id: RedemptionId, code: &str) -> String {
    app.vault.index.index("redemption.pickup_code", &format!("{id}|{code}"))
}

/// Tells what became of a redemption.
pub(super) async fn tell(tx: &Tx<'_>, kind: &str, row: &redemption::Model) -> Result<(), Failure> {
    let data = json!({
        "session_id": row.session_id,
        "goods_id": row.goods_id,
        "quantity": row.quantity,
        "points": row.points,
    });
    journal::publish(tx, kind, "redemption", row.id.into(), Some(row.site_id), data).await
}

/// A new pick-up code for the holder; the old one is good no more.
///
/// # Errors
/// `not_found` for another's redemption, `wrong_state` once it has ended.
pub(super) async fn renew_code(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionId,
) -> Result<(redemption::Model, String), Failure> {
    let volunteer = caller.volunteer()?;
    let row = repository::lock(tx, id).await?.filter(|row| row.volunteer_id == volunteer);
    let row = row.ok_or(code::NOT_FOUND)?;
    require_not_frozen(&row, tx.now)?;
    RedemptionAction::RenewCode.apply(row.state)?;
    let code = PICKUP.build(tx.random());
    repository::save_pickup_code(tx, &row, hash_of(app, id, &code), tx.now).await?;
    Ok((row, code))
}

/// The caller's own redemptions, newest first.
pub(super) async fn list_mine(
    app: &App,
    caller: &Caller,
    query: MyRedemptionQuery,
) -> Result<RedemptionPage, Failure> {
    let volunteer = caller.volunteer()?;
    let MyRedemptionQuery { state, page_size, page_token } = query;
    let name = format!("my-redemptions|{volunteer}|{state:?}");
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let after = pager.after()?;
    let limit = pager.limit();
    let filter = Filter { volunteer: Some(volunteer), state, after, limit, ..Filter::default() };
    let rows = repository::list(&app.pools.read, filter).await?;
    let (rows, next_page_token) = pager.cut(rows, |(row, _)| row.id.to_string())?;
    let view = |(row, goods)| RedemptionView::of_holder(row, &goods);
    Ok(RedemptionPage { items: rows.into_iter().map(view).collect(), next_page_token })
}

/// One of the caller's own redemptions.
///
/// # Errors
/// `not_found` for another's.
pub(super) async fn show_mine(
    app: &App,
    caller: &Caller,
    id: RedemptionId,
) -> Result<RedemptionView, Failure> {
    let volunteer = caller.volunteer()?;
    let db = &app.pools.read;
    let row = repository::find(db, id).await?.filter(|row| row.volunteer_id == volunteer);
    let row = row.ok_or(code::NOT_FOUND)?;
    let what = goods::get(db, row.goods_id).await?;
    Ok(RedemptionView::of_holder(row, &what))
}
