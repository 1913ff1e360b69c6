//! Whether the master key is the one this database was begun with. Under another, what is stored
//! stays shut, and what is stored meanwhile would be lost once the right key is back.

use std::future::pending;
use std::time::Duration;

use entity::{key_check, volunteer};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, Set,
};

use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::db::{self, Trouble};
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};
use crate::platform::vault::Vault;
use crate::probes::schema_of;
use crate::volunteer as people;

/// What is sealed. Everybody may know it: only the key makes a text that opens to it.
const PROOF: &[u8] = b"points-bank/key-check/1";

/// How soon a database that was away is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// What is known of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// They are this database's.
    Fit,
    /// The database is away, or has not this version's schema yet.
    NotYet,
}

/// What the proofs in the database say.
#[derive(Debug, PartialEq, Eq)]
enum Judgement {
    Fits,
    /// There is none yet.
    Unwritten,
    /// A line for the operator.
    Wrong(String),
}

/// Whether the keys fit; the first start of a database writes down which they are.
///
/// # Errors
/// The line for the operator when they do not.
pub(super) async fn begin(app: &App) -> Result<Known, String> {
    say(app, ask(app, true).await).await
}

/// The same for a command that needs them at once.
///
/// # Errors
/// The line for the operator when they do not fit, or nobody can tell.
pub(super) async fn require(app: &App) -> Result<(), String> {
    match begin(app).await? {
        Known::Fit => Ok(()),
        Known::NotYet => Err("the database does not answer, so that the master key could not be \
                              checked: try again"
            .into()),
    }
}

/// The same without writing anything.
///
/// # Errors
/// The line for the operator when they do not fit.
pub(super) async fn look(app: &App) -> Result<Known, String> {
    say(app, ask(app, false).await).await
}

/// Asks a database that was away until it has said yes, and ends only when it says no.
pub(super) async fn until_wrong(app: &App) -> String {
    loop {
        tokio::time::sleep(PAUSE).await;
        match begin(app).await {
            Ok(Known::NotYet) => {}
            Ok(Known::Fit) => return pending().await,
            Err(fault) => return fault,
        }
    }
}

async fn say(app: &App, asked: Result<Judgement, Failure>) -> Result<Known, String> {
    let failure = match asked {
        Ok(Judgement::Wrong(fault)) => return Err(fault),
        Ok(Judgement::Fits | Judgement::Unwritten) => return Ok(Known::Fit),
        Err(failure) => failure,
    };
    if is_passing(&failure) || matches!(schema_of(app).await, "older" | "unknown") {
        return Ok(Known::NotYet);
    }
    Err(format!("the master key could not be checked: {}", failure.for_log()))
}

fn is_passing(failure: &Failure) -> bool {
    let Failure::Database(error) = failure else { return false };
    matches!(db::trouble(error), Trouble::Unavailable | Trouble::Retry)
}

async fn ask(app: &App, may_write: bool) -> Result<Judgement, Failure> {
    let db = &app.pools.write;
    match judge(&app.vault, &app.config.keys.kid, &proofs(db).await?) {
        Judgement::Unwritten if may_write => {
            let actor = Actor::system("key_check", String::new());
            in_tx(&app.core, &actor, async |tx| write_first(app, tx).await).await
        }
        Judgement::Unwritten => Ok(judge_people(app, db).await?),
        judged @ (Judgement::Fits | Judgement::Wrong(_)) => Ok(judged),
    }
}

async fn proofs(db: &impl ConnectionTrait) -> Result<Vec<key_check::Model>, DbErr> {
    key_check::Entity::find().order_by_asc(key_check::Column::CreatedAt).all(db).await
}

