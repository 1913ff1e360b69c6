//! What the binary reads and how it ends: the verdicts are those of the page.

use harness::Process;
use serde_json::json;

use super::Village;
use super::verifiers::Paper;

/// How the binary ends, and what it says.
fn ends(village: &Village, arguments: &[&str]) -> (i32, String) {
    let output = Process::run(&village.app, arguments);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[actix_web::test]
async fn the_binary_reads_whatever_the_page_reads() {
    let paper = Paper::print().await;
    let (line, short) = (paper.text("line"), paper.text("short"));
    let root = paper.shown["checkpoint"]["root_printed"].as_str().unwrap();
    let index: u64 = line.split('|').nth(2).unwrap().parse().unwrap();
    let at = paper.village.at(&format!("leaves/{index}/proof"));
    let leaf = paper.village.app.anonymous().get(at).await.text();
    let proof = paper.text("proof");
    let kept = [
        ("short", short.to_owned()),
        ("short-spaced", short.replace('\n', " ")),
        ("leaf", leaf),
        ("macintosh", proof.replace('\n', "\r")),
        ("leading", format!("\n{proof}")),
        ("trailing", proof.replace('\n', " \n")),
    ];
    for (name, text) in kept {
        let file = paper.file(name, &text);
        let given = format!(" {line}\r\n");
        let (code, said) =
            ends(&paper.village, &["verify", &file, "--root", root, "--line", &given]);
        assert_eq!(code, 0, "{name}: {said}");
        assert!(said.contains(line), "{name}: {said}");
    }
    let short = paper.file("short", short);
    let (code, said) = ends(&paper.village, &["verify", &short, "--key", &paper.key]);
    assert!(code == 2 && said.contains("carries no signature"), "{code} {said}");
    let wide = line.replace('|', "｜");
    let arguments = ["verify", &short, "--root", root, "--line", &wide];
    let (code, said) = ends(&paper.village, &arguments);
    assert!(code == 2 && said.contains("letter 14 is '｜', the line has | there"), "{code} {said}");
}

#[actix_web::test]
async fn the_binary_tells_a_lie_from_what_is_damaged() {
    let paper = Paper::print().await;
    let whole = paper.file("whole", paper.text("proof"));
    let (line, proof) = (paper.text("line"), paper.text("proof"));
    let root = paper.shown["checkpoint"]["root_printed"].as_str().unwrap();
    let run = |file: &str, more: &[&str]| {
        ends(&paper.village, &[&["verify", file, "--root", root], more].concat())
    };
    let forged = line.replacen("|+", "|+1", 1);
    let (code, said) = run(&whole, &["--line", &forged]);
    assert!(code == 1 && said.contains("not what the tree holds at this place"), "{code} {said}");
    let hash = proof.lines().find(|row| row.len() == 44).unwrap();
    let missing = proof.replacen(&format!("{hash}\n"), "", 1);
    let doubled = proof.replacen(hash, &format!("{hash}\n{hash}"), 1);
    for (name, text) in [("missing", missing), ("doubled", doubled)] {
        let (code, said) = run(&paper.file(name, &text), &[]);
        assert!(code == 2 && said.contains("incomplete or damaged"), "{name}: {code} {said}");
    }
    for (at, value) in [
        ("/line", json!(forged)),
        ("/leaf_hash", json!("0".repeat(64))),
        ("/checkpoint/size", json!(12)),
        ("/checkpoint/tree", json!("510123999")),
    ] {
        let mut told = paper.shown.clone();
        *told.pointer_mut(at).unwrap() = value;
        let (code, said) = run(&paper.file("told", &told.to_string()), &[]);
        assert!(code == 1 && said.contains("is not what the proof says"), "{at}: {code} {said}");
    }
    let (code, said) = run(&paper.file("nothing", "nothing"), &[]);
    assert!(code == 2 && said.contains("not a proof file"), "{code} {said}");
    assert_eq!(ends(&paper.village, &["verify", &whole]).0, 2);
    let (code, help) = ends(&paper.village, &["verify", "--help"]);
    assert!(code == 0 && help.contains("Exit codes"), "{help}");
}

#[actix_web::test]
async fn a_growth_between_other_sizes_accuses_nobody() {
    let paper = Paper::print().await;
    let old = paper.shown["checkpoint"]["root_printed"].as_str().unwrap();
    paper.village.give(6).await;
    paper.village.app.run_jobs().await;
    let anybody = paper.village.app.anonymous();
    let grown = anybody.get(paper.village.at("consistency?from=11")).await.text();
    let grown = paper.file("growth.json", &grown);
    let run = |size: &str, root: &str| {
        let head = ["--old-size", size, "--old-root", root, "--key", &paper.key];
        ends(&paper.village, &[&["verify", "growth", &grown], &head[..]].concat())
    };
    let (code, said) = run("10", old);
    assert!(code == 2 && said.contains("this proof is from 11, not 10"), "{code} {said}");
    assert_eq!(run("11", old).0, 0);
    let (code, said) = run("11", &old.replace(&old[..4], "0000"));
    assert!(code == 1 && said.contains("does not continue"), "{code} {said}");
}

#[actix_web::test]
async fn the_signboards_fingerprint_is_there_before_the_first_points() {
    let paper = Paper::print().await;
    let (code, said) = ends(&paper.village, &["tree", "key", &paper.village.tree]);
    assert_eq!(code, 0, "{said}");
    let keys = paper.village.app.anonymous().get(paper.village.at("keys")).await.ok();
    for key in keys["items"].as_array().unwrap() {
        for member in ["name", "key", "fingerprint"] {
            assert!(said.contains(key[member].as_str().unwrap()), "{member}: {said}");
        }
    }
    assert_ne!(ends(&paper.village, &["tree", "key", "51019"]).0, 0);
}
