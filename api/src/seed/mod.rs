//! The seeded county of the embedded profile: the plan's town with its institute and
//! seven stations, staff of every role, volunteers, rules, goods, this week's
//! activities and an open redemption session. For trying out and demonstrating only.

mod business;
mod people;
mod places;
mod stock;

use entity::ids::AccountId;
use entity::{account, site, wechat_identity};
use sea_orm::{EntityTrait, Set};

use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};
use crate::wechat::simulator::demo_openid;

/// Who can sign in after seeding, for the greeting at start.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The sandbox code.
    pub(crate) code: String,
    /// Whom it signs in.
    pub(crate) who: String,
}

/// Fills an empty database in one transaction; does nothing to any other.
///
/// # Errors
/// The database's.
pub(crate) async fn run(app: &App) -> Result<bool, Failure> {
    if site::Entity::find().one(&app.pools.read).await?.is_some() {
        return Ok(false);
    }
    let actor = Actor::system("seed", "seed".into());
    in_tx(&app.core, &actor, async |tx| fill(app, tx).await).await?;
    Ok(true)
}

async fn fill(app: &App, tx: &Tx<'_>) -> Result<(), Failure> {
    let places = places::insert(tx).await?;
    let staff = people::insert_staff(app, tx, &places).await?;
    people::insert_volunteers(app, tx, &places, &staff).await?;
    let rules = business::insert_rules(tx, &places, &staff).await?;
    business::insert_activities(tx, &places, &staff, rules).await?;
    stock::insert(tx, &places, &staff).await
}

/// [`run`] for the harness.
///
/// # Errors
/// The database's.
#[cfg(feature = "test-support")]
pub async fn fill_empty(app: &App) -> Result<bool, Failure> {
    run(app).await
}

/// The sandbox codes of the seeded people.
pub(crate) fn logins() -> Vec<Login> {
    people::logins()
}

/// An account that the sandbox code `demo:<name>` signs in.
async fn insert_account(
    app: &App,
    tx: &Tx<'_>,
    name: &str,
    display_name: &str,
) -> Result<AccountId, Failure> {
    let id: AccountId = tx.new_id();
    let appid = &app.config.wechat.appid;
    let row = account::ActiveModel {
        id: Set(id),
        status: Set(account::AccountStatus::Active),
        display_name: Set(Some(display_name.into())),
        token_version: Set(1),
        created_at: Set(tx.now),
        ..Default::default()
    };
    account::Entity::insert(row).exec_without_returning(&**tx).await?;
    let identity = wechat_identity::ActiveModel {
        id: Set(tx.new_id()),
        account_id: Set(id),
        appid: Set(appid.clone()),
        openid: Set(demo_openid(appid, name)),
        unionid: Set(None),
        created_at: Set(tx.now),
    };
    wechat_identity::Entity::insert(identity).exec_without_returning(&**tx).await?;
    Ok(id)
}
