//! Use cases of the counter: finding redemptions, making them ready, handing over.

use std::time::Duration;

use entity::ids::{RedemptionId, SiteId, VolunteerId};
use entity::redemption::{self, RedemptionState};
use entity::{goods as goods_rows, site};
use sea_orm::ConnectionTrait;

use super::delegate;
use super::domain::{
    self, Clerk, PICKUP, Proof, RECEIPT, RedemptionAction, RedemptionRefusal, check_proof,
    decide_fulfilment,
};
use super::dto::{
    CounterQuery, FulfilRedemption, RedeemForCard, RedemptionCount, RedemptionPage, RedemptionView,
};
use super::freezing::require_not_frozen;
use super::repository::{self, Filter, Handover};
use super::service::{self, Wish, hash_of, tell};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::card;
use crate::goods;
use crate::ledger;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::kv::Quota;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// Cards and codes tried for one redemption: thirty bits must not be guessed.
const TRIES: Quota = Quota { requests: 5, seconds: 900 };

/// Redeems for somebody who shows her card and has no phone. Nobody does so for herself
/// or her kin.
///
/// # Errors
/// Those of [`service::redeem`], of the card, and `must_recuse`.
pub(super) async fn redeem_for_card(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: &RedeemForCard,
) -> Result<redemption::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::FulfilRedemptions, &site.path)?;
    let volunteer = card::resolve(&**tx, body.card_number.as_str()).await?.volunteer_id;
    if volunteers::is_related(&**tx, caller, volunteer).await? {
        return Err(RedemptionRefusal::MustRecuse.into());
    }
    let wish = Wish {
        volunteer,
        session: body.session_id,
        goods: body.goods_id,
        quantity: body.quantity.get(),
        at: Some(site.id),
    };
    Ok(service::redeem(app, tx, wish).await?.0)
}

/// The redemption for the counter of its site, locked.
pub(super) async fn lock_at_counter(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionId,
) -> Result<redemption::Model, Failure> {
    let row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::FulfilRedemptions, &site.path)?;
    require_not_frozen(&row, tx.now)?;
    Ok(row)
}

/// A redemption as the caller sees it at the counter.
pub(super) async fn seen_by(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: redemption::Model,
) -> Result<RedemptionView, Failure> {
    let what = goods::get(db, row.goods_id).await?;
    let name = volunteers::masked_name(&volunteers::get(db, row.volunteer_id).await?.name);
    let related = volunteers::is_related(db, caller, row.volunteer_id).await?;
    let clerk = Clerk { account: caller.account, related };
    Ok(RedemptionView::of_counter(row, &what, name, clerk))
}

pub(super) async fn make_ready(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionId,
) -> Result<RedemptionView, Failure> {
    let row = lock_at_counter(tx, caller, id).await?;
    RedemptionAction::Ready.apply(row.state)?;
    let row = repository::save_ready(tx, &row, caller.account, tx.now).await?;
    let row = row.ok_or_else(changed)?;
    tell(tx, "redemption.ready", &row).await?;
    seen_by(&**tx, caller, row).await
}

fn changed() -> Failure {
    Failure::internal("a locked redemption changed")
}

/// Hands goods over: spends the held points and issues the reserved stock, once.
///
/// # Errors
/// `must_recuse` for one's own or kin's, what one has placed and whom one has registered
/// oneself, `pickup_proof_wrong`, `redemption_expired`, `delegate_not_registered`.
pub(super) async fn fulfil(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionId,
    body: FulfilRedemption,
) -> Result<RedemptionView, Failure> {
    let shown = Shown::read(&body)?;
    let row = lock_at_counter(tx, caller, id).await?;
    let related = volunteers::is_related(&**tx, caller, row.volunteer_id).await?;
    decide_fulfilment(&row, Clerk { account: caller.account, related }, tx.now)?;
    require_proof(app, tx, &row, shown).await?;
    let delegate = match body.delegate_id {
        Some(delegate) => Some(delegate::authorise(tx, caller, &row, delegate).await?),
        None => None,
    };

    let reason = format!("核销 {}", RECEIPT.grouped(&row.receipt_no));
    ledger::commit(tx, id, &reason).await?;
    goods::issue(tx, id).await?;
    let handover = Handover { by: caller.account, signature: body.signature, delegate };
    let row = repository::save_fulfilled(tx, &row, handover, tx.now).await?;
    let row = row.ok_or_else(changed)?;
    tell(tx, "redemption.fulfilled", &row).await?;
    seen_by(&**tx, caller, row).await
}

