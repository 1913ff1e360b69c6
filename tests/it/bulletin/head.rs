//! A published bulletin names a head of the public tree: audit and signer hold the tree to it.

use api::tree::core::line::Line;
use api::tree::core::merkle::Frontier;
use data_encoding::HEXLOWER;
use entity::tree_leaf::LeafKind;
use entity::{bulletin, tree, tree_checkpoint, tree_leaf, tree_node};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::Quarter;
use crate::tree::{disarm, found};

async fn named(quarter: &Quarter) -> bulletin::Model {
    let named = bulletin::Entity::find().filter(bulletin::Column::Tree.is_not_null());
    named.one(&quarter.app.db).await.unwrap().expect("a bulletin")
}

async fn store(quarter: &Quarter, row: bulletin::Model) {
    row.into_active_model().reset_all().update(&quarter.app.db).await.unwrap();
}

#[actix_web::test]
async fn each_part_of_the_named_head_is_held_against_the_tree() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    quarter.app.assert_sound().await;
    disarm(&quarter.app).await;
    let row = named(&quarter).await;
    let name = row.id.to_string();
    assert!(!found(&quarter.app, "bulletin_head", &name).await);
    let root = row.tree_root.clone().expect("a head");
    let last = if root.ends_with('0') { '1' } else { '0' };
    for forged in [
        bulletin::Model { tree: Some("999999999".into()), ..row.clone() },
        bulletin::Model { tree_size: row.tree_size.map(|size| size - 1), ..row.clone() },
        bulletin::Model { tree_size: row.tree_size.map(|size| size + 1), ..row.clone() },
        bulletin::Model { tree_root: Some(format!("{}{last}", &root[..63])), ..row.clone() },
        bulletin::Model { checkpoint: Some("x".into()), ..row.clone() },
    ] {
        store(&quarter, forged.clone()).await;
        assert!(found(&quarter.app, "bulletin_head", &name).await, "{forged:?}");
    }
    store(&quarter, row).await;
    assert!(!found(&quarter.app, "bulletin_head", &name).await);

    quarter.app.db.execute_unprepared("DELETE FROM tree_checkpoint").await.unwrap();
    assert!(found(&quarter.app, "bulletin_head", &name).await, "the head is gone");
}

/// The journal tells which head a bulletin was published with: it cannot name none afterwards, nor
/// an older one.
#[actix_web::test]
async fn a_bulletin_that_forgets_its_head_or_names_an_older_one_is_named() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    quarter.app.assert_sound().await;
    disarm(&quarter.app).await;
    let row = named(&quarter).await;
    let name = row.id.to_string();
    assert!(!found(&quarter.app, "bulletin_as_told", &name).await);
    let forgotten = bulletin::Model {
        tree: None,
        tree_size: None,
        tree_root: None,
        checkpoint: None,
        ..row.clone()
    };
    for forged in [
        forgotten,
        bulletin::Model { tree_size: row.tree_size.map(|size| size - 1), ..row.clone() },
        bulletin::Model { digest: Some("0".repeat(64)), ..row.clone() },
    ] {
        store(&quarter, forged.clone()).await;
        assert!(found(&quarter.app, "bulletin_as_told", &name).await, "{forged:?}");
    }
    store(&quarter, row).await;
    assert!(!found(&quarter.app, "bulletin_as_told", &name).await);
}

/// Makes the last statement tell of one point less, and everything above it agree; the signed
/// heads go.
async fn rewrite(quarter: &Quarter) -> tree_leaf::Model {
    let db = &quarter.app.db;
    let ordered = tree_leaf::Entity::find().order_by_asc(tree_leaf::Column::LeafIndex);
    let mut leaves = ordered.all(db).await.unwrap();
    let last = leaves.iter().rposition(|leaf| leaf.kind == LeafKind::Statement).unwrap();
    let Ok(Line::Statement(mut line)) = Line::parse(leaves[last].line.as_deref().unwrap()) else {
        panic!("{:?}", leaves[last]);
    };
    line.sums.earned -= 1;
    line.sums.closing -= 1;
    let line = Line::Statement(line);
    leaves[last].line = Some(line.to_string());
    leaves[last].leaf_hash = HEXLOWER.encode(&line.hash());
    let forged = leaves[last].clone();
    forged.clone().into_active_model().reset_all().update(db).await.unwrap();

    tree_node::Entity::delete_many().exec(db).await.unwrap();
    let mut frontier = Frontier::default();
    for leaf in leaves {
        let hash = HEXLOWER.decode(leaf.leaf_hash.as_bytes()).unwrap().try_into().unwrap();
        for (subtree, hash) in frontier.append(hash) {
            let node = tree_node::Model {
                site_id: leaf.site_id,
                level: i16::from(subtree.level),
                node_index: i64::try_from(subtree.index).unwrap(),
                hash: HEXLOWER.encode(&hash),
            };
            let node = node.into_active_model().reset_all();
            tree_node::Entity::insert(node).exec_without_returning(db).await.unwrap();
        }
    }
    let row = tree::Entity::find().one(db).await.unwrap().unwrap();
    let row = tree::Model {
        root: HEXLOWER.encode(&frontier.root()),
        peaks: HEXLOWER.encode(&frontier.peaks().concat()),
        ..row
    };
    row.into_active_model().reset_all().update(db).await.unwrap();
    tree_checkpoint::Entity::delete_many().exec(db).await.unwrap();
    forged
}

#[actix_web::test]
async fn a_rewritten_statement_is_named_and_never_signed() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    disarm(&quarter.app).await;

    let forged = rewrite(&quarter).await;

    let row = named(&quarter).await;
    assert!(found(&quarter.app, "bulletin_head", &row.id.to_string()).await);
    let leaf = format!("{}/{}", row.tree.unwrap(), forged.leaf_index);
    assert!(found(&quarter.app, "leaf_agrees", &leaf).await, "{leaf}");
    let refused = api::tree::sign(&quarter.app.app, forged.site_id).await.unwrap_err();
    assert_eq!(refused.refusal().unwrap().code.name, "head_inconsistent");
    quarter.app.run_jobs().await;
    let heads = tree_checkpoint::Entity::find().all(&quarter.app.db).await.unwrap();
    assert_eq!(heads, []);
}
