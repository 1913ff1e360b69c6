//! The heads of one tree while it is grown again: signed by us, cosigned by others, and named by
//! published bulletins.

use std::collections::HashMap;

use entity::tree_key::TreeKeyRole;
use entity::{bulletin, tree, tree_checkpoint, tree_cosignature, tree_key};
use sea_orm::{ConnectionTrait, DbErr};

use super::super::core::key::{PublicKey, Signatory};
use super::super::core::merkle::Frontier;
use super::super::core::note::{Note, SignatureLine};
use super::super::keys::public_key;
use super::super::repository::{self, count, hex};
use super::{Findings, rows};

/// What is still to be met on the way.
#[derive(Debug)]
pub(super) struct Heads {
    /// Largest first.
    due: Vec<tree_checkpoint::Model>,
    /// Bulletins that name heads of this tree, the largest head first.
    named: Vec<bulletin::Model>,
    keys: Vec<tree_key::Model>,
    /// Those of them that are ours.
    own: Vec<PublicKey>,
    others: HashMap<i64, Vec<tree_cosignature::Model>>,
    /// The head met last.
    last: Option<tree_checkpoint::Model>,
}

impl Heads {
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        row: &tree::Model,
        (named, ours): (Vec<bulletin::Model>, Option<&Signatory>),
    ) -> Result<Self, DbErr> {
        let mut due = repository::list_checkpoints(db, row.site_id).await?;
        due.reverse();
        let keys = repository::list_keys(db, row.site_id).await?;
        let own = keys.iter().filter(|key| key.role == TreeKeyRole::Log);
        let own = own.filter_map(public_key);
        let own = own.filter(|key| ours.is_none_or(|ours| ours.owns(key))).collect();
        let mut others: HashMap<i64, Vec<_>> = HashMap::new();
        for other in rows::list_all_cosignatures(db, row.site_id).await? {
            others.entry(other.tree_size).or_default().push(other);
        }
        Ok(Self { due, named, keys, own, others, last: None })
    }

    /// Each key is the one that its number and its name say; ours came with a signed head.
    pub(super) fn check_keys(&self, row: &tree::Model, findings: &mut Findings) {
        if self.due.is_empty() && self.keys.iter().any(|key| key.role == TreeKeyRole::Log) {
            let found = "was signed, and none of its signed heads is left";
            findings.add("signed_head", "tree_checkpoint", row.tenant.clone(), found);
        }
        for key in &self.keys {
            if let Some(found) = key_fault(row, key).or_else(|| self.strange(key)) {
                findings.add("tree_key", "tree_key", key.id.to_string(), found);
            }
        }
    }

    /// A key that is written down as ours, and is not.
    fn strange(&self, key: &tree_key::Model) -> Option<&'static str> {
        let public = public_key(key).filter(|_| key.role == TreeKeyRole::Log)?;
        let found = "is neither tree.signing_key nor one of tree.earlier_keys";
        (!self.own.contains(&public)).then_some(found)
    }

    /// Checks whatever is said of the tree at the size reached.
    pub(super) fn reach(
        &mut self,
        row: &tree::Model,
        frontier: &Frontier,
        findings: &mut Findings,
    ) {
        while let Some(head) = self.due.pop_if(|head| count(head.tree_size) <= frontier.size()) {
            self.signed(row, (&head, frontier), findings);
            self.last = Some(head);
        }
        while let Some(named) = self.named.pop_if(|named| size_of(named) <= frontier.size()) {
            if let Some(found) = self.named_fault(&named, frontier) {
                named_wrongly(&named, found, findings);
            }
        }
    }

    /// What the tree never came to.
    pub(super) fn finish(self, row: &tree::Model, findings: &mut Findings) {
        for head in self.due {
            head_fault(row, &head, "is larger than the tree", findings);
        }
        for named in self.named {
            named_wrongly(&named, "names more leaves than the tree has", findings);
        }
        for other in self.others.into_values().flatten() {
            cosigned_wrongly(row, &other, "is under a head that is gone", findings);
        }
    }

    fn signed(
        &mut self,
        row: &tree::Model,
        (head, frontier): (&tree_checkpoint::Model, &Frontier),
        findings: &mut Findings,
    ) {
        if head.root != hex(&frontier.root()) || count(head.tree_size) != frontier.size() {
            head_fault(row, head, "is not the root of its leaves", findings);
        }
        let note = Note::parse(&head.note).ok();
        if !note.as_ref().is_some_and(|note| self.is_ours(row, head, note)) {
            head_fault(row, head, "is not as we signed it", findings);
        }
        for other in self.others.remove(&head.tree_size).unwrap_or_default() {
            let found = match &note {
                Some(note) => self.cosigned_fault(&other, note),
                None => Some("is under no signed text"),
            };
            if let Some(found) = found {
                cosigned_wrongly(row, &other, found, findings);
            }
        }
    }

    /// The text is the head's, and every signature of it is by a key of ours that is kept.
    fn is_ours(&self, row: &tree::Model, head: &tree_checkpoint::Model, note: &Note) -> bool {
        let made =
            |line: &SignatureLine| self.own.iter().any(|key| line.verify(note.body(), key).is_ok());
        note.checkpoint.origin == row.origin
            && note.checkpoint.size == count(head.tree_size)
            && hex(&note.checkpoint.root) == head.root
            && !note.signatures.is_empty()
            && note.signatures.iter().all(made)
    }

    fn cosigned_fault(&self, other: &tree_cosignature::Model, note: &Note) -> Option<&'static str> {
        let Some(key) = self.keys.iter().find(|key| key.id == other.tree_key_id) else {
            return Some("is by a key that is none");
        };
        if key.proposed_by.is_none() || key.approved_by.is_none() {
            return Some("is by a key that no two persons registered");
        }
        let line = SignatureLine::parse(&other.line).ok();
        let made = line.zip(public_key(key));
        let made = made.is_some_and(|(line, key)| line.verify(note.body(), &key).is_ok());
        (!made).then_some("is not its key's signature")
    }

    fn named_fault(&self, named: &bulletin::Model, frontier: &Frontier) -> Option<&'static str> {
        let root = hex(&frontier.root());
        if size_of(named) != frontier.size() || named.tree_root.as_ref() != Some(&root) {
            return Some("names a head that is not the root of its leaves");
        }
        let head = self.last.as_ref().filter(|head| Some(head.tree_size) == named.tree_size);
        let Some(head) = head else { return Some("names a head that is gone") };
        let same = named.checkpoint.as_ref() == Some(&head.note);
        (!same).then_some("holds another text than the one signed")
    }
}

