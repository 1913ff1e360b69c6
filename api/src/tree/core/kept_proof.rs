//! A proof as somebody kept it, and whether it proves a line: the C2SP file, the short text of
//! the square code, or the service's whole answer. Pure. The page `/public/verify` reads the same
//! texts and comes to the same verdicts.

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value};

use super::line::{Line, LineFault};
use super::merkle::{Hash, hash_leaf, inclusion_plan, verify_inclusion};
use super::note::{Note, as_kept};
use super::place::{Place, number};
use super::print;
use super::proof_file::{PATH_MAX, ProofFault, ProofFile, SHORT, Trust, decode_hash};

/// A proof and the head it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptProof {
    /// The line, if the proof carries it.
    pub line: Option<String>,
    /// Number of the leaf.
    pub index: u64,
    /// The path to the root.
    pub path: Vec<Hash>,
    /// Leaves of the tree.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// The signed head; the short text has none.
    pub note: Option<Note>,
    /// The leaf's hash as the answer tells it.
    leaf_hash: Option<Hash>,
}

type Members = Map<String, Value>;

impl KeptProof {
    /// Reads a proof with whatever line ends and white space came about, or the service's answer
    /// about a line or a leaf. What the answer says beside the proof must be what the proof says.
    ///
    /// # Errors
    /// `Malformed`, `Note`, `Differs`.
    pub fn read(text: &str) -> Result<Self, ProofFault> {
        let text = as_kept(text);
        if !text.starts_with(['{', '"']) {
            return Self::read_text(&text);
        }
        let answer: Value = serde_json::from_str(&text).map_err(|_| ProofFault::Malformed)?;
        if let Some(text) = answer.as_str() {
            return Self::read_text(text);
        }
        let members = answer.as_object().ok_or(ProofFault::Malformed)?;
        let written =
            |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let kept = match written("proof").or_else(|| written("short")) {
            Some(text) => Self::read_text(text)?,
            None => Self::read_leaf(members)?,
        };
        kept.compare(members)
    }

    fn read_text(text: &str) -> Result<Self, ProofFault> {
        if text.split_whitespace().next() == Some(SHORT) {
            return Self::read_short(text);
        }
        let text = as_kept(text);
        if text.contains("\n\n") {
            return Self::of(ProofFile::parse(&text)?);
        }
        let whole = broken(&text).ok_or(ProofFault::Malformed)?;
        Self::of(ProofFile::parse(&whole)?)
    }

    /// None of its parts has white space in it, so it does not matter what became of the line
    /// ends.
    fn read_short(text: &str) -> Result<Self, ProofFault> {
        let mut parts = text.split_whitespace().skip(1);
        let mut part = || parts.next().ok_or(ProofFault::Malformed);
        let (line, size, root) = (part()?, part()?, part()?);
        let index = Place::of(line).map_err(|_| ProofFault::Malformed)?.index;
        let size = number(size).ok_or(ProofFault::Malformed)?;
        let root = decode_hash(root).ok_or(ProofFault::Malformed)?;
        let bytes = BASE64.decode(parts.collect::<String>().as_bytes());
        let bytes = bytes.map_err(|_| ProofFault::Malformed)?;
        let path = bytes.chunks(32).map(|hash| Hash::try_from(hash).ok());
        let path = checked(path.collect())?;
        Ok(Self { line: Some(line.into()), index, path, size, root, note: None, leaf_hash: None })
    }

    fn read_leaf(members: &Members) -> Result<Self, ProofFault> {
        let index = members.get("index").and_then(Value::as_u64).ok_or(ProofFault::Malformed)?;
        let path = members.get("path").and_then(Value::as_array).ok_or(ProofFault::Malformed)?;
        let path = checked(path.iter().map(unhex).collect())?;
        let note = members.get("checkpoint").and_then(|head| head.get("note"));
        let note = as_kept(note.and_then(Value::as_str).ok_or(ProofFault::Malformed)?);
        Self::of(ProofFile { line: None, index, path, note })
    }

    /// A proof file with its head.
    ///
    /// # Errors
    /// `Note`.
    pub fn of(file: ProofFile) -> Result<Self, ProofFault> {
        let ProofFile { line, index, path, note } = file;
        let note = Note::parse(&note)?;
        let (size, root) = (note.checkpoint.size, note.checkpoint.root);
        Ok(Self { line, index, path, size, root, note: Some(note), leaf_hash: None })
    }