/// What the recipient shows.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Card(&'a str),
    Code(&'a str),
}

impl<'a> Shown<'a> {
    /// Exactly one of card and code, and a signature that goes with it.
    fn read(body: &'a FulfilRedemption) -> Result<Self, Failure> {
        let shown = match (&body.card_number, &body.pickup_code) {
            (Some(number), None) => Self::Card(number.as_str()),
            (None, Some(code)) => Self::Code(code.as_str()),
            (None, None) => return Err(Failure::field("/card_number", "卡号与取货码须填一项")),
            (Some(_), Some(_)) => {
                return Err(Failure::field("/pickup_code", "卡号与取货码只能填一项"));
            }
        };
        if domain::signature_fits(body.signature, matches!(shown, Self::Card(_))) {
            return Ok(shown);
        }
        Err(Failure::field("/signature", "签收方式与出示的卡或码不一致"))
    }
}

/// Each different card or code shown for a redemption costs one of the few tries; the
/// same once more tells nobody anything new. Asked before the hand-over's transaction,
/// which keeps the row from others and must not wait for the short-lived store.
///
/// # Errors
/// `rate_limited`; `not_found` and `permission_denied` as for the hand-over.
pub(super) async fn spend_try(
    app: &App,
    caller: &Caller,
    id: RedemptionId,
    body: &FulfilRedemption,
) -> Result<(), Failure> {
    let shown = Shown::read(body)?;
    let row = repository::find(&app.pools.read, id).await?.ok_or(code::NOT_FOUND)?;
    counter_site(app, caller, row.site_id).await?;
    let (Shown::Card(text) | Shown::Code(text)) = shown;
    let seen = app.vault.index.index("redemption.try", &format!("{id}|{text}"));
    let seen = format!("pickup-seen:{seen}");
    if matches!(app.kv.get(&seen).await, Ok(Some(_))) {
        return Ok(());
    }
    let verdict = app.kv.spend(&format!("pickup:{id}"), TRIES, app.clock.now()).await;
    if !verdict.allowed {
        return Err(Refusal::new(code::RATE_LIMITED).retry_after(verdict.retry_after).into());
    }
    // With the store away the next look costs another try.
    app.kv.put(&seen, "1", Duration::from_mins(15)).await.ok();
    Ok(())
}

async fn require_proof(
    app: &App,
    tx: &Tx<'_>,
    row: &redemption::Model,
    shown: Shown<'_>,
) -> Result<(), Failure> {
    let proof = match shown {
        Shown::Card(number) => Proof { card_of: owner_of(tx, number).await?, code_fits: None },
        Shown::Code(typed) => {
            let code = PICKUP.parse(typed).ok();
            let fits = code.is_some_and(|code| hash_of(app, row.id, &code) == row.pickup_code_hash);
            Proof { card_of: None, code_fits: Some(fits) }
        }
    };
    Ok(check_proof(row, proof)?)
}

/// Whose card this is; an unknown number is nobody's, a lost card says so.
async fn owner_of(tx: &Tx<'_>, number: &str) -> Result<Option<VolunteerId>, Failure> {
    match card::resolve(&**tx, number).await {
        Ok(card) => Ok(Some(card.volunteer_id)),
        Err(failure) => match failure.refusal() {
            Some(refusal) if refusal.code == card::CARD_UNKNOWN => Ok(None),
            Some(_) | None => Err(failure),
        },
    }
}

