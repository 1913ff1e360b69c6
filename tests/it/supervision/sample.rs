//! `sample_commit`, `sample_reveal`, `sample_list`, `sample_get`, `public_sample_list`,
//! `public_sample_get`, `public_sample_population`: a draw that anybody can draw again.

use std::process::Command;

use api::platform::crypto::digest::sha256_hex;
use chrono::TimeDelta;
use harness::Answer;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{Village, text};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/supervision/redraw.py");

/// A seed for each number.
pub(crate) fn seed(number: u32) -> String {
    sha256_hex(&number.to_be_bytes())
}

impl Village {
    /// The quarter it is.
    pub(crate) fn quarter(&self) -> String {
        use chrono::Datelike;
        let today = self.today();
        format!("{}Q{}", today.year(), today.month0() / 3 + 1)
    }

    pub(crate) async fn commit(&self, who: &str, size: u32, seed: &str) -> Answer {
        let body = json!({
            "kind": "claim", "quarter": self.quarter(), "size": size,
            "commitment": sha256_hex(seed.as_bytes()),
        });
        self.phone(who).await.post(self.at("samples"), body).await
    }

    pub(crate) async fn reveal(&self, who: &str, sample: &str, seed: &str) -> Answer {
        let path = format!("/v1/samples/{sample}/reveal");
        self.phone(who).await.post(path, json!({"seed": seed})).await
    }

    /// A population as it is answered, page by page.
    pub(crate) async fn population(&self, number: &str) -> Vec<Value> {
        let path = format!("/v1/public/samples/{number}/population?page_size=3");
        let (mut pages, mut next) = (Vec::new(), path.clone());
        loop {
            let page = self.app.anonymous().get(&next).await.ok();
            let token = page["next_page_token"].as_str().map(str::to_owned);
            pages.push(page);
            let Some(token) = token else { return pages };
            next = format!("{path}&page_token={token}");
        }
    }
}

