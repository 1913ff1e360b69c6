//! What a station's screen shows, as JSON and as a page that turns by itself.

use serde_json::json;

use super::Quarter;

#[actix_web::test]
async fn a_screen_shows_the_latest_bulletin_in_pages_of_a_few_lines() {
    let quarter = Quarter::over().await;
    let station = quarter.shop.station.id;
    let path = format!("/v1/public/sites/{station}/screen");
    let nothing = quarter.fetch(&path).await.ok();
    assert_eq!(nothing["pages"][0]["kind"], "empty");
    let how = nothing["notes"]["how_to_object"].as_str().unwrap();
    assert!(how.starts_with("现在没有公示") && how.contains("到所站书面提出"), "{how}");

    let published = quarter.published().await;
    let screen = quarter.fetch(&path).await.ok();
    let pages = screen["pages"].as_array().unwrap();
    assert!(pages.len() >= 2, "{screen}");
    for page in pages {
        assert_eq!(page["kind"], "bulletin");
        let subtitle = page["subtitle"].as_str().unwrap();
        assert!(!subtitle.contains("扫码"), "there is no code on a screen: {subtitle}");
        assert!((1..=6).contains(&page["lines"].as_array().unwrap().len()));
    }
    let title = quarter.public(&published, "").await["bulletin"]["title"].clone();
    assert_eq!(pages[0]["title"], title, "the town's, while the station has none of its own");
    assert!(screen["line_height_percent"].as_i64().unwrap() >= 5);
    let other = quarter.shop.county.other.stations[0].id;
    let elsewhere = quarter.fetch(&format!("/v1/public/sites/{other}/screen")).await.ok();
    assert_eq!(elsewhere["pages"][0]["kind"], "empty");
}

#[actix_web::test]
async fn an_earlier_quarter_published_late_takes_no_screen() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let path = format!("/v1/public/sites/{}/screen", quarter.shop.station.id);
    let before = quarter.fetch(&path).await.ok();

    let town = quarter.phone("town").await;
    let early = town.post(quarter.path(), json!({"quarter": "1949Q4"})).await;
    early.assert_problem(422, "invalid_value");
    early.assert_names("/quarter");
    let late = town.post(quarter.path(), json!({"quarter": "2022Q3"})).await.ok();
    quarter.app.run_jobs().await;
    let late = quarter.step("town", &late, "publish").await.ok();

    assert_eq!((&late["state"], &published["state"]), (&json!("published"), &json!("published")));
    assert_eq!(quarter.fetch(&path).await.ok()["pages"], before["pages"]);
}

#[actix_web::test]
async fn an_old_bulletin_of_the_stations_own_makes_way_for_the_towns_later_one() {
    let quarter = Quarter::over().await;
    let station = quarter.shop.station.id;
    let title = async |bulletin: &serde_json::Value| {
        quarter.public(bulletin, "").await["bulletin"]["title"].clone()
    };
    let screen = async || {
        let screen = quarter.fetch(&format!("/v1/public/sites/{station}/screen")).await.ok();
        screen["pages"][0]["title"].clone()
    };
    let own = async |of: &str| {
        let path = format!("/v1/sites/{station}/bulletins");
        let draft = quarter.phone("town").await.post(path, json!({"quarter": of})).await.ok();
        quarter.app.run_jobs().await;
        quarter.step("town", &draft, "publish").await.ok()
    };
    let towns = quarter.published().await;
    own("2022Q3").await;
    assert_eq!(screen().await, title(&towns).await, "its figures are the station's, too");
    let new = own(&quarter.last()).await;
    assert_eq!(screen().await, title(&new).await, "of one quarter the station's own");
}

#[actix_web::test]
async fn the_screen_tells_where_the_page_is_and_all_of_a_correction() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let number = published["number"].as_str().unwrap();
    let reason = format!("{}完", "活动次数漏计一次，".repeat(10));
    let path = format!("/v1/bulletins/{}/corrections", published["id"].as_str().unwrap());
    let body = json!({"reason": reason});
    quarter.phone("town").await.post(path, body).await.assert_ok();
    let path = format!("/v1/public/sites/{}/screen", quarter.shop.station.id);
    let screen = quarter.fetch(&path).await.ok();
    let subtitle = screen["pages"][0]["subtitle"].as_str().unwrap();
    let host = quarter.app.base.split_once("://").unwrap().1;
    assert!(subtitle.ends_with(&format!(" {host}/public/bulletins/{number}")), "{subtitle}");
    let pages = screen["pages"].as_array().unwrap();
    let lines = pages.iter().flat_map(|page| page["lines"].as_array().unwrap());
    let lines: Vec<_> = lines.map(|line| line.as_str().unwrap()).collect();
    let begin = lines.iter().position(|line| line.starts_with("更正　")).unwrap();
    assert!(lines.iter().all(|line| line.chars().count() <= 44), "{lines:?}");
    let told = lines[begin..].concat().replace("更正", "").replace('　', "");
    assert_eq!(told, reason, "to its end");
}

#[actix_web::test]
async fn the_page_turns_by_itself_without_scripts() {
    let quarter = Quarter::over().await;
    quarter.published().await;
    quarter.set("complaint_phone", json!("028-00000000")).await;
    let station = quarter.shop.station.id;
    let path = format!("/public/sites/{station}/screen");
    let first = quarter.fetch(&path).await.text();
    assert!(
        first.contains(&format!("<meta http-equiv=\"refresh\" content=\"12;url={path}?page=2\">"))
    );
    assert!(!first.contains("<script") && first.contains("028-00000000"));
    assert!(first.contains("到所站书面提出"), "{first}");
    let feed = quarter.fetch(&format!("/v1/public/sites/{station}/screen")).await.ok();
    let last = feed["pages"].as_array().unwrap().len();
    let end = quarter.fetch(&format!("{path}?page={last}")).await.text();
    assert!(end.contains(&format!("url={path}?page=1\"")), "from the beginning again");
    let gone = quarter.fetch(&format!("{path}?page=99")).await;
    assert_eq!(gone.status, 200, "a screen goes on whatever was shown");
    assert_eq!(quarter.fetch("/public/sites/nowhere/screen").await.status, 404);
}
