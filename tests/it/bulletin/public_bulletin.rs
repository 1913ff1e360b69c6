//! `public_bulletin_list`, `public_bulletin_get`, `public_bulletin_lines`, and the page in
//! large type.

use serde_json::{Value, json};

use super::{Quarter, number_of};

/// Numbers, ids and times that differ from run to run, replaced by what they are.
fn steady(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match name.as_str() {
                        "number" | "site_id" | "digest" | "published_at" | "compiled_at"
                        | "page_path" | "quarter" | "title" | "handed_on" | "returned_on"
                        | "seal" | "made_at" | "root" | "printed" | "checkpoint" | "text" => {
                            *member = json!(format!("<{name}>"));
                        }
                        _ => walk(member),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    walk(&mut value);
    value
}

#[actix_web::test]
async fn everybody_reads_a_bulletin_in_this_form() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    quarter.set("filing_number", json!("蜀ICP备2026000000号")).await;
    quarter.set("complaint_phone", json!("028-00000000")).await;

    insta::assert_json_snapshot!("bulletin", steady(quarter.public(&published, "").await));
    insta::assert_json_snapshot!("lines", steady(quarter.public(&published, "/lines").await));
    let path = format!("/v1/public/bulletins?site_id={}", quarter.shop.county.town.institute.id);
    insta::assert_json_snapshot!("bulletins", steady(quarter.fetch(&path).await.ok()));
    let station = format!("/v1/public/bulletins?site_id={}", quarter.shop.station.id);
    let station = quarter.fetch(&station).await.ok();
    assert_eq!(station["items"].as_array().unwrap().len(), 1, "its figures stand in its town's");
    let county = quarter.fetch("/v1/public/bulletins").await.ok();
    assert_eq!(county["items"].as_array().unwrap().len(), 1);
    let other = quarter.shop.county.other.institute.id;
    let none = quarter.fetch(&format!("/v1/public/bulletins?site_id={other}")).await.ok();
    assert_eq!(none["items"], json!([]));
}

#[actix_web::test]
async fn drafts_and_unknown_numbers_are_not_found() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    let number = number_of(&draft);
    for path in [
        format!("/v1/public/bulletins/{number}"),
        format!("/v1/public/bulletins/{number}/lines"),
        format!("/v1/public/bulletins/{number}/corrections"),
        format!("/public/bulletins/{number}"),
        "/v1/public/bulletins/GK000".into(),
        "/public/bulletins/%3Cscript%3E".into(),
        "/public/sites/nowhere/bulletins".into(),
    ] {
        assert_eq!(quarter.fetch(&path).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn the_page_needs_no_script_and_nothing_from_elsewhere() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let answer = quarter.fetch(&format!("/public/bulletins/{}", number_of(&published))).await;
    let text = answer.text();
    let policy = &answer.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    for never in ["<script", "http://", "src=", "@import", "url(", "onclick"] {
        assert!(!text.contains(never), "{never}");
    }
    assert_eq!(
        quarter.fetch(&format!("/public/bulletins/{}?page=2", number_of(&published))).await.status,
        404
    );
}

#[actix_web::test]
async fn the_page_is_this() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    quarter.set("filing_number", json!("蜀ICP备2026000000号")).await;
    let text = quarter.fetch(&format!("/public/bulletins/{}", number_of(&published))).await.text();
    let seen = quarter.public(&published, "").await;
    let mut body = text.split("</style>").nth(1).unwrap().to_owned();
    for name in ["digest", "number", "title"] {
        body = body.replace(seen["bulletin"][name].as_str().unwrap(), &format!("[{name}]"));
    }
    body = body.replace(seen["bulletin"]["head"]["printed"].as_str().unwrap(), "[root]");
    for person in [&quarter.zhang, &quarter.li] {
        let tail = &person.card_number[person.card_number.len() - 4..];
        body = body.replace(&format!("尾号{tail}"), "[tail]");
    }
    // Days and months of the run, not the words between them.
    let steady = |line: &str| -> String {
        let digits = line.contains('月');
        line.chars().filter(|letter| !(digits && letter.is_ascii_digit())).collect()
    };
    let body: Vec<String> = body.lines().map(steady).collect();
    insta::assert_snapshot!("page", body.join("\n"));
}
