//! Steps of a supervisor's post: vetting, appointing, appraising, ending; and the turn of terms.

use entity::ids::{SupervisorPostId, VolunteerId};
use entity::role_assignment::Role;
use entity::{site, supervisor_appraisal, supervisor_post};

use super::domain::{
    Person, PostAction, check_place, check_term, decide_step, leaving, may_appraise,
};
use super::dto::{AppointSupervisor, AppraiseSupervisor};
use super::repository;
use super::service::{permission_for, require_active, require_stranger, tell};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::{Tx, in_tx};
use crate::site::{self as sites, Granted};
use crate::supervision::error;
use crate::volunteer as volunteers;

/// A post that the caller may take `action` with, in the state it reaches.
async fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SupervisorPostId,
    action: PostAction,
) -> Result<(supervisor_post::Model, site::Model), Failure> {
    let mut post = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, post.site_id).await?;
    caller.require_at(permission_for(action), &site.path)?;
    let is_related = volunteers::is_related(&**tx, caller, post.volunteer_id).await?;
    post.state = decide_step(&post, action, Person { account: caller.account, is_related })?;
    Ok((post, site))
}

async fn save(
    tx: &Tx<'_>,
    post: supervisor_post::Model,
) -> Result<supervisor_post::Model, Failure> {
    let post = supervisor_post::Model { version: post.version + 1, updated_at: tx.now, ..post };
    if !repository::save(tx, &post).await? {
        return Err(Failure::internal("a locked post changed"));
    }
    Ok(post)
}

async fn store(
    tx: &Tx<'_>,
    post: supervisor_post::Model,
    action: PostAction,
) -> Result<supervisor_post::Model, Failure> {
    let post = save(tx, post).await?;
    tell(tx, action.event(), &post).await?;
    Ok(post)
}

/// Vets a nomination, one way or the other; who has lost her standing meanwhile is refused only.
///
/// # Errors
/// `must_recuse` for who nominated, `wrong_state`, `volunteer_not_active`.
pub(super) async fn vet(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, action): (SupervisorPostId, PostAction),
    note: String,
) -> Result<supervisor_post::Model, Failure> {
    let (mut post, _) = begin(tx, caller, id, action).await?;
    if action == PostAction::Vet {
        require_active(&volunteers::get(&**tx, post.volunteer_id).await?)?;
    }
    post.vetted_by = Some(caller.account);
    post.vetted_at = Some(tx.now);
    post.vetting_note = Some(note);
    store(tx, post, action).await
}

/// Appoints her for a term, if there is a place and she still is in good standing and a stranger
/// to the site. The site is locked, so that of two appointments the second counts the first.
///
/// # Errors
/// `supervisors_full`, `supervisor_is_staff`, `supervisor_is_kin`, `volunteer_not_active`,
/// `must_recuse`, `wrong_state`.
pub(super) async fn appoint(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SupervisorPostId,
    term: AppointSupervisor,
) -> Result<supervisor_post::Model, Failure> {
    let (mut post, site) = begin(tx, caller, id, PostAction::Appoint).await?;
    sites::lock(tx, site.id).await?;
    let settings = sites::supervision_settings(&**tx, &site, tx.now).await?;
    let days = (term.from, term.until);
    check_term(days, settings.term_months, local_day(tx.now))
        .map_err(|(field, why)| Failure::field(field, why))?;
    let appointed = repository::count_appointed(tx, site.id).await?;
    let appointed = i64::try_from(appointed).map_err(Failure::internal)?;
    check_place(appointed, settings.supervisors_per_site)?;
    require_active(&volunteers::get(&**tx, post.volunteer_id).await?)?;
    require_stranger(tx, &site, (post.account_id, post.volunteer_id)).await?;

    post.appointed_by = Some(caller.account);
    post.appointed_at = Some(tx.now);
    post.term_from = Some(term.from);
    post.term_until = Some(term.until);
    if term.from <= local_day(tx.now) {
        give_role(tx, &mut post).await?;
    }
    store(tx, post, PostAction::Appoint).await
}

async fn give_role(tx: &Tx<'_>, post: &mut supervisor_post::Model) -> Result<(), Failure> {
    let her = volunteers::get(&**tx, post.volunteer_id).await?;
    let granted = Granted {
        account: post.account_id,
        role: Role::Supervisor,
        site: post.site_id,
        by: post.appointed_by,
        name: &her.name,
    };
    post.role_assignment_id = Some(sites::grant_role(tx, granted).await?);
    Ok(())
}

/// Takes a nomination back, or ends an appointment before its time.
///
/// # Errors
/// `wrong_state`.
pub(super) async fn end(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, action): (SupervisorPostId, PostAction),
    reason: String,
) -> Result<supervisor_post::Model, Failure> {
    let (post, _) = begin(tx, caller, id, action).await?;
    ended(tx, post, action, reason).await
}

