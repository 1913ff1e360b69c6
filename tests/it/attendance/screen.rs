//! `screen_pair`, `screen_revoke` and the screen's page.

use chrono::TimeDelta;
use entity::{attendance, screen};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{Scene, assert_refused, scan_in};

async fn pair(scene: &Scene) -> (String, String) {
    let path = format!("/v1/activities/{}/screens", scene.id);
    let paired = scene.manager.post(path, json!({})).await.ok();
    (paired["id"].as_str().unwrap().into(), paired["path"].as_str().unwrap().into())
}

#[actix_web::test]
async fn a_screen_shows_a_code_that_opens_and_counts_who_is_in() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let (id, path) = pair(&scene).await;
    let kept = screen::Entity::find().one(&scene.app.db).await.unwrap().unwrap();
    assert_eq!(kept.id.to_string(), id);
    assert!(!path.contains(&kept.token_hash), "only the hash is kept");
    let tv = scene.app.anonymous();

    let shown = tv.get(format!("{path}/code?direction=in")).await.ok();
    assert_eq!((&shown["phase"], &shown["people_in"]), (&json!("open"), &json!(0)));
    assert_eq!(shown["title"], "清扫村道，美化家园");
    assert!(shown["svg"].as_str().unwrap().starts_with("<svg"));
    assert!((1..=4).contains(&shown["next_in"].as_i64().unwrap()));
    let again = tv.get(format!("{path}/code?direction=in")).await.ok();
    assert!(again["svg"] == shown["svg"] || again["expires_in"].as_i64().unwrap() >= 15);
    scene.check_in(&zhang.client).await.assert_ok();
    let shown = tv.get(format!("{path}/code?direction=out")).await.ok();
    assert_eq!((&shown["direction"], &shown["people_in"]), (&json!("out"), &json!(1)));
    tv.get(format!("{path}/code?direction=up")).await.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn the_page_stands_alone() {
    let scene = Scene::new(json!({"title": "<b>清扫</b>&\"{{svg}}"})).await;
    let (_, path) = pair(&scene).await;
    let page = scene.app.anonymous().get(&path).await;

    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let policy = &page.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
    let text = String::from_utf8(page.body.clone()).unwrap();
    let own = text.replace("http://www.w3.org/2000/svg", "");
    for word in ["http:", "https:", "src=", "href=", "url(", "@import"] {
        assert!(!own.contains(word), "{word}");
    }
    assert!(text.contains("<svg") && text.contains("李家村文化广场"));
    assert!(!text.contains("<b>清扫") && text.contains("&lt;b&gt;清扫"));
    assert_eq!(text.matches("<svg").count(), 1);
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(text.contains(&format!("<script nonce=\"{nonce}\">")));
}

#[actix_web::test]
async fn a_stopped_screen_goes_dark_and_its_code_is_worthless() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let li = scene.person("li").await;
    let (id, path) = pair(&scene).await;
    let holder: uuid::Uuid = id.parse().unwrap();
    let activity: uuid::Uuid = scene.id.parse().unwrap();
    let code = api::attendance::issue_for_screen(&scene.app.app, holder, activity).await.unwrap();
    scan_in(&zhang.client, &code).await.assert_ok();
    let tv = scene.app.anonymous();
    let stop = format!("/v1/activities/{}/screens/{id}", scene.id);
    li.client.delete(&stop).await.assert_problem(404, "not_found");

    scene.manager.delete(&stop).await.assert_ok();
    scene.manager.delete(&stop).await.assert_ok();

    assert_refused(&scan_in(&li.client, &code).await, 409, "code_revoked");
    tv.get(format!("{path}/code?direction=in")).await.assert_problem(404, "not_found");
    let page = tv.get(&path).await;
    assert_eq!(page.status, 404);
    assert!(String::from_utf8(page.body.clone()).unwrap().contains("此签到屏已停用"));
    tv.get("/screen/nonsense/code?direction=in").await.assert_problem(404, "not_found");
    assert_eq!(attendance::Entity::find().count(&scene.app.db).await.unwrap(), 1);
    // Other codes of the activity still open.
    scene.check_in(&li.client).await.assert_ok();
}

#[actix_web::test]
async fn a_screen_says_when_there_is_nothing_to_scan() {
    let mut scene = Scene::new(json!({})).await;
    let (_, path) = pair(&scene).await;
    let tv = scene.app.anonymous();
    let phase = async |direction: &str| {
        let shown = tv.get(format!("{path}/code?direction={direction}")).await.ok();
        assert_eq!(shown["svg"] == "", shown["phase"] != "open");
        assert_eq!(shown["notice"] == "", shown["phase"] == "open");
        shown["phase"].as_str().unwrap().to_owned()
    };

    assert_eq!(phase("in").await, "open");
    scene.app.advance(TimeDelta::minutes(141));
    assert_eq!(phase("in").await, "closed");
    assert_eq!(phase("out").await, "open");
    scene.app.advance(TimeDelta::minutes(30));
    assert_eq!(phase("out").await, "ended");
    scene.after(0).await;
    let path = format!("/v1/activities/{}/screens", scene.id);
    assert_refused(&scene.manager.post(path, json!({})).await, 409, "too_late");
}