/// A bulletin that names a head that is not there.
pub(super) fn named_wrongly(named: &bulletin::Model, found: &str, findings: &mut Findings) {
    findings.add("bulletin_head", "bulletin", named.id.to_string(), found);
}

fn size_of(named: &bulletin::Model) -> u64 {
    named.tree_size.map_or(0, count)
}

fn key_fault(row: &tree::Model, key: &tree_key::Model) -> Option<&'static str> {
    let Some(public) = public_key(key) else { return Some("is no key") };
    if key.key_id != hex(&public.id()) {
        return Some("is not the key its number names");
    }
    let ours = key.role == TreeKeyRole::Log;
    (ours != (key.name == row.origin)).then_some("signs under a name that is not its own")
}

fn head_fault(
    row: &tree::Model,
    head: &tree_checkpoint::Model,
    found: &str,
    findings: &mut Findings,
) {
    let name = format!("{}/{}", row.tenant, head.tree_size);
    findings.add("signed_head", "tree_checkpoint", name, found);
}

fn cosigned_wrongly(
    row: &tree::Model,
    other: &tree_cosignature::Model,
    found: &str,
    findings: &mut Findings,
) {
    let name = format!("{}/{}/{}", row.tenant, other.tree_size, other.tree_key_id);
    findings.add("cosignature", "tree_cosignature", name, found);
}
