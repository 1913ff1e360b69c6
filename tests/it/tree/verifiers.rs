//! Four ways to check a line, none trusting the service: the binary, the shell, a Python
//! script of its own, and the page. Each finds one changed byte.

use std::path::Path;
use std::process::Command;

use harness::Process;
use serde_json::{Value, json};

use super::Village;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/tree/verify.py");
const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/tree/vectors.json");
const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../api/docs/tree.md");

fn python(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("python3").arg(SCRIPT).args(arguments).output().expect("python3");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

pub(super) struct Paper {
    pub(super) village: Village,
    folder: tempfile::TempDir,
    pub(super) shown: Value,
    pub(super) key: String,
}

impl Paper {
    pub(super) async fn print() -> Self {
        let village = Village::open(11).await;
        let page = village.zhang.client.get("/v1/me/ledger-entries").await.ok();
        let entry = page["items"][2]["id"].as_str().unwrap().to_owned();
        let at = format!("/v1/me/ledger-entries/{entry}/proof");
        let shown = village.zhang.client.get(at).await.ok();
        let keys = village.app.anonymous().get(village.at("keys")).await.ok();
        let key = keys["items"].as_array().unwrap().iter();
        let key = key.clone().find(|key| key["algorithm"] == "ed25519").unwrap()["key"].clone();
        let key = key.as_str().unwrap().to_owned();
        Self { village, folder: tempfile::tempdir().unwrap(), shown, key }
    }

    pub(super) fn text(&self, member: &str) -> &str {
        self.shown[member].as_str().unwrap()
    }

    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The line with one byte changed, in turn at each place.
    fn changed(&self) -> Vec<String> {
        let line = self.text("line");
        let change = |at: usize| {
            let mut bytes = line.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
            String::from_utf8(bytes).unwrap()
        };
        (0..line.len()).map(change).collect()
    }
}

#[test]
fn python_makes_the_vectors_of_the_specification() {
    assert_eq!(python(&["vectors", VECTORS]), Ok("vectors".into()));
}

#[actix_web::test]
async fn python_accepts_the_line_and_refuses_one_changed_byte() {
    let paper = Paper::print().await;
    let whole = paper.file("whole", paper.text("proof"));
    let (line, key) = (paper.text("line"), paper.key.as_str());
    assert!(python(&["line", &whole, key]).is_ok_and(|said| said.ends_with("of 11")));
    assert!(python(&["line", &whole, key, line]).is_ok());

    let bare: String = paper
        .text("proof")
        .lines()
        .filter(|l| !l.starts_with("extra "))
        .fold(String::new(), |text, line| text + line + "\n");
    let bare = paper.file("bare", &bare);
    assert!(python(&["line", &bare, key, line]).is_ok());
    for changed in paper.changed().iter().step_by(9) {
        assert!(python(&["line", &bare, key, changed]).is_err(), "{changed}");
    }
    let at = paper.text("proof").rfind("\n11\n").unwrap();
    let mut forged = paper.text("proof").to_owned();
    forged.replace_range(at + 2..at + 3, "2");
    let forged = paper.file("forged", &forged);
    assert!(python(&["line", &forged, key]).is_err_and(|fault| fault.contains("false")));
}

#[actix_web::test]
async fn python_follows_one_head_to_the_next() {
    let paper = Paper::print().await;
    let old = paper.shown["checkpoint"]["note"].as_str().unwrap().to_owned();
    paper.village.give(6).await;
    paper.village.app.run_jobs().await;
    let anybody = paper.village.app.anonymous();
    let grown = anybody.get(paper.village.at("consistency?from=11")).await.ok();
    let path = grown["path"].as_array().unwrap().iter().map(|hash| hash.as_str().unwrap());
    let path: Vec<_> = path.collect();
    let files = [
        ("path", path.join("\n")),
        ("old", old),
        ("new", grown["to"]["note"].as_str().unwrap().to_owned()),
    ];
    let [path, old, new] = files.map(|(name, text)| paper.file(name, &text));

    assert_eq!(python(&["growth", &path, &paper.key, &old, &new]), Ok("11 to 17".into()));
    assert!(python(&["growth", &path, &paper.key, &new, &old]).is_err());
}

#[actix_web::test]
async fn the_binary_checks_offline_by_key_and_by_printed_root() {
    let paper = Paper::print().await;
    let whole = paper.file("whole", paper.text("proof"));
    let root = paper.shown["checkpoint"]["root_printed"].as_str().unwrap();
    let run = |arguments: &[&str]| Process::run(&paper.village.app, arguments);
    let by_key = run(&["verify", &whole, "--key", &paper.key]);
    assert!(by_key.status.success(), "{by_key:?}");
    assert!(String::from_utf8_lossy(&by_key.stdout).contains(paper.text("line")));
    assert!(run(&["verify", &whole, "--root", root]).status.success());
    assert!(!run(&["verify", &whole]).status.success(), "trusting nobody");
    let kept = [
        ("crlf", paper.text("proof").replace('\n', "\r\n")),
        ("fed", format!("{}\n", paper.text("proof"))),
        ("answer", paper.shown.to_string()),
    ];
    for (name, text) in kept {
        let read = run(&["verify", &paper.file(name, &text), "--key", &paper.key]);
        assert!(read.status.success(), "{name}: {read:?}");
    }

    let other = root.replace(&root[..4], "0000");
    assert!(!run(&["verify", &whole, "--root", &other]).status.success());
    for changed in paper.changed().iter().step_by(23) {
        let refused = run(&["verify", &whole, "--root", root, "--line", changed]);
        assert!(!refused.status.success(), "{changed}");
    }
}

/// What the binary says, or why it refuses.
fn binary(village: &Village, arguments: &[&str]) -> Result<String, String> {
    let output = Process::run(&village.app, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

#[actix_web::test]
async fn the_binary_says_which_signatures_it_checked_and_refuses_false_ones() {
    let paper = Paper::print().await;
    let whole = paper.file("whole", paper.text("proof"));
    let root = paper.shown["checkpoint"]["root_printed"].as_str().unwrap();
    let keys = paper.village.app.anonymous().get(paper.village.at("keys")).await.ok();
    let listed = keys["items"].as_array().unwrap();
    let own = listed.iter().find(|key| key["key"] == json!(paper.key)).unwrap();
    let timed = listed.iter().find(|key| key["algorithm"] == "cosignature_v1").unwrap();
    let (print, timed) = (own["fingerprint"].as_str().unwrap(), timed["key"].as_str().unwrap());
    let run = |arguments: &[&str]| {
        binary(&paper.village, &[&["verify", whole.as_str()], arguments].concat())
    };

    let by_root = run(&["--root", root]).unwrap();
    assert!(by_root.contains("printed root: the same"), "{by_root}");
    assert!(by_root.contains("signatures: none of 2 checked"), "{by_root}");
    let by_key = run(&["--key", &paper.key]).unwrap();
    assert!(by_key.contains("printed root: not compared"), "{by_key}");
    assert!(by_key.contains("compare it with the signboard"), "{by_key}");
    assert!(by_key.contains("signatures: 1 more not checked"), "{by_key}");
    let all = ["--root", root, "--key", &paper.key, "--key", timed, "--fingerprint", print];
    let all = run(&all).unwrap();
    assert_eq!(all.matches("as on the signboard").count(), 2, "{all}");
    assert!(all.contains(" (Unix time)") && !all.contains("not"), "{all}");

    let strange = api::tree::core::key::Signatory::from_seed(&[7; 32]);
    let strange = strange.public("points.510120", entity::tree_key::KeyAlgorithm::Ed25519);
    let strange = strange.unwrap().to_string();
    let refused = run(&["--key", &paper.key, "--key", &strange]).unwrap_err();
    assert!(refused.contains("has not signed"), "{refused}");
    let other = print.replace(&print[..4], "0000");
    let refused = run(&["--key", &paper.key, "--fingerprint", &other]).unwrap_err();
    assert!(refused.contains("another fingerprint"), "{refused}");
    let refused = run(&["--fingerprint", print, "--root", root]).unwrap_err();
    assert!(refused.contains("not enough"), "{refused}");
    // One letter of the signature: false by the key, unnoticed by the root alone and said so.
    let text = paper.text("proof");
    let at = text.rfind("\n\u{2014}").unwrap() - 40;
    let mut forged = text.to_owned();
    forged.replace_range(at..=at, if &text[at..=at] == "A" { "B" } else { "A" });
    let forged = paper.file("forged", &forged);
    let refused = binary(&paper.village, &["verify", &forged, "--key", &paper.key]).unwrap_err();
    assert!(refused.contains("the signature is false"), "{refused}");
    let by_root = binary(&paper.village, &["verify", &forged, "--root", root]).unwrap();
    assert!(by_root.contains("signatures: none of 2 checked"), "{by_root}");
}

#[actix_web::test]
async fn the_binary_follows_a_head_kept_on_paper_to_a_later_one() {
    let paper = Paper::print().await;
    let old = paper.shown["checkpoint"]["note"].as_str().unwrap().to_owned();
    let old_root = paper.shown["checkpoint"]["root_printed"].as_str().unwrap();
    paper.village.give(6).await;
    paper.village.app.run_jobs().await;
    let anybody = paper.village.app.anonymous();
    let answer = anybody.get(paper.village.at("consistency?from=11")).await;
    let grown = answer.ok();
    let new_root = grown["to"]["root_printed"].as_str().unwrap();
    let lines: Vec<_> =
        grown["path"].as_array().unwrap().iter().map(|h| h.as_str().unwrap()).collect();
    let files = [
        ("growth.json", answer.text()),
        ("path", lines.join("\n")),
        ("old", old.clone()),
        ("new", grown["to"]["note"].as_str().unwrap().to_owned()),
        (
            "rewritten",
            lines.join("\n").replacen(
                &lines[0][..1],
                if lines[0].starts_with('0') { "1" } else { "0" },
                1,
            ),
        ),
    ];
    let [json, path, old, new, rewritten] = files.map(|(name, text)| paper.file(name, &text));
    let run =
        |arguments: &[&str]| binary(&paper.village, &[&["verify", "growth"], arguments].concat());
    let printed = ["--old-size", "11", "--old-root", old_root];

    let said = run(&[&[json.as_str()], &printed[..], &["--key", &paper.key]].concat()).unwrap();
    assert!(said.contains("continues: the printed head of 11 leaves"), "{said}");
    assert!(said.contains(", 17 leaves") && said.contains("signed: points."), "{said}");
    let said = run(&[&json, "--old", &old, "--root", new_root]).unwrap();
    assert!(said.contains("origin and size: not checked") && !said.contains("17 leaves"), "{said}");
    assert!(said.contains("signed by none of the keys given, taken as you kept it"), "{said}");
    let said = run(&[&path, "--new", &new, "--old", &old, "--key", &paper.key]).unwrap();
    assert!(said.contains("11 leaves, signed by points."), "{said}");

    for wrong in [
        &[rewritten.as_str(), "--new", &new, "--old", &old, "--key", &paper.key][..],
        &[&path, "--new", &old, "--old", &new, "--key", &paper.key],
        &[&json, "--old-size", "10", "--old-root", old_root, "--key", &paper.key],
        &[&json, "--old-size", "11", "--old-root", new_root, "--key", &paper.key],
        &[&json, "--old", &old, "--root", old_root],
        &[&json, "--old", &old],
        &[&path, "--old", &old, "--key", &paper.key],
        &[&json, "--key", &paper.key],
    ] {
        assert!(run(wrong).is_err(), "{wrong:?}");
    }
}

/// The recipe stands in the guide between its fences; it runs as it is printed there.
#[actix_web::test]
async fn the_shells_two_lines_make_the_leafs_hash() {
    let guide = std::fs::read_to_string(Path::new(GUIDE)).unwrap();
    let recipe = guide.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    let recipe = recipe.expect("a recipe in the guide");
    let (first, second) = recipe.trim_end().split_once('\n').expect("two lines");
    assert!(first.starts_with("LINE='") && !second.contains('\n'), "{recipe}");
    let sh = |line: &str| {
        let script = format!("LINE='{line}'\n{second}");
        let output = Command::new("sh").args(["-c", &script]).output().expect("sh");
        String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
    };
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(VECTORS).unwrap()).unwrap();
    assert_eq!(sh(vectors["line_3"].as_str().unwrap()), vectors["leaf_3"].as_str().unwrap());
    let shown = first.trim_start_matches("LINE='").trim_end_matches('\'');
    assert!(guide.contains(&sh(shown)), "the guide shows its line's hash");

    let paper = Paper::print().await;
    assert_eq!(sh(paper.text("line")), paper.text("leaf_hash"));
    for changed in paper.changed().iter().step_by(9) {
        assert_ne!(sh(changed), paper.text("leaf_hash"));
    }
}

#[actix_web::test]
async fn the_page_stands_alone() {
    let village = Village::open(1).await;
    let page = village.app.anonymous().get("/public/verify").await;
    let text = String::from_utf8(page.body.clone()).unwrap();
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    for reference in ["http://", "https://", "src=", "href=", "fetch(", "import "] {
        assert!(!text.contains(reference), "{reference}: the page works from a file");
    }
    let policy = &page.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("script-src 'sha256-"), "{policy}");
}