/// What the script says to these answers, each in a file of its own.
pub(crate) fn python(sample: &Value, pages: &[Value]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let answers = std::iter::once(sample).chain(pages);
    let files = answers.enumerate().map(|(at, answer)| {
        let file = folder.path().join(format!("{at}.json"));
        std::fs::write(&file, answer.to_string()).expect("a file");
        file
    });
    let output = Command::new("python3").arg(SCRIPT).args(files).output().expect("python3");
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[actix_web::test]
async fn anybody_draws_the_same_again_from_what_is_public() {
    let village = Village::watched().await;
    for day in 1..=6 {
        village.certified(day).await;
    }
    let committed = village.commit("peng-dafu", 4, &seed(1)).await.ok();
    let number = text(&committed["sample"], "number").to_owned();
    assert_eq!(committed["cases"], json!([]));
    let before = village.app.anonymous().get(format!("/v1/public/samples/{number}")).await.ok();
    assert_eq!((&before["state"], &before["drawn"]), (&json!("committed"), &json!([])));
    assert!(before["seed"].is_null() && before["nonce"].is_string());
    // What comes after the promise is not in the population.
    village.certified(7).await;

    let drawn = village.reveal("peng-dafu", text(&committed, "id"), &seed(1)).await.ok();

    assert_eq!(drawn["cases"].as_array().map(Vec::len), Some(4));
    let public = village.app.anonymous().get(format!("/v1/public/samples/{number}")).await.ok();
    assert_eq!(public["population_digest"], before["population_digest"]);
    let population = village.population(&number).await;
    let lines: Vec<_> =
        population.iter().flat_map(|page| page["items"].as_array().expect("lines")).collect();
    assert_eq!((population.len(), lines.len()), (2, 6));
    let positions = public["drawn"].as_array().expect("positions").iter();
    let expected: Vec<_> = positions.map(Value::to_string).collect();
    assert_eq!(python(&public, &population), Ok(expected.join(" ")));
    let lines: Vec<_> = lines.iter().map(|item| &item["line"]).collect();
    for population in [json!(population), json!(lines)] {
        let together = json!({"sample": public, "population": population});
        assert_eq!(python(&together, &[]), Ok(expected.join(" ")), "in one file");
    }
    let is_refused = |member: &str, value: Value| {
        let mut forged = public.clone();
        forged[member] = value;
        python(&forged, &population).is_err()
    };
    assert!(is_refused("seed", json!(seed(2))) && is_refused("size", json!(3)));
    assert!(is_refused("population_digest", json!(seed(4))));
    // Nothing promises the nonce but the draw, and one in 360 draws the same four of six.
    assert!((3..9).any(|nonce| is_refused("nonce", json!(seed(nonce)))));
    let missing = python(&public, &population[1..]).expect_err("half of the population");
    assert!(missing.contains("3 of 6 lines"), "{missing}");
    let unrevealed = python(&before, &population).expect_err("no seed yet");
    assert!(unrevealed.contains("committed"), "{unrevealed}");
    let whole = format!("{public} {population:?}");
    for secret in ["zhang-xiulan", &village.zhang.card_number, &village.zhang.volunteer.to_string()]
    {
        assert!(!whole.contains(secret), "{secret} is public");
    }
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn only_the_promised_seed_draws_and_only_who_promised_it() {
    let village = Village::watched().await;
    village.app.staff("second", entity::role_assignment::Role::Supervisor, village.station()).await;
    village.certified(5).await;
    village.commit("peng-dafu", 2, &seed(1)).await.assert_problem(409, "sample_too_few");
    let id = village.commit("peng-dafu", 1, &seed(1)).await.id();
    village.commit("second", 1, &seed(2)).await.assert_problem(409, "sample_open");

    village.reveal("peng-dafu", &id, &seed(2)).await.assert_problem(409, "sample_seed_wrong");
    village.reveal("second", &id, &seed(1)).await.assert_problem(403, "permission_denied");
    village.reveal("head", &id, &seed(1)).await.assert_problem(403, "permission_denied");
    village.reveal("peng-dafu", &id, &seed(1)).await.assert_ok();
    village.reveal("peng-dafu", &id, &seed(1)).await.assert_problem(409, "wrong_state");
    for body in [
        json!({"kind": "claim", "quarter": "2999Q1", "size": 1, "commitment": seed(1)}),
        json!({"kind": "claim", "quarter": "2026", "size": 1, "commitment": seed(1)}),
        json!({"kind": "claim", "quarter": village.quarter(), "size": 1, "commitment": "abc"}),
    ] {
        let peng = village.phone("peng-dafu").await;
        peng.post(village.at("samples"), body).await.assert_problem(422, "invalid_value");
    }
    let stranger = village.phone("stranger").await;
    stranger.get(format!("/v1/samples/{id}")).await.assert_problem(404, "not_found");
    let office = village.phone("office").await;
    let list = office.get(village.at("samples")).await.ok();
    assert_eq!((&list["items"][0]["id"], list["items"][0].get("cases")), (&json!(id), None));
    let one = office.get(format!("/v1/samples/{id}")).await.ok();
    assert_eq!(one["cases"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_promise_that_was_not_kept_stays_in_the_public_list() {
    let village = Village::watched().await;
    village.certified(5).await;
    let id = village.commit("peng-dafu", 1, &seed(1)).await.id();
    village.app.advance(TimeDelta::days(7));

    village.reveal("peng-dafu", &id, &seed(1)).await.assert_problem(409, "wrong_state");
    village.app.run_jobs().await;

    let path = format!("/v1/public/sites/{}/samples", village.station().id);
    let list = village.app.anonymous().get(&path).await.ok();
    assert_eq!(list["items"][0]["state"], "lapsed");
    let path = format!("/v1/public/sites/{}/error-rate", village.station().id);
    let quarter = text(&list["items"][0], "quarter").to_owned();
    let rate = village.app.anonymous().get(format!("{path}?quarter={quarter}")).await.ok();
    assert_eq!((&rate["kinds"][0]["lapsed"], &rate["kinds"][0]["samples"]), (&json!(1), &json!(0)));
    assert!(rate["kinds"][0]["error_percent"].is_null());
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn the_audit_finds_a_sample_that_was_drawn_otherwise() {
    let village = Village::watched().await;
    for day in 1..=4 {
        village.certified(day).await;
    }
    let id = village.commit("peng-dafu", 2, &seed(1)).await.id();
    village.reveal("peng-dafu", &id, &seed(1)).await.assert_ok();
    village.app.assert_sound().await;
    for change in [
        "UPDATE supervision_sample_case SET draw_order = 9 WHERE draw_order = 1",
        "UPDATE supervision_sample SET population_digest = commitment",
        "UPDATE supervision_sample_case SET case_id = sample_id WHERE draw_order = 9",
    ] {
        village.app.db.execute_unprepared(change).await.expect("a change");
        let report = api::audit::run(&village.app.app.pools.read).await.expect("the audit");
        let named = report.violations.iter().any(|found| found.rule == "sample_is_its_redraw");
        assert!(named, "{change}");
    }
}