    /// Compares what an answer says with what its proof says.
    fn compare(mut self, members: &Members) -> Result<Self, ProofFault> {
        let given = |name: &str| members.get(name).filter(|value| !value.is_null());
        if let Some(line) = given("line") {
            let line = line.as_str().ok_or(ProofFault::Differs("line"))?;
            if self.line.get_or_insert_with(|| line.to_owned()).as_str() != line {
                return Err(ProofFault::Differs("line"));
            }
        }
        if let Some(hash) = given("leaf_hash") {
            self.leaf_hash = Some(unhex(hash).ok_or(ProofFault::Differs("leaf_hash"))?);
        }
        if given("index").is_some_and(|index| index.as_u64() != Some(self.index)) {
            return Err(ProofFault::Differs("index"));
        }
        if given("short").is_some_and(|short| !self.is_short(short)) {
            return Err(ProofFault::Differs("short"));
        }
        if let Some(head) = given("checkpoint") {
            self.compare_head(head)?;
        }
        Ok(self)
    }

    fn is_short(&self, short: &Value) -> bool {
        let Some(Ok(short)) = short.as_str().map(Self::read_text) else { return false };
        let line = self.line.is_none() || self.line == short.line;
        line && (self.index, self.size, self.root) == (short.index, short.size, short.root)
            && self.path == short.path
    }

    fn compare_head(&self, head: &Value) -> Result<(), ProofFault> {
        let given = |name: &str| head.get(name).filter(|value| !value.is_null());
        let origin = self.note.as_ref().map(|note| note.checkpoint.origin.as_str());
        let tree = origin.map(tree_of);
        let says = |name: &str, own: Option<&str>| {
            own.is_none() || given(name).is_none_or(|value| value.as_str() == own)
        };
        let printed = |value: &Value| value.as_str().and_then(print::read) == Some(self.root);
        let is_note = |value: &Value| {
            let note = value.as_str().map(|text| Note::parse(&as_kept(text)));
            let Some(Ok(Note { checkpoint, .. })) = note else { return false };
            (checkpoint.size, checkpoint.root) == (self.size, self.root)
                && origin.is_none_or(|origin| origin == checkpoint.origin)
        };
        let said = [
            ("checkpoint.tree", says("tree", tree)),
            ("checkpoint.origin", says("origin", origin)),
            ("checkpoint.size", given("size").is_none_or(|n| n.as_u64() == Some(self.size))),
            ("checkpoint.root", given("root").is_none_or(|hash| unhex(hash) == Some(self.root))),
            ("checkpoint.root_printed", given("root_printed").is_none_or(printed)),
            ("checkpoint.note", given("note").is_none_or(is_note)),
        ];
        let wrong = said.into_iter().find(|(_, is_same)| !is_same);
        wrong.map_or(Ok(()), |(name, _)| Err(ProofFault::Differs(name)))
    }

    /// Checks that the line is in the tree that the reader relies on. What is hashed is the line
    /// as it is given, to the letter.
    ///
    /// # Errors
    /// Why it does not prove it.
    pub fn verify(&self, line: &str, trust: &Trust) -> Result<(), ProofFault> {
        let place = Place::of(line)?;
        if self.line.as_deref().is_some_and(|own| Place::of(own).is_err()) {
            return Err(ProofFault::Malformed);
        }
        if place.index != self.index {
            return Err(ProofFault::OtherLine { proof: self.index, line: place.index });
        }
        let plan = inclusion_plan(self.index, self.size).ok_or(ProofFault::Beyond)?;
        let origin = self.note.as_ref().map(|note| tree_of(&note.checkpoint.origin));
        if origin.is_some_and(|tree| tree != place.tree) {
            return Err(ProofFault::OtherTree);
        }
        if plan.len() != self.path.len() {
            return Err(ProofFault::Length { has: self.path.len(), needs: plan.len() });
        }
        let leaf = hash_leaf(line.as_bytes());
        if !verify_inclusion(&leaf, self.index, self.size, &self.path, &self.root) {
            return Err(ProofFault::NotIncluded);
        }
        if self.line.as_deref().is_some_and(|own| own != line) {
            return Err(ProofFault::Differs("line"));
        }
        if self.leaf_hash.is_some_and(|told| told != leaf) {
            return Err(ProofFault::Differs("leaf_hash"));
        }
        if Line::parse(line) == Err(LineFault("closing")) {
            return Err(ProofFault::Sums);
        }
        match (trust, &self.note) {
            (Trust::Key(key), Some(note)) => drop(note.verify(key)?),
            (Trust::Key(_), None) => return Err(ProofFault::NoSignatures),
            (Trust::Root(root), _) if *root != self.root => return Err(ProofFault::OtherRoot),
            (Trust::Root(_), _) => {}
        }
        Ok(())
    }
}

