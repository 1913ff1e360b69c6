//! People as the machines need them: phones that stay signed in, and a counter at which others
//! come by, one after the other.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use entity::role_assignment::Role;
use entity::site;
use harness::{Answer, Client, County, TestApp, document, register_assisted, registration};
use serde_json::json;

/// The birth date of everybody who comes.
pub(super) const BORN: &str = "1940-01-01";

/// Phones by their holders' sandbox names. WeChat lets nobody sign in again and again within a
/// minute, so each stays signed in until time has passed.
#[derive(Default)]
pub(super) struct Phones(RefCell<BTreeMap<String, (DateTime<Utc>, Client)>>);

impl Phones {
    pub(super) async fn of(&self, app: &TestApp, name: &str) -> Client {
        let kept = self.0.borrow().get(name).cloned();
        if let Some((at, client)) = kept
            && app.clock.now() - at < TimeDelta::minutes(5)
        {
            return client;
        }
        let client = app.sign_in(name).await;
        self.keep(app, name, &client);
        client
    }

    /// A phone as it was left, whatever became of its session.
    pub(super) fn left(&self, name: &str) -> Client {
        self.0.borrow()[name].1.clone()
    }

    pub(super) fn keep(&self, app: &TestApp, name: &str, client: &Client) {
        self.0.borrow_mut().insert(name.to_owned(), (app.clock.now(), client.clone()));
    }
}

/// A station whose clerk types in and whose manager confirms, and the offices above it.
pub(super) struct Counter {
    pub(super) app: TestApp,
    pub(super) county: County,
    pub(super) station: site::Model,
    pub(super) phones: Phones,
    came: AtomicU32,
}

impl Counter {
    pub(super) async fn open(app: TestApp) -> Self {
        let county = app.county().await;
        let (station, town) = (county.town.stations[0].clone(), &county.town.institute);
        let phones = Phones::default();
        for (name, role, at) in [
            ("clerk", Role::Clerk, &station),
            ("manager", Role::StationManager, &station),
            ("office", Role::GeneralOffice, town),
            ("town-a", Role::TownAdmin, town),
            ("town-b", Role::TownAdmin, town),
            ("security", Role::SecurityAdmin, &county.center),
        ] {
            phones.keep(&app, name, &app.staff(name, role, at).await);
        }
        Self { app, county, station, phones, came: AtomicU32::new(0) }
    }

    pub(super) async fn phone(&self, name: &str) -> Client {
        self.phones.of(&self.app, name).await
    }

    /// The address of something of the station.
    pub(super) fn at(&self, rest: &str) -> String {
        format!("/v1/sites/{}/{rest}", self.station.id)
    }

    /// A number that nobody has had.
    pub(super) fn next(&self) -> u32 {
        self.came.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody without a phone who waits to be verified, and the number of her document.
    pub(super) async fn registered(&self) -> (String, u32) {
        let serial = self.next();
        let clerk = self.phone("clerk").await;
        (register_assisted(&clerk, &self.station, BORN, serial).await, serial)
    }

    /// The same of somebody who registers herself, under that number's name.
    pub(super) async fn registers(&self) -> (String, u32) {
        let serial = self.next();
        let her = self.phone(&format!("her-{serial}")).await;
        let body = registration(&self.station, BORN, serial);
        let id = her.post("/v1/volunteers", body).await.id();
        (id, serial)
    }

    pub(super) async fn verify(&self, id: &str, serial: u32) -> Answer {
        let path = format!("/v1/volunteers/{id}/verify");
        self.phone("manager").await.post(path, document(BORN, serial)).await
    }

    /// Somebody without a phone leaves.
    pub(super) async fn close(&self, id: &str) -> Answer {
        let body = json!({"confirm": true, "witness": "李支书"});
        self.phone("manager").await.post(format!("/v1/volunteers/{id}/closure"), body).await
    }
}
