//! What anybody may ask of the trees, and what a holder may ask of her own line.

use chrono::{DateTime, Utc};
use entity::ids::{LedgerEntryId, SiteId, VolunteerId};
use entity::tree_key::TreeKeyRole;
use entity::{tree, tree_checkpoint, tree_key, tree_leaf};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use sea_orm::ConnectionTrait;

use super::dto::{
    CheckpointView, ConsistencyQuery, ConsistencyView, InclusionView, LineProofView, ReceiptQuery,
    StatementReceiptQuery, TreeKeyList, TreeKeyView, TreeList,
};
use super::repository::{self, count, hex, wide};
use super::{error, keys, proving};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::quarter::Quarter;
use crate::site;
use crate::volunteer::{self, Reading};

/// Edge of the square in pixels; it scales without loss.
const EDGE: u32 = 320;

/// Who prints receipts: whoever may know who somebody is. A line names her whole card, and a
/// card's number is all it takes to pick up for her.
const PRINTING: Permission = Permission::ManageVolunteers;

pub(super) async fn list(db: &impl ConnectionTrait) -> Result<TreeList, Failure> {
    let rows = repository::list_trees(db).await?;
    Ok(TreeList { items: rows.into_iter().map(Into::into).collect() })
}

/// A signed head with everybody's signatures.
async fn note_of(
    db: &impl ConnectionTrait,
    head: &tree_checkpoint::Model,
) -> Result<String, Failure> {
    let lines = repository::list_cosignatures(db, head.site_id, head.tree_size).await?;
    Ok(format!("{}{}", head.note, lines.concat()))
}

/// A tree with its head of a size, or the newest.
async fn head_of(
    db: &impl ConnectionTrait,
    tree: &str,
    size: Option<u64>,
) -> Result<(tree::Model, tree_checkpoint::Model), Failure> {
    let row = proving::tree(db, tree).await?;
    let mut head = proving::checkpoint(db, row.site_id, size).await?;
    head.note = note_of(db, &head).await?;
    Ok((row, head))
}

fn view(row: &tree::Model, head: tree_checkpoint::Model) -> CheckpointView {
    let note = head.note.clone();
    CheckpointView::new(row, head, note)
}

pub(super) async fn checkpoint(
    db: &impl ConnectionTrait,
    tree: &str,
    size: Option<u64>,
) -> Result<CheckpointView, Failure> {
    let (row, head) = head_of(db, tree, size).await?;
    Ok(view(&row, head))
}

/// The same as the text that is signed.
pub(super) async fn checkpoint_text(
    db: &impl ConnectionTrait,
    tree: &str,
    size: Option<u64>,
) -> Result<String, Failure> {
    Ok(head_of(db, tree, size).await?.1.note)
}

pub(super) async fn inclusion(
    db: &impl ConnectionTrait,
    (tree, index): (&str, u64),
    size: Option<u64>,
) -> Result<InclusionView, Failure> {
    let (row, head) = head_of(db, tree, size).await?;
    let path = proving::inclusion(db, row.site_id, index, count(head.tree_size)).await?;
    let leaf = repository::find_leaf(db, row.site_id, wide(index)).await?;
    let leaf = leaf.ok_or(error::NOT_PUBLISHED_YET)?;
    let path = path.iter().map(|hash| hex(hash)).collect();
    Ok(InclusionView::new(index, leaf.leaf_hash, path, view(&row, head)))
}

/// The same as a file, without the line: that is its holder's.
pub(super) async fn inclusion_file(
    db: &impl ConnectionTrait,
    (tree, index): (&str, u64),
    size: Option<u64>,
) -> Result<String, Failure> {
    let (_, head) = head_of(db, tree, size).await?;
    Ok(proving::file(db, &head, index, None).await?.text())
}

pub(super) async fn consistency(
    db: &impl ConnectionTrait,
    tree: &str,
    query: &ConsistencyQuery,
) -> Result<ConsistencyView, Failure> {
    if query.from == 0 {
        return Err(Failure::field("from", "应为1以上的整数"));
    }
    if query.to.is_some_and(|to| to < query.from) {
        return Err(Failure::field("to", "不能小于 from"));
    }
    let (row, from) = head_of(db, tree, Some(query.from)).await?;
    let (_, to) = head_of(db, tree, query.to).await?;
    let (first, second) = (count(from.tree_size), count(to.tree_size));
    let path = proving::consistency(db, row.site_id, first, second).await?;
    let path = path.iter().map(|hash| hex(hash)).collect();
    Ok(ConsistencyView { from: view(&row, from), to: view(&row, to), path })
}

/// The keys of others as two persons registered them, and those of ours that the configuration
/// names: whoever writes one down beside the tree does not make it ours.
pub(super) async fn list_keys(app: &App, tree: &str) -> Result<TreeKeyList, Failure> {
    let db = &app.pools.read;
    let row = proving::tree(db, tree).await?;
    let rows = repository::list_keys(db, row.site_id).await?;
    let view = |row: &tree_key::Model| {
        let key = keys::public_key(row)?;
        let known = row.role != TreeKeyRole::Log || app.signatory.owns(&key);
        known.then(|| TreeKeyView::new(row, &key))
    };
    Ok(TreeKeyList { items: rows.iter().filter_map(view).collect() })
}