/// The site, if the caller works at its counter.
async fn counter_site(app: &App, caller: &Caller, id: SiteId) -> Result<site::Model, Failure> {
    let site = sites::get(&app.pools.read, id).await?;
    caller.require_at(Permission::FulfilRedemptions, &site.path)?;
    Ok(site)
}

/// What the counter's screen shows, in one call.
pub(super) async fn look_up(
    app: &App,
    caller: &Caller,
    site: SiteId,
    query: CounterQuery,
) -> Result<RedemptionPage, Failure> {
    let site = counter_site(app, caller, site).await?;
    let db = &app.pools.read;
    let mut filter = Filter { site: Some(site.id), state: query.state, ..Filter::default() };
    if let Some(number) = &query.card_number {
        filter.volunteer = Some(card::resolve(db, number).await?.volunteer_id);
    }
    if let Some(number) = &query.receipt_no {
        let number = RECEIPT.parse(number);
        filter.receipt_no =
            Some(number.map_err(|why| Failure::field("receipt_no", why.to_string()))?);
    }
    let name = format!("counter|{}|{filter:?}", caller.account);
    let page = PageQuery { page_size: query.page_size, page_token: query.page_token };
    let pager = Pager::new(&app.core, name, &page)?;
    filter.after = pager.after()?;
    filter.limit = pager.limit();
    let rows = repository::list(db, filter).await?;
    let (rows, next_page_token) = pager.cut(rows, |(row, _)| row.id.to_string())?;
    let items = with_names(app, caller, rows).await?;
    Ok(RedemptionPage { items, next_page_token })
}

/// One redemption of a site, as its counter sees it.
pub(super) async fn show(
    app: &App,
    caller: &Caller,
    site: SiteId,
    id: RedemptionId,
) -> Result<RedemptionView, Failure> {
    let site = counter_site(app, caller, site).await?;
    let db = &app.pools.read;
    let row = repository::find(db, id).await?.filter(|row| row.site_id == site.id);
    seen_by(db, caller, row.ok_or(code::NOT_FOUND)?).await
}

async fn with_names(
    app: &App,
    caller: &Caller,
    rows: Vec<(redemption::Model, goods_rows::Model)>,
) -> Result<Vec<RedemptionView>, Failure> {
    let db = &app.pools.read;
    let ids: Vec<_> = rows.iter().map(|(row, _)| row.volunteer_id).collect();
    let kin = volunteers::related_among(db, caller, ids.iter().copied()).await?;
    let names = repository::list_names(db, ids).await?;
    let view = |(row, what): (redemption::Model, goods_rows::Model)| {
        let found = names.iter().find(|(id, _)| *id == row.volunteer_id);
        let name = found.map(|(_, name)| volunteers::masked_name(name)).unwrap_or_default();
        let related = kin.contains(&row.volunteer_id);
        let clerk = Clerk { account: caller.account, related };
        RedemptionView::of_counter(row, &what, name, clerk)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// How many redemptions of a site are in each state, for the badges of its screen.
pub(super) async fn count(
    app: &App,
    caller: &Caller,
    site: SiteId,
) -> Result<RedemptionCount, Failure> {
    let site = counter_site(app, caller, site).await?;
    let mut count = RedemptionCount::default();
    for (state, number) in repository::count_by_state(&app.pools.read, site.id).await? {
        let number = u64::try_from(number).map_err(Failure::internal)?;
        match state {
            RedemptionState::Created => count.created = number,
            RedemptionState::Ready => count.ready = number,
            RedemptionState::Fulfilled => count.fulfilled = number,
            RedemptionState::Cancelled => count.cancelled = number,
            RedemptionState::Expired => count.expired = number,
            RedemptionState::Returned => count.returned = number,
        }
    }
    Ok(count)
}