async fn ended(
    tx: &Tx<'_>,
    mut post: supervisor_post::Model,
    action: PostAction,
    reason: String,
) -> Result<supervisor_post::Model, Failure> {
    post.ended_by = tx.actor.account;
    post.ended_at = Some(tx.now);
    post.end_reason = Some(reason);
    if let Some(role) = post.role_assignment_id {
        sites::take_role(tx, role, tx.actor.account).await?;
    }
    store(tx, post, action).await
}

/// She has left: what she was nominated or appointed for ends, and what was said of her is
/// forgotten. That she watched over a site, and how she was appraised, is the office's record
/// and stays with her number. Says how many posts there were.
///
/// # Errors
/// The database's.
pub(crate) async fn leave(
    tx: &Tx<'_>,
    her: VolunteerId,
    (reason, forgotten): (&str, &str),
) -> Result<usize, Failure> {
    let posts = repository::lock_of(tx, her).await?;
    let count = posts.len();
    for mut post in posts {
        post.recommendation = forgotten.to_owned();
        post.vetting_note = post.vetting_note.map(|_| forgotten.to_owned());
        if let Some(action) = leaving(post.state) {
            post.state = action.apply(post.state)?;
            ended(tx, post, action, reason.to_owned()).await?;
        } else {
            post.end_reason = post.end_reason.map(|_| forgotten.to_owned());
            save(tx, post).await?;
        }
    }
    Ok(count)
}

/// Appraises a year of her term, once.
///
/// # Errors
/// `appraised_already`, `must_recuse`, `wrong_state`.
pub(super) async fn appraise(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SupervisorPostId,
    body: AppraiseSupervisor,
) -> Result<supervisor_post::Model, Failure> {
    let (post, _) = begin(tx, caller, id, PostAction::Appraise).await?;
    if !may_appraise(&post, body.year, local_day(tx.now)) {
        return Err(Failure::field("/year", "不在任期之内，或尚未开始"));
    }
    let row = supervisor_appraisal::Model {
        id: tx.new_id(),
        post_id: post.id,
        year: body.year,
        grade: body.grade,
        note: body.note.into(),
        appraised_by: caller.account,
        appraised_at: tx.now,
    };
    if !repository::insert_appraisal(tx, row).await? {
        return Err(error::APPRAISED_ALREADY.into());
    }
    store(tx, post, PostAction::Appraise).await
}

/// Begins the terms whose first day has come and ends those whose last is over, each in its own
/// transaction; says how many.
///
/// # Errors
/// The last failure, after all others were tried.
pub(in crate::supervision) async fn turn_terms(app: &App) -> Result<u64, Failure> {
    let today = local_day(app.clock.now());
    let actor = Actor::system("supervision.terms", String::new());
    let (mut done, mut failed) = (0, None);
    for id in repository::list_turning(&app.pools.read, today).await? {
        match in_tx(&app.core, &actor, async |tx| turn(tx, id).await).await {
            Ok(account) => {
                auth::forget(app, account).await;
                done += 1;
            }
            Err(failure) => {
                tracing::warn!(post = %id, cause = failure.for_log(), "a term did not turn");
                failed = Some(failure);
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

async fn turn(tx: &Tx<'_>, id: SupervisorPostId) -> Result<entity::ids::AccountId, Failure> {
    let mut post = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let account = post.account_id;
    let over = post.term_until.is_some_and(|last| last < local_day(tx.now));
    if over {
        post.state = PostAction::Expire.apply(post.state)?;
        ended(tx, post, PostAction::Expire, "任期届满".into()).await?;
        return Ok(account);
    }
    PostAction::Expire.apply(post.state)?;
    match begin_term(tx, &mut post).await {
        Ok(()) => {
            store(tx, post, PostAction::Appoint).await?;
        }
        // What was true at the appointment is not any more.
        Err(Failure::Refused(refusal)) => {
            post.state = PostAction::Dismiss.apply(post.state)?;
            let reason = format!("任期开始时不再符合条件：{}", refusal.code.title);
            ended(tx, post, PostAction::Dismiss, reason).await?;
        }
        Err(failure) => return Err(failure),
    }
    Ok(account)
}

/// Gives the role on the first day of the term, to who still may have it.
async fn begin_term(tx: &Tx<'_>, post: &mut supervisor_post::Model) -> Result<(), Failure> {
    let site = sites::get(&**tx, post.site_id).await?;
    require_active(&volunteers::get(&**tx, post.volunteer_id).await?)?;
    require_stranger(tx, &site, (post.account_id, post.volunteer_id)).await?;
    give_role(tx, post).await
}

/// She is not in good standing any more: what she was nominated or appointed for ends. Says how
/// many posts there were.
///
/// # Errors
/// The database's.
pub(crate) async fn lose_standing(
    tx: &Tx<'_>,
    her: VolunteerId,
    reason: &str,
) -> Result<usize, Failure> {
    let mut count = 0;
    for mut post in repository::lock_of(tx, her).await? {
        if let Some(action) = leaving(post.state) {
            post.state = action.apply(post.state)?;
            ended(tx, post, action, reason.to_owned()).await?;
            count += 1;
        }
    }
    Ok(count)
}
