//! The county's template: who makes it, and that no town's items exceed it.

use entity::role_assignment::Role;
use harness::Client;
use serde_json::{Value, json};

use super::{Desk, cleaning, draft, honour};

impl Desk {
    fn template(&self) -> String {
        format!("/v1/sites/{}/rule-versions", self.county.center.id)
    }

    /// Two people of the county.
    async fn county_people(&self) -> (Client, Client) {
        let center = &self.county.center;
        let one = self.app.staff("county-one", Role::CountyAdmin, center).await;
        (one, self.app.staff("county-two", Role::CountyAdmin, center).await)
    }

    /// Publishes a template of these items from today on.
    async fn publish_template(&self, items: Vec<Value>) {
        let (one, two) = self.county_people().await;
        let version = one.post(self.template(), draft(items)).await.ok();
        let path = format!("{}/{}/publish", self.template(), version["id"].as_str().unwrap());
        let body = json!({"effective_from": self.day(0), "items_digest": version["items_digest"]});
        one.post(&path, body.clone()).await.assert_problem(403, "must_recuse");
        two.post(&path, body).await.assert_ok();
    }
}

#[actix_web::test]
async fn two_people_of_the_county_make_it_and_anybody_reads_it() {
    let desk = Desk::open().await;
    desk.publish_template(vec![cleaning(3), honour()]).await;

    let path = format!("/v1/sites/{}/rule-set", desk.county.center.id);
    let set = desk.app.anonymous().get(path).await.ok();

    assert_eq!(set["is_template"], true);
    assert_eq!(set["current"]["items"][0]["code"], "HJ01");
    let body = draft(vec![cleaning(1)]);
    desk.writer.post(desk.template(), body).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn a_town_copies_it_and_stays_below_its_ceilings() {
    let desk = Desk::open().await;
    let early = json!({"note": "第一版", "copy_template": true});
    let early = desk.writer.post(desk.versions(), early).await;
    early.assert_problem(422, "invalid_value");
    early.assert_names("/copy_template");
    desk.publish_template(vec![cleaning(3), honour()]).await;

    let dear = desk.writer.post(desk.versions(), draft(vec![honour(), cleaning(4)])).await;
    let mut uncapped = cleaning(2);
    uncapped["max_per_day"] = Value::Null;
    let uncapped = desk.writer.post(desk.versions(), draft(vec![uncapped])).await;
    let mut unproven = honour();
    unproven["evidence_needed"] = json!(false);
    let unproven = desk.writer.post(desk.versions(), draft(vec![unproven])).await;
    let mut foreign = cleaning(1);
    foreign["code"] = json!("QT01");
    foreign["category"] = json!("其他");
    let foreign = desk.writer.post(desk.versions(), draft(vec![foreign])).await;
    let both = json!({"note": "第一版", "copy_template": true, "items": [cleaning(1)]});
    let both = desk.writer.post(desk.versions(), both).await;
    let copy = json!({"note": "第一版", "copy_template": true});
    let copy = desk.writer.post(desk.versions(), copy).await.ok();
    let id = copy["id"].as_str().unwrap();
    let update = desk.writer.put(desk.version(id), draft(vec![cleaning(4)]), 1).await;

    dear.assert_problem(422, "ceiling_exceeded");
    dear.assert_names("/items/1/points");
    let dear = dear.json();
    assert_eq!((&dear["item_code"], &dear["ceiling"]), (&json!("HJ01"), &json!(3)));
    assert_eq!(dear["detail"], "环境卫生：每单位积分不得超过县级模板的3分");
    uncapped.assert_names("/items/0/max_per_day");
    unproven.assert_problem(422, "ceiling_exceeded");
    unproven.assert_names("/items/0/evidence_needed");
    foreign.assert_problem(422, "ceiling_exceeded");
    both.assert_problem(422, "invalid_value");
    assert_eq!(copy["items"][1]["code"], "RY01");
    update.assert_problem(422, "ceiling_exceeded");
    desk.writer.put(desk.version(id), draft(vec![cleaning(3)]), 1).await.assert_ok();
}

#[actix_web::test]
async fn a_draft_older_than_the_template_is_not_published_beyond_it() {
    let desk = Desk::open().await;
    let id = desk.writer.post(desk.versions(), draft(vec![cleaning(9)])).await.id();
    desk.publish_template(vec![cleaning(3)]).await;

    desk.publish(&id, &desk.day(0)).await.assert_problem(422, "ceiling_exceeded");

    desk.writer.put(desk.version(&id), draft(vec![cleaning(3)]), 1).await.assert_ok();
    desk.publish(&id, &desk.day(0)).await.assert_ok();
}
