//! Fills a PostgreSQL database with what the load tests run against, and writes the
//! access tokens they send.
//!
//! `DATABASE_URL=.. bench-prepare FOLDER VOLUNTEERS`, and `bench-prepare past ORDERS`, which
//! prints older entries for `COPY` (see `measure_years.py`). Ids follow a pattern
//! (`01900000-0000-7000-8<kind>-<number>`), so that the pgbench scripts can name rows
//! without reading them first.

mod past;
mod people;
mod places;

use std::error::Error;
use std::path::PathBuf;

use api::auth::Tokens;
use api::config::{Config, Profile};
use api::platform::crypto::index::Indexer;
use api::platform::crypto::seal::Sealer;
use api::platform::vault::Vault;
use chrono::{DateTime, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectOptions, Database, DatabaseConnection,
    EntityTrait, IntoActiveModel,
};
use uuid::Uuid;

/// Rows of one insert; PostgreSQL takes 65,535 values, the widest row has 35.
const CHUNK: usize = 1000;

/// What can go wrong: nothing here is worth telling apart.
type Fault = Box<dyn Error>;

/// What everybody here needs.
struct Bench {
    db: DatabaseConnection,
    tokens: Tokens,
    data: Sealer,
    index: Indexer,
    now: DateTime<Utc>,
    folder: PathBuf,
}

/// The kinds of rows, as they stand in the ids.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Account = 1,
    Session = 2,
    Volunteer = 3,
    Card = 4,
    Entry = 5,
    Activity = 6,
    Goods = 7,
    Lot = 8,
    Item = 9,
    Site = 10,
    Offer = 11,
    Role = 12,
    Staff = 13,
    StaffSession = 14,
    Movement = 15,
    Opening = 16,
    PastEntry = 17,
    PastOrder = 18,
    Import = 19,
}

/// The id of the `number`th row of its kind.
fn id<T: From<Uuid>>(kind: Kind, number: u32) -> T {
    let tail = 0x1000_0000_0000_u64.wrapping_add(decimal_as_hex(number));
    let head = 0x0190_0000_0000_7000_8000_u128 + decimal_as_hex_u128(kind);
    T::from(Uuid::from_u128((head << 48) | u128::from(tail)))
}

/// 123 becomes 0x123: pgbench can count in decimal digits only.
fn decimal_as_hex(number: u32) -> u64 {
    number.to_string().bytes().fold(0, |sum, digit| sum * 16 + u64::from(digit - b'0'))
}

#[expect(clippy::as_conversions, reason = "the number a kind is declared with")]
fn decimal_as_hex_u128(kind: Kind) -> u128 {
    u128::from(decimal_as_hex(kind as u32))
}

impl Bench {
    async fn open(folder: PathBuf) -> Result<Self, Fault> {
        let config = Config::load(None).map_err(|faults| faults.join("\n"))?;
        let mut options = ConnectOptions::new(config.database.url.reveal());
        options.max_connections(1).sqlx_logging(false);
        let master = config.master_key().ok_or("no master key")?;
        let vault = Vault::new(&config.keys.kid, &master)?;
        if config.profile != Profile::Embedded {
            return Err("made for the demonstration's keys".into());
        }
        Ok(Self {
            db: Database::connect(options).await?,
            tokens: Tokens::from_seed(vault.token_signing_seed.reveal())?,
            data: vault.data,
            index: vault.index,
            now: Utc::now(),
            folder,
        })
    }

    async fn insert<M, A>(&self, rows: Vec<M>) -> Result<(), Fault>
    where
        M: IntoActiveModel<A>,
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: EntityTrait,
    {
        let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
        while rows.peek().is_some() {
            let chunk: Vec<A> = rows.by_ref().take(CHUNK).collect();
            A::Entity::insert_many(chunk).exec_without_returning(&self.db).await?;
        }
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Fault> {
        Ok(std::fs::write(self.folder.join(name), text)?)
    }
}

async fn run() -> Result<(), Fault> {
    let mut words = std::env::args().skip(1);
    let (Some(folder), Some(number)) = (words.next(), words.next()) else {
        return Err("bench-prepare FOLDER VOLUNTEERS | past ORDERS".into());
    };
    if folder == "past" {
        return past::print(&Bench::open(folder.into()).await?, number.parse()?).await;
    }
    let bench = Bench::open(folder.into()).await?;
    Migrator::up(&bench.db, None).await?;
    places::fill(&bench).await?;
    people::fill(&bench, number.parse()?).await
}

#[actix_web::main]
async fn main() -> Result<(), Fault> {
    run().await
}
