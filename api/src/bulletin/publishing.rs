//! Publishing a bulletin, putting it away, and what is said beside it afterwards.

use entity::bulletin;
use entity::bulletin_correction::{self, BulletinCorrectionKind};
use entity::bulletin_line;
use entity::ids::BulletinId;

use super::domain::{BulletinAction, check_statements, quarter_of};
use super::drafting::{begin, store, tell};
use super::dto::CorrectBulletin;
use super::figures::Digest;
use super::{line_rows, repository};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;
use crate::tree;

/// Lines read at a time for the digest.
const CHUNK: u64 = 1000;
/// What is said of goods that came back after the publication.
const CAME_BACK: &str = "公开后物品已退回，积分已按规定退还";

/// Publishes a compiled draft, once every card's statement of the quarter is in the tree: fixes it
/// with its digest, and takes in the head of the town's public tree as it is now. Whoever comes
/// second finds it published.
///
/// # Errors
/// `wrong_state`, `bulletin_compiling`, `statements_pending`, `head_inconsistent`.
pub(super) async fn publish(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    id: BulletinId,
) -> Result<bulletin::Model, Failure> {
    let (mut row, site) = begin(tx, caller, id, BulletinAction::Publish).await?;
    let town = site.town_id.unwrap_or(site.id);
    check_statements(tree::is_complete(&**tx, town, quarter_of(&row)).await?)?;
    row.digest = Some(digest(tx, id).await?);
    if let Some(head) = tree::head_of(app, tx, town).await? {
        row.tree = Some(head.tree);
        row.tree_size = Some(head.size);
        row.tree_root = Some(head.root);
        row.checkpoint = Some(head.note);
    }
    row.published_by = Some(caller.account);
    row.published_at = Some(tx.now);
    let row = store(tx, row).await?;
    tell(tx, BulletinAction::Publish.event(), &row).await?;
    Ok(row)
}

async fn digest(tx: &Tx<'_>, id: BulletinId) -> Result<String, Failure> {
    let (mut digest, mut after) = (Digest::default(), 0);
    for (figure, _) in repository::list_figures(&**tx, id).await? {
        digest.add_figure(&figure);
    }
    loop {
        let lines = line_rows::list_plain(&**tx, id, (after, CHUNK)).await?;
        let Some(last) = lines.last() else { return Ok(digest.finish()) };
        after = last.position;
        for line in &lines {
            digest.add_line(line);
        }
    }
}

/// Puts a published bulletin away; it stays public.
///
/// # Errors
/// `wrong_state`, `bulletin_compiling`.
pub(super) async fn archive(
    tx: &Tx<'_>,
    caller: &Caller,
    id: BulletinId,
) -> Result<bulletin::Model, Failure> {
    let (mut row, _) = begin(tx, caller, id, BulletinAction::Archive).await?;
    row.archived_by = Some(caller.account);
    row.archived_at = Some(tx.now);
    let row = store(tx, row).await?;
    tell(tx, BulletinAction::Archive.event(), &row).await?;
    Ok(row)
}

/// Says beside a published bulletin what is not as it stands there.
///
/// # Errors
/// `wrong_state`, `bulletin_compiling`, `invalid_value` naming a line that is not there.
pub(super) async fn correct(
    tx: &Tx<'_>,
    caller: &Caller,
    id: BulletinId,
    body: CorrectBulletin,
) -> Result<bulletin_correction::Model, Failure> {
    let (row, _) = begin(tx, caller, id, BulletinAction::Correct).await?;
    let position = body.position;
    if position.is_some_and(|position| !(1..=row.line_count).contains(&position)) {
        return Err(Failure::field("/position", "没有这个序号"));
    }
    let correction = bulletin_correction::Model {
        id: tx.new_id(),
        bulletin_id: id,
        position,
        kind: BulletinCorrectionKind::Stated,
        reason: body.reason.into(),
        made_by: Some(caller.account),
        made_at: tx.now,
    };
    repository::insert_correction(tx, correction.clone()).await?;
    tell(tx, BulletinAction::Correct.event(), &row).await?;
    Ok(correction)
}

/// Says of a published line that its goods came back; says whether that is new.
pub(super) async fn say_returned(
    tx: &Tx<'_>,
    line: &bulletin_line::Model,
) -> Result<bool, Failure> {
    let correction = bulletin_correction::Model {
        id: tx.new_id(),
        bulletin_id: line.bulletin_id,
        position: Some(line.position),
        kind: BulletinCorrectionKind::Returned,
        reason: CAME_BACK.into(),
        made_by: None,
        made_at: tx.now,
    };
    Ok(repository::insert_correction(tx, correction).await?)
}
