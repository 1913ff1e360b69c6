//! Use cases of binding: a code from the counter, entered on her own phone.

use chrono::TimeDelta;
use entity::ids::VolunteerId;
use entity::volunteer::{self, VolunteerState};
use entity::volunteer_binding as binding;
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::dto::{BindVolunteer, IssuedBindingCode};
use super::repository;
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::text::human_number::NumberFormat;
use crate::platform::tx::Tx;
use crate::volunteer::{error, kin, personal, repository as volunteers, service, tries};

/// How long a code is good: she goes home and lets somebody install WeChat.
const LIFE: TimeDelta = TimeDelta::days(1);
/// Binding codes: sixty random bits behind 绑定.
const CODE: NumberFormat = NumberFormat::new("BD", 12);

/// Makes a code for somebody without an account; an earlier one is good no longer.
pub(super) async fn issue(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
) -> Result<IssuedBindingCode, Failure> {
    let (person, _) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if person.account_id.is_some() {
        return Err(error::HAS_ACCOUNT.into());
    }
    if person.state == VolunteerState::Closed {
        return Err(code::WRONG_STATE.into());
    }
    if kin::is_related(&**tx, caller, id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    repository::save_revoked(tx, id, tx.now).await?;
    let number = CODE.build(tx.random());
    let row = binding::Model {
        id: tx.new_id(),
        volunteer_id: id,
        code_hash: sha256_hex(number.as_bytes()),
        created_by: caller.account,
        created_at: tx.now,
        expires_at: tx.now + LIFE,
        used_by: None,
        used_at: None,
        revoked_at: None,
    };
    let expires_at = row.expires_at;
    repository::insert(tx, row.into_active_model().reset_all()).await?;
    Ok(IssuedBindingCode { code: CODE.grouped(&number), expires_at })
}

fn invalid() -> Failure {
    error::BINDING_CODE_INVALID.into()
}

/// Counts a try at a good code. Of a known birthday there are few numbers, and accounts cost
/// nothing: so tries count by the volunteer, too. That a code is real shows in no answer.
async fn count_try(app: &App, id: VolunteerId) -> Result<(), Failure> {
    let counted = tries::count_binding(app, id).await;
    counted.map_err(|failure| if failure.refusal().is_some() { invalid() } else { failure })
}

/// Binds the volunteer of a code to the caller's account, who types in the number of her
/// document. Why it is not good is told to nobody; whoever made a code cannot use it.
pub(super) async fn bind(
    tx: &Tx<'_>,
    app: &App,
    caller: &Caller,
    body: BindVolunteer,
) -> Result<volunteer::Model, Failure> {
    let shown = personal::id_number_index(&app.vault, &body.id_number);
    let number = CODE.parse(body.code.as_str()).map_err(|_| invalid())?;
    auth::lock_account(tx, caller.account).await?;
    if volunteers::is_account_bound(&**tx, caller.account).await? {
        return Err(error::ALREADY_REGISTERED.into());
    }
    let found = repository::find_by_hash(&**tx, &sha256_hex(number.as_bytes())).await?;
    let found = found.filter(|row| row.created_by != caller.account).ok_or_else(invalid)?;
    let person = service::lock(tx, found.volunteer_id).await?;
    if person.account_id.is_some() || person.state == VolunteerState::Closed {
        return Err(invalid());
    }
    count_try(app, person.id).await?;
    if person.id_number_index.as_ref() != Some(&shown) {
        return Err(invalid());
    }
    if !repository::save_used(tx, found.id, caller.account, tx.now).await? {
        return Err(invalid());
    }
    let bound = volunteer::Model { account_id: Some(caller.account), ..person };
    service::store(tx, bound, "volunteer.account_bound").await
}
