//! `opening_import_create`.

use data_encoding::BASE64;
use encoding_rs::GB18030;
use entity::role_assignment::Role;
use serde_json::{Value, json};

use super::{Books, HEAD, csv};

#[actix_web::test]
async fn a_sound_file_is_checked_and_nothing_is_booked() {
    let books = Books::open(3).await;

    let import = books.upload(&books.file()).await.ok();

    assert_eq!((&import["state"], &import["fault_count"]), (&json!("checked"), &json!(0)));
    assert_eq!((&import["row_count"], &import["points"]), (&json!(3), &json!(90)));
    assert_eq!(import["allowed_actions"], json!(["discard"]), "no commit by whoever uploaded it");
    assert_eq!(books.entries().await, 0);
    let again = books.upload(&books.file()).await.ok();
    assert_eq!(again["digest"], import["digest"], "the same file, the same digest");
    let path = format!("/v1/opening-imports/{}", import["id"].as_str().unwrap());
    let offered = books.second.get(path).await.ok()["allowed_actions"].clone();
    assert_eq!(offered, json!(["commit", "discard"]));
    books.close().await;
}

#[actix_web::test]
async fn gb18030_and_workbooks_say_the_same_as_utf_8() {
    let books = Books::open(2).await;
    let site = books.county.town.stations[0].id;
    let path = format!("/v1/sites/{site}/opening-imports");
    let text = books.file();
    let (gb, ..) = GB18030.encode(&text);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            match cell.parse::<u32>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    let xlsx = BASE64.encode(&book.save_to_buffer().unwrap());
    let source = "李家村2025年纸质积分册";

    let plain = books.upload(&text).await.ok();
    let gb = json!({
        "source": source, "format": "csv", "encoding": "gb18030", "content": BASE64.encode(&gb),
    });
    let gb = books.uploader.post(&path, gb).await.ok();
    let xlsx = json!({"source": source, "format": "xlsx", "content": xlsx});
    let xlsx = books.uploader.post(&path, xlsx).await.ok();

    assert_eq!((&gb["state"], &xlsx["state"]), (&json!("checked"), &json!("checked")));
    assert_eq!((&gb["digest"], &xlsx["digest"]), (&plain["digest"], &plain["digest"]));
}

#[actix_web::test]
async fn every_fault_is_listed_by_line_and_a_faulty_file_is_not_committed() {
    let books = Books::open(3).await;
    let [a, b, c] = [0, 1, 2].map(|n: usize| books.people[n].clone());
    books.app.give(b.0, 5).await;
    let elsewhere = &books.county.other.stations[0];
    let (_, far) = books.app.card_only("远人", elsewhere).await;
    let text = format!(
        "{HEAD}\n1,{},,{},0,册一\n2,{},,{},30,册一\n3,{},,别人,30,\n1,{far},,远人,30,册一\n",
        a.1, a.2, b.1, b.2, c.1
    );

    let import = books.upload(&text).await.ok();

    assert_eq!((&import["state"], &import["fault_count"]), (&json!("faulty"), &json!(6)));
    let found = import["faults"].as_array().unwrap().iter();
    let found: Vec<_> =
        found.map(|f| (f["line"].as_i64().unwrap(), f["field"].as_str().unwrap())).collect();
    let expected = [
        (2, "points"),
        (3, "card_number"),
        (4, "name"),
        (4, "page"),
        (5, "row_id"),
        (5, "card_number"),
    ];
    for fault in expected {
        assert!(found.contains(&fault), "{fault:?} in {found:?}");
    }
    let text = import.to_string();
    assert!(!text.contains("远人") && !text.contains("别人"), "no names in the answer");
    books.commit(&books.second, &import).await.assert_problem(409, "import_faulty");
    books.close().await;
}

#[actix_web::test]
async fn nobody_takes_over_her_own_book_or_her_kins() {
    let books = Books::open(2).await;
    let station = &books.county.town.stations[0];
    let manager = books.app.volunteer("manager", station).await;
    let by = books.app.staff("manager", Role::StationManager, station).await;
    books.declare_kin(&manager, books.people[1].0).await;
    let text = format!("{}x,{},,manager,99999,册一\n", books.file(), manager.card_number);

    let import =
        by.post(format!("/v1/sites/{}/opening-imports", station.id), csv(&text)).await.ok();

    assert_eq!((&import["state"], &import["fault_count"]), (&json!("faulty"), &json!(2)));
    for (fault, line) in import["faults"].as_array().unwrap().iter().zip([3, 4]) {
        assert_eq!((&fault["line"], &fault["field"]), (&json!(line), &json!("card_number")));
        assert_eq!(fault["message"], "涉及上传人本人、近亲属或其代理的人，请由其他人员上传");
    }
    assert_eq!(books.upload(&text).await.ok()["state"], "checked", "another may");
    books.close().await;
}

#[actix_web::test]
async fn a_file_that_is_no_table_is_refused_whole() {
    let books = Books::open(1).await;
    let site = books.county.town.stations[0].id;
    let path = format!("/v1/sites/{site}/opening-imports");
    let send = async |body: Value| books.uploader.post(&path, body).await;

    let mut bad = csv("x");
    bad["content"] = json!("不是Base64");
    let mut latin = csv("x");
    latin["content"] = json!(BASE64.encode(b"\xff\xfe\xfd"));
    let mut workbook = csv("x");
    workbook["format"] = json!("xlsx");
    workbook.as_object_mut().unwrap().remove("encoding");
    for body in [bad, latin, workbook, csv(HEAD), csv("卡号,积分\n1,2")] {
        let refused = send(body).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/content");
    }
    let mut silent = csv("x");
    silent.as_object_mut().unwrap().remove("encoding");
    let refused = send(silent).await;
    refused.assert_problem(422, "invalid_value");
    refused.assert_names("/encoding");
    let six = BASE64.encode(&vec![b'x'; 5 * 1024 * 1024 + 1]);
    let mut large = csv("x");
    large["content"] = json!(six);
    send(large).await.assert_problem(422, "invalid_value");
    let mut larger = csv("x");
    larger["content"] = json!("A".repeat(8 * 1024 * 1024));
    send(larger).await.assert_problem(413, "body_too_large");
}

#[actix_web::test]
async fn only_who_may_take_over_books_of_that_site() {
    let books = Books::open(1).await;
    let site = books.county.town.stations[0].id;
    let path = format!("/v1/sites/{site}/opening-imports");
    let clerk = books.app.staff("clerk", Role::Clerk, &books.county.town.stations[0]).await;
    let next = &books.county.town.stations[1];
    let neighbour = books.app.staff("neighbour", Role::StationManager, next).await;
    let far = &books.county.other.institute;
    let stranger = books.app.staff("stranger", Role::TownAdmin, far).await;
    let body = || csv(&books.file());

    clerk.post(&path, body()).await.assert_problem(403, "permission_denied");
    neighbour.post(&path, body()).await.assert_problem(403, "permission_denied");
    stranger.post(&path, body()).await.assert_problem(404, "not_found");
    let import = books.upload(&books.file()).await.ok();
    books.commit(&stranger, &import).await.assert_problem(404, "not_found");
    books.commit(&neighbour, &import).await.assert_problem(403, "permission_denied");
    let path = format!("/v1/opening-imports/{}", import["id"].as_str().unwrap());
    stranger.get(&path).await.assert_problem(404, "not_found");
    stranger.get(format!("{path}/faults")).await.assert_problem(404, "not_found");
    stranger.get(format!("{path}/faults.csv")).await.assert_problem(404, "not_found");
}