/// Of processes that start together with different keys, one writes and the others see it.
async fn write_first(app: &App, tx: &Tx<'_>) -> Result<Judgement, Failure> {
    let kid = &app.config.keys.kid;
    if db::is_postgres(tx.get_database_backend()) {
        tx.execute_unprepared("LOCK TABLE key_check IN EXCLUSIVE MODE").await?;
    }
    let mut judged = judge(&app.vault, kid, &proofs(&**tx).await?);
    if judged == Judgement::Unwritten {
        // Data older than the check is the only witness there is.
        judged = judge_people(app, &**tx).await?;
    }
    if judged == Judgement::Unwritten {
        let row = key_check::ActiveModel {
            kid: Set(kid.clone()),
            proof_sealed: Set(app.vault.data.seal(&place(kid), PROOF, tx.random())),
            created_at: Set(tx.now),
        };
        row.insert(&**tx).await?;
    }
    Ok(judged)
}

fn place(kid: &str) -> String {
    format!("key_check|proof|{kid}")
}

fn judge(vault: &Vault, kid: &str, proofs: &[key_check::Model]) -> Judgement {
    if let Some(proof) = proofs.iter().find(|proof| proof.kid == kid) {
        let opened = vault.data.open(&place(kid), &proof.proof_sealed);
        return if opened.is_ok_and(|plain| plain == PROOF) {
            Judgement::Fits
        } else {
            Judgement::Wrong(format!(
                "PB_KEYS__MASTER (PB_KEYS__MASTER_FILE) is not the key \"{kid}\" this database \
                 was begun with: set the kept key again"
            ))
        };
    }
    match proofs.first() {
        None => Judgement::Unwritten,
        Some(first) => Judgement::Wrong(format!(
            "PB_KEYS__KID is \"{kid}\", but this database was begun with the key \"{}\": set \
             PB_KEYS__KID={} and its PB_KEYS__MASTER",
            first.kid, first.kid
        )),
    }
}

/// Asks the oldest sealed personal data, if there is any.
async fn judge_people(app: &App, db: &impl ConnectionTrait) -> Result<Judgement, DbErr> {
    let sealed = Condition::any()
        .add(volunteer::Column::IdNumberSealed.is_not_null())
        .add(volunteer::Column::PhoneSealed.is_not_null());
    let oldest = volunteer::Entity::find()
        .filter(sealed)
        .order_by_asc(volunteer::Column::Id)
        .one(db)
        .await?;
    let opens = |row: &volunteer::Model| {
        people::id_number(&app.vault, row).is_ok() && people::phone(&app.vault, row).is_ok()
    };
    if oldest.as_ref().is_none_or(opens) {
        return Ok(Judgement::Unwritten);
    }
    Ok(Judgement::Wrong(
        "PB_KEYS__MASTER and PB_KEYS__KID do not open the personal data in this database: set the \
         kept key and its name again"
            .into(),
    ))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn proof(kid: &str, master: u8) -> key_check::Model {
        let vault = Vault::new(kid, &[master; 32]).unwrap();
        key_check::Model {
            kid: kid.into(),
            proof_sealed: vault.data.seal(&place(kid), PROOF, [5; 12]),
            created_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        }
    }

    fn judged(kid: &str, master: u8, proofs: &[key_check::Model]) -> Judgement {
        judge(&Vault::new(kid, &[master; 32]).unwrap(), kid, proofs)
    }

    #[test]
    fn only_the_key_a_database_was_begun_with_fits_it() {
        assert_eq!(judged("k1", 1, &[]), Judgement::Unwritten);
        assert_eq!(judged("k1", 1, &[proof("k1", 1)]), Judgement::Fits);
        let Judgement::Wrong(line) = judged("k1", 2, &[proof("k1", 1)]) else {
            panic!("another key");
        };
        assert!(line.contains("PB_KEYS__MASTER"), "{line}");
    }

    #[test]
    fn a_key_under_another_name_is_another_key() {
        let Judgement::Wrong(line) = judged("k2", 1, &[proof("k1", 1)]) else {
            panic!("another name");
        };
        assert!(line.contains("PB_KEYS__KID=k1"), "{line}");
        let renamed = key_check::Model { kid: "k2".into(), ..proof("k1", 1) };
        assert!(matches!(judged("k2", 1, &[renamed]), Judgement::Wrong(_)));
    }
}
