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
        let people = self.county_people().await;
        self.publish_template_by(&people, items).await;
    }

    /// The same by these two; the answer.
    async fn publish_template_by(&self, (one, two): &(Client, Client), items: Vec<Value>) -> Value {
        let version = one.post(self.template(), draft(items)).await.ok();
        let path = format!("{}/{}/publish", self.template(), version["id"].as_str().unwrap());
        let body = json!({"effective_from": self.day(0), "items_digest": version["items_digest"]});
        one.post(&path, body.clone()).await.assert_problem(403, "must_recuse");
        two.post(&path, body).await.ok()
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
    let mut both_ways = cleaning(4);
    both_ways["max_per_day"] = json!(11);
    let every = desk.writer.post(desk.versions(), draft(vec![both_ways, honour()])).await;
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
    every.assert_problem(422, "ceiling_exceeded");
    every.assert_names("/items/0/points");
    every.assert_names("/items/0/max_per_day");
    assert_eq!(every.json()["detail"], "环境卫生：每单位积分不得超过县级模板的3分；另有1处超出");
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
    assert_eq!(desk.reader.get(desk.version(&id)).await.ok()["ceiling_faults"], json!([]));
    desk.publish_template(vec![cleaning(3)]).await;

    let shown = desk.reader.get(desk.version(&id)).await.ok();
    desk.publish(&id, &desk.day(0)).await.assert_problem(422, "ceiling_exceeded");

    assert_eq!(shown["allowed_actions"], json!(["update"]), "what is refused is not offered");
    assert_eq!(
        shown["ceiling_faults"],
        json!([{
            "pointer": "/items/0/points", "item_code": "HJ01", "item_name": "环境卫生",
            "ceiling": 3, "message": "每单位积分不得超过县级模板的3分",
        }])
    );
    desk.writer.put(desk.version(&id), draft(vec![cleaning(3)]), 1).await.assert_ok();
    let mended = desk.reader.get(desk.version(&id)).await.ok();
    assert_eq!(mended["allowed_actions"], json!(["update", "publish"]));
    desk.publish(&id, &desk.day(0)).await.assert_ok();
}

#[actix_web::test]
async fn towns_above_lowered_ceilings_are_named_and_keep_what_they_published() {
    let desk = Desk::open().await;
    let people = desk.county_people().await;
    let first = desk.publish_template_by(&people, vec![cleaning(3), honour()]).await;
    let id = desk.writer.post(desk.versions(), draft(vec![cleaning(3), honour()])).await.id();
    desk.publish(&id, &desk.day(0)).await.assert_ok();
    let set = format!("/v1/sites/{}/rule-set", desk.county.town.institute.id);
    let anybody = desk.app.anonymous();
    let before = anybody.get(&set).await.ok();

    let lowered = desk.publish_template_by(&people, vec![cleaning(2), honour()]).await;

    let after = anybody.get(&set).await.ok();
    let version = desk.reader.get(desk.version(&id)).await.ok();
    assert!(first.get("towns_beyond_template").is_none(), "{first}");
    let institute = &desk.county.town.institute;
    assert_eq!(
        lowered["towns_beyond_template"],
        json!([{"site_id": institute.id, "name": institute.name, "items": 1}])
    );
    assert_eq!(before["beyond_template"], json!([]));
    assert_eq!(after["current"], before["current"], "what was published stays");
    assert_eq!(after["beyond_template"][0]["pointer"], "/items/0/points");
    assert_eq!(after["beyond_template"][0]["ceiling"], 2);
    assert_eq!(version["ceiling_faults"], after["beyond_template"]);
    let county = format!("/v1/sites/{}/rule-set", desk.county.center.id);
    assert_eq!(anybody.get(county).await.ok()["beyond_template"], json!([]));
}