/// Her own line, under the signed head of a size or the newest.
pub(super) async fn own_line(
    db: &impl ConnectionTrait,
    her: VolunteerId,
    (id, size): (LedgerEntryId, Option<u64>),
) -> Result<LineProofView, Failure> {
    let owner = repository::find_owner(db, id).await?;
    if owner != Some(her) {
        return Err(code::NOT_FOUND.into());
    }
    line_proof(db, id, size).await
}

/// A line for the receipt that the station prints.
pub(super) async fn line_for_staff(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (id, query): (LedgerEntryId, ReceiptQuery),
) -> Result<LineProofView, Failure> {
    let (db, ReceiptQuery { size, reason }) = (&app.pools.read, query);
    let owner = repository::find_owner(db, id).await?.ok_or(code::NOT_FOUND)?;
    let reading = Reading { permission: PRINTING, action: "ledger_entry_proof", reason };
    volunteer::admit(app, actor, caller, owner, reading).await?;
    line_proof(db, id, size).await
}

async fn line_proof(
    db: &impl ConnectionTrait,
    id: LedgerEntryId,
    size: Option<u64>,
) -> Result<LineProofView, Failure> {
    leaf_proof(db, repository::find_leaf_of_entry(db, id).await?, size).await
}

/// Her statement of a quarter, as it stands in the tree since the quarter was closed.
///
/// # Errors
/// `invalid_value` for what is no quarter; `not_published_yet`; `not_found` where nothing moved,
/// and for a quarter before the tree began.
pub(super) async fn own_statement(
    app: &App,
    her: VolunteerId,
    (quarter, size): (&str, Option<u64>),
) -> Result<LineProofView, Failure> {
    let db = &app.pools.read;
    let quarter: Quarter = quarter.parse().map_err(|why| Failure::field("quarter", why))?;
    let leaf = repository::find_leaf_of_statement(db, her, &quarter.to_string()).await?;
    if leaf.is_none()
        && let Some(why) = never(app, her, quarter).await?
    {
        return Err(Refusal { detail: Some(why.into()), ..Refusal::new(code::NOT_FOUND) }.into());
    }
    leaf_proof(db, leaf, size).await
}

/// Why the tree of a holder's town will never have her statement of a quarter, if so.
async fn never(
    app: &App,
    holder: VolunteerId,
    quarter: Quarter,
) -> Result<Option<&'static str>, Failure> {
    let db = &app.pools.read;
    let home = site::get(db, volunteer::get(db, holder).await?.site_id).await?;
    let town = home.town_id.unwrap_or(home.id);
    if repository::is_closed(db, town, &quarter.to_string()).await? {
        return Ok(Some("这个季度已结，没有您的积分变动，没有对账单"));
    }
    // A tree that is still to begin has nothing of what is over either.
    let began = begun_at(db, town).await?.unwrap_or_else(|| app.clock.now());
    Ok((quarter.span().1 <= began).then_some("这个季度在公开账目开始之前，没有对账单"))
}

/// When the first entry of a tree was made.
async fn begun_at(
    db: &impl ConnectionTrait,
    town: SiteId,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let first = repository::find_leaf(db, town, 0).await?;
    let Some(id) = first.and_then(|leaf| leaf.ledger_entry_id) else { return Ok(None) };
    let entries = repository::list_entries(db, vec![id]).await?;
    Ok(entries.get(&id).map(|entry| entry.created_at))
}

/// A holder's statement, for the receipt that the station prints.
pub(super) async fn statement_for_staff(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (holder, query): (VolunteerId, StatementReceiptQuery),
) -> Result<LineProofView, Failure> {
    let StatementReceiptQuery { quarter, size, reason } = query;
    let reading = Reading { permission: PRINTING, action: "volunteer_statement_proof", reason };
    volunteer::admit(app, actor, caller, holder, reading).await?;
    own_statement(app, holder, (&quarter, size)).await
}

async fn leaf_proof(
    db: &impl ConnectionTrait,
    leaf: Option<tree_leaf::Model>,
    size: Option<u64>,
) -> Result<LineProofView, Failure> {
    let leaf = leaf.ok_or(error::NOT_PUBLISHED_YET)?;
    let row = repository::find_tree_of(db, leaf.site_id).await?.ok_or(error::TREE_UNKNOWN)?;
    let mut head = if size.is_some() {
        proving::checkpoint(db, leaf.site_id, size).await?
    } else {
        let newest = repository::find_last_checkpoint(db, leaf.site_id).await?;
        newest.ok_or(error::NOT_PUBLISHED_YET)?
    };
    head.note = note_of(db, &head).await?;
    prove(db, (row, head), leaf).await
}

async fn prove(
    db: &impl ConnectionTrait,
    (row, head): (tree::Model, tree_checkpoint::Model),
    leaf: tree_leaf::Model,
) -> Result<LineProofView, Failure> {
    let line = leaf.line.ok_or(error::LINE_ERASED)?;
    let file = proving::file(db, &head, count(leaf.leaf_index), Some(line.clone())).await?;
    let short = file.short().map_err(Failure::internal)?;
    Ok(LineProofView {
        entry_id: leaf.ledger_entry_id,
        quarter: leaf.quarter,
        line,
        leaf_hash: leaf.leaf_hash,
        proof: file.text(),
        svg: draw(&short)?,
        short,
        checkpoint: view(&row, head),
    })
}

fn draw(text: &str) -> Result<String, Failure> {
    let square =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(Failure::internal)?;
    let figure = square.render::<svg::Color<'_>>().min_dimensions(EDGE, EDGE).build();
    let start = figure.find("<svg").unwrap_or(0);
    Ok(figure.get(start..).unwrap_or_default().to_owned())
}