/// The file with its line ends again, where spaces stand for them.
fn broken(text: &str) -> Option<String> {
    let mut parts = text.split_whitespace().peekable();
    let mut rows = vec![parts.next()?.to_owned()];
    while let Some(name) = parts.next_if(|part| matches!(*part, "extra" | "index")) {
        rows.push(format!("{name} {}", parts.next()?));
    }
    while let Some(hash) = parts.next_if(|part| decode_hash(part).is_some()) {
        rows.push(hash.to_owned());
    }
    rows.push(String::new());
    for _ in 0..3 {
        rows.push(parts.next()?.to_owned());
    }
    rows.push(String::new());
    while let Some(dash) = parts.next() {
        rows.push(format!("{dash} {} {}", parts.next()?, parts.next()?));
    }
    rows.push(String::new());
    Some(rows.join("\n"))
}

/// The tree's digits: the last part of its name.
fn tree_of(origin: &str) -> &str {
    origin.rsplit('/').next().unwrap_or(origin)
}

fn unhex(value: &Value) -> Option<Hash> {
    HEXLOWER.decode(value.as_str()?.as_bytes()).ok()?.try_into().ok()
}

fn checked(path: Option<Vec<Hash>>) -> Result<Vec<Hash>, ProofFault> {
    path.filter(|path| path.len() <= PATH_MAX).ok_or(ProofFault::Malformed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::Signatory;
    use super::super::merkle::hash_node;
    use super::super::note::{Checkpoint, NoteFault};
    use super::*;

    const LINE: &str = "jfyh-entry/v1|510123101|0|C0037|2026-10-04|EARN|+40|40|CL000003|\
                        ba76992a6079074311285334177ddda5";

    /// The first of two leaves.
    fn file() -> (ProofFile, Hash) {
        let beside = [7; 32];
        let root = hash_node(&hash_leaf(LINE.as_bytes()), &beside);
        let head = Checkpoint { origin: "points.510123/510123101".into(), size: 2, root };
        let note = head.signed(&Signatory::from_seed(&[1; 32]), 1).unwrap();
        (ProofFile { line: Some(LINE.into()), index: 0, path: vec![beside], note }, root)
    }

    fn answer(file: &ProofFile, root: &Hash) -> Value {
        json!({
            "line": LINE,
            "leaf_hash": HEXLOWER.encode(&hash_leaf(LINE.as_bytes())),
            "proof": file.text(),
            "short": file.short().unwrap(),
            "checkpoint": {
                "tree": "510123101",
                "origin": "points.510123/510123101",
                "size": 2,
                "root": HEXLOWER.encode(root),
                "root_printed": print::print(root),
                "note": file.note,
            },
        })
    }

    #[test]
    fn is_read_as_it_was_kept() {
        let (file, root) = file();
        let text = file.text();
        let crlf = text.replace('\n', "\r\n");
        let answer = answer(&file, &root);
        let kept = [
            text.clone(),
            format!("{text}\n"),
            format!("\n{crlf}\r\n"),
            crlf,
            text.replace('\n', "\r"),
            text.replace('\n', " \n"),
            text.trim_end().to_owned(),
            text.replace('\n', " "),
            answer.to_string(),
            format!("{answer:#}\n"),
            Value::from(text.as_str()).to_string(),
            file.short().unwrap(),
            file.short().unwrap().replace('\n', " "),
            json!({ "short": file.short().unwrap() }).to_string(),
        ];
        for kept in kept {
            let read = KeptProof::read(&kept).unwrap();
            assert_eq!((read.line.as_deref(), read.index, read.size), (Some(LINE), 0, 2), "{kept}");
            assert_eq!((&read.path, read.root), (&file.path, root), "{kept}");
            assert_eq!(read.verify(LINE, &Trust::Root(root)), Ok(()), "{kept}");
        }
    }

    #[test]
    fn the_short_text_is_checked_by_the_root_alone() {
        let (file, root) = file();
        let read = KeptProof::read(&file.short().unwrap()).unwrap();
        let key = Signatory::from_seed(&[1; 32]);
        let key = key.public("points.510123/510123101", entity::tree_key::KeyAlgorithm::Ed25519);
        let by_key = read.verify(LINE, &Trust::Key(key.unwrap()));
        assert_eq!(by_key, Err(ProofFault::NoSignatures));
        assert_eq!(read.verify(LINE, &Trust::Root([0; 32])), Err(ProofFault::OtherRoot));
        let forged = KeptProof::read(&file.short().unwrap().replace("+40|40", "+41|41")).unwrap();
        let own = forged.line.clone().unwrap();
        assert_eq!(forged.verify(&own, &Trust::Root(root)), Err(ProofFault::NotIncluded));
    }

    #[test]
    fn the_answer_about_a_leaf_is_read_without_its_line() {
        let (file, root) = file();
        let path: Vec<_> = file.path.iter().map(|hash| HEXLOWER.encode(hash)).collect();
        let head = answer(&file, &root)["checkpoint"].clone();
        let told = json!({ "index": 0, "path": path, "checkpoint": head });
        let read = KeptProof::read(&told.to_string()).unwrap();
        assert_eq!(read, KeptProof::of(ProofFile { line: None, ..file }).unwrap());
        assert_eq!(read.verify(LINE, &Trust::Root(root)), Ok(()));
        let mut told = told;
        told["leaf_hash"] = HEXLOWER.encode(&[0; 32]).into();
        let read = KeptProof::read(&told.to_string()).unwrap();
        assert_eq!(read.verify(LINE, &Trust::Root(root)), Err(ProofFault::Differs("leaf_hash")));
        for wrong in ["{", "{}", "[]", "\"\"", r#"{"proof": ""}"#, r#"{"short": "jfyh-proof/v1"}"#]
        {
            assert_eq!(KeptProof::read(wrong), Err(ProofFault::Malformed), "{wrong}");
        }
    }

    #[test]
    fn what_stands_beside_the_proof_must_be_what_it_says() {
        let (file, root) = file();
        let forged = LINE.replace("+40|40", "+41|41");
        let note = file.note.replace("\n2\n", "\n3\n");
        let short = file.short().unwrap().replace("\n2\n", "\n3\n");
        let zeros = HEXLOWER.encode(&[0; 32]);
        let members = [
            ("/line", json!(forged)),
            ("/short", json!(short)),
            ("/checkpoint/tree", json!("510123102")),
            ("/checkpoint/origin", json!("points.510123/510123102")),
            ("/checkpoint/size", json!(3)),
            ("/checkpoint/root", json!(zeros)),
            ("/checkpoint/root_printed", json!(print::print(&[0; 32]))),
            ("/checkpoint/note", json!(note)),
        ];
        for (at, value) in members {
            let mut told = answer(&file, &root);
            *told.pointer_mut(at).unwrap() = value;
            let read = KeptProof::read(&told.to_string());
            let fault = read.expect_err(at);
            assert!(matches!(fault, ProofFault::Differs(_)) && fault.contradicts(), "{at}");
        }
        let other = ProofFile { line: Some(forged), ..file };
        let own = KeptProof::of(other).unwrap().verify(LINE, &Trust::Root(root));
        assert_eq!(own, Err(ProofFault::Differs("line")));
    }

    #[test]
    fn a_proof_of_another_length_is_incomplete_and_no_lie() {
        let (file, root) = file();
        for path in [Vec::new(), vec![[7; 32]; 2]] {
            let has = path.len();
            let read = KeptProof::of(ProofFile { path, ..file.clone() }).unwrap();
            let fault = read.verify(LINE, &Trust::Root(root)).unwrap_err();
            assert_eq!(fault, ProofFault::Length { has, needs: 1 });
            assert!(!fault.contradicts());
        }
        assert!(ProofFault::NotIncluded.contradicts());
        assert!(!ProofFault::Note(NoteFault::Malformed).contradicts());
    }
}
