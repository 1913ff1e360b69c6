//! Who counts as verified once in a database that did not know it yet.

use chrono::{DateTime, Utc};
use entity::volunteer;
use migration::{Migrator, MigratorTrait};
use sea_orm::{DatabaseConnection, EntityTrait};

use super::given::{self, at, earning, insert};
use super::scratch::on_each_back_end;

#[tokio::test]
async fn who_earned_points_was_verified_once_and_who_only_waits_was_not() {
    on_each_back_end("admitted", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        again(&db).await;
        assert_eq!(admitted_at(&db).await, None);

        insert(&db, earning(1, 0)).await;
        again(&db).await;
        assert_eq!(admitted_at(&db).await, Some(at(0)));
    })
    .await;
}

/// Takes the step that says it back, with all steps after it, and does them anew.
async fn again(db: &DatabaseConnection) {
    let back = {
        let steps = Migrator::migrations();
        let here = steps.iter().position(|step| step.name().contains("_000133_")).unwrap();
        u32::try_from(steps.len() - here).unwrap()
    };
    Migrator::down(db, Some(back)).await.unwrap();
    Migrator::up(db, None).await.unwrap();
}

async fn admitted_at(db: &DatabaseConnection) -> Option<DateTime<Utc>> {
    let her = volunteer::Entity::find_by_id(given::volunteer().id).one(db).await;
    her.unwrap().unwrap().admitted_at
}
