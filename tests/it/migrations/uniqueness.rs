//! What may exist only once, and what must exist to be referred to.

use entity::{
    card::{self, CardState},
    claim::{self, ClaimState},
    consent::{self, ConsentChannel, ConsentPurpose},
    ledger_entry::{self, LedgerKind},
    pickup_delegate::{self, DelegateRelation},
    volunteer::RegisteredVia,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ConnectionTrait, DatabaseConnection, EntityTrait,
    SqlErr::{ForeignKeyConstraintViolation, UniqueConstraintViolation},
};
use uuid::Uuid;

use super::{
    assert_refused, assert_row_refused,
    given::{self, at, earning, hash, id, insert},
    scratch::on_each_back_end,
};

#[tokio::test]
async fn one_live_claim_per_attendance_or_award() {
    on_each_back_end("claims", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        given::service(&db).await;
        given::rules(&db).await;
        insert(&db, for_attendance(1)).await;
        insert(&db, for_award(2)).await;

        assert_not_unique(&db, for_attendance(3)).await;
        assert_not_unique(&db, for_award(4)).await;
        db.execute_unprepared("UPDATE claim SET state = 'rejected'").await.unwrap();
        insert(&db, for_attendance(3)).await;
        insert(&db, for_award(4)).await;

        let groundless = "UPDATE claim SET attendance_id = NULL, award_ref = NULL";
        assert_refused(&db, groundless, "claim_one_ground").await;
        let twofold =
            claim::ActiveModel { award_ref: Set(Some("H".to_owned())), ..for_attendance(5) };
        assert_row_refused(&db, twofold, "claim_one_ground").await;
    })
    .await;
}

#[tokio::test]
async fn one_live_card_and_one_live_consent() {
    on_each_back_end("live", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        insert(&db, card(1)).await;
        insert(&db, consent(1, ConsentPurpose::Enrol)).await;

        assert_not_unique(&db, card(2)).await;
        assert_not_unique(&db, consent(2, ConsentPurpose::Enrol)).await;
        insert(&db, consent(3, ConsentPurpose::Sms)).await;
        db.execute_unprepared("UPDATE card SET state = 'replaced'").await.unwrap();
        db.execute_unprepared("UPDATE consent SET withdrawn_at = granted_at").await.unwrap();
        insert(&db, card(2)).await;
        insert(&db, consent(2, ConsentPurpose::Enrol)).await;
    })
    .await;
}

#[tokio::test]
async fn five_places_for_delegates_and_each_name_once() {
    on_each_back_end("delegates", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        for slot in 1..=5 {
            insert(&db, delegate(slot, &format!("代领人{slot}"))).await;
        }

        assert_row_refused(&db, delegate(6, "罗大勇"), "pickup_delegate_slot").await;
        assert_not_unique(&db, delegate(5, "罗大勇")).await;
        let half = "UPDATE pickup_delegate SET ended_at = created_at";
        assert_refused(&db, half, "pickup_delegate_ended").await;
        let end = "UPDATE pickup_delegate SET ended_at = created_at, ended_by = registered_by \
                   WHERE slot = 5";
        db.execute_unprepared(end).await.unwrap();
        assert_not_unique(&db, delegate(5, "代领人4")).await;
        let groundless = pickup_delegate::ActiveModel {
            registered_via: Set(RegisteredVia::Assisted),
            ..delegate(5, "代领人5")
        };
        assert_row_refused(&db, groundless, "pickup_delegate_assisted_reason").await;
        insert(&db, delegate(5, "代领人5")).await;
    })
    .await;
}

fn delegate(slot: i32, name: &str) -> pickup_delegate::ActiveModel {
    pickup_delegate::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        volunteer_id: Set(id(1)),
        slot: Set(slot),
        name: Set(name.to_owned()),
        relation: Set(DelegateRelation::Neighbour),
        registered_via: Set(RegisteredVia::SelfService),
        registered_by: Set(id(1)),
        created_at: Set(at(0)),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_source_posts_once_and_an_entry_is_reversed_once() {
    on_each_back_end("once", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;
        insert(&db, earning(1, 0)).await;

        let again = ledger_entry::ActiveModel { source_id: Set(id(1)), ..earning(2, 1) };
        assert_not_unique(&db, again).await;
        insert(&db, reversal(2)).await;
        assert_not_unique(&db, reversal(3)).await;
    })
    .await;
}

#[tokio::test]
async fn a_row_must_refer_to_one_that_is_there() {
    on_each_back_end("refer", async |db| {
        Migrator::up(&db, None).await.unwrap();
        given::people(&db).await;

        let stray = card::ActiveModel { volunteer_id: Set(id(404)), ..card(1) };
        let error = card::Entity::insert(stray).exec_without_returning(&db).await.unwrap_err();
        assert!(matches!(error.sql_err(), Some(ForeignKeyConstraintViolation(_))), "{error}");
    })
    .await;
}

async fn assert_not_unique<A: ActiveModelTrait>(db: &DatabaseConnection, row: A) {
    let row = <A::Entity as EntityTrait>::insert(row);
    let error = row.exec_without_returning(db).await.unwrap_err();
    assert!(matches!(error.sql_err(), Some(UniqueConstraintViolation(_))), "{error}");
}

fn for_attendance(number: u128) -> claim::ActiveModel {
    claim::ActiveModel {
        id: Set(id(number)),
        volunteer_id: Set(id(1)),
        attendance_id: Set(Some(id(1))),
        rule_item_id: Set(id(1)),
        site_id: Set(id(1)),
        state: Set(ClaimState::Draft),
        points: Set(10),
        explanation: Set("1.0 小时 × 10 分".to_owned()),
        entered_by: Set(id(1)),
        created_at: Set(at(5)),
        updated_at: Set(at(5)),
        ..Default::default()
    }
}

fn for_award(number: u128) -> claim::ActiveModel {
    claim::ActiveModel {
        attendance_id: Set(None),
        award_ref: Set(Some("H-2026-1".to_owned())),
        ..for_attendance(number)
    }
}

fn card(number: u128) -> card::ActiveModel {
    card::ActiveModel {
        id: Set(id(number)),
        number: Set(format!("C{number}")),
        volunteer_id: Set(id(1)),
        state: Set(CardState::Active),
        created_at: Set(at(0)),
        ..Default::default()
    }
}

fn consent(number: u128, purpose: ConsentPurpose) -> consent::ActiveModel {
    consent::ActiveModel {
        id: Set(id(number)),
        volunteer_id: Set(id(1)),
        purpose: Set(purpose),
        text_version: Set("1".to_owned()),
        channel: Set(ConsentChannel::Paper),
        granted_at: Set(at(0)),
        ..Default::default()
    }
}

/// Takes the first earning back, at this place in the chain.
fn reversal(seq: i64) -> ledger_entry::ActiveModel {
    ledger_entry::ActiveModel {
        kind: Set(LedgerKind::Reverse),
        available_delta: Set(-10),
        available_after: Set(0),
        refers_to: Set(Some(id(1000))),
        hash: Set(hash(seq)),
        ..earning(seq, seq - 1)
    }
}
