//! Nominating supervisors, and reading their posts.

use std::collections::HashMap;

use entity::ids::{SiteId, SupervisorPostId, VolunteerId};
use entity::supervisor_post::{self, PostState};
use entity::volunteer::VolunteerState;
use entity::{site, volunteer};
use sea_orm::ConnectionTrait;

use super::domain::{Person, PostAction, PostRefusal, allowed_actions, check_stranger, is_adult};
use super::dto::{NominateSupervisor, SupervisorPostPage, SupervisorPostView};
use super::repository;
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::supervision::error;
use crate::volunteer as volunteers;

/// Nominates a volunteer of the town to supervise a site.
///
/// # Errors
/// `supervisor_is_staff`, `supervisor_is_kin`, `supervisor_without_account`,
/// `volunteer_not_active`, `supervisor_post_exists`.
pub(super) async fn nominate(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: NominateSupervisor,
) -> Result<supervisor_post::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::NominateSupervisors, &site.path)?;
    let her = candidate(tx, &site, body.volunteer_id).await?;
    let account = her.account_id.ok_or(error::SUPERVISOR_WITHOUT_ACCOUNT)?;
    require_stranger(tx, &site, (account, her.id)).await?;

    let row = supervisor_post::Model {
        id: tx.new_id(),
        site_id: site.id,
        volunteer_id: her.id,
        account_id: account,
        state: PostState::Nominated,
        recommendation: body.recommendation.into(),
        nominated_by: caller.account,
        nominated_at: tx.now,
        vetted_by: None,
        vetted_at: None,
        vetting_note: None,
        appointed_by: None,
        appointed_at: None,
        term_from: None,
        term_until: None,
        role_assignment_id: None,
        ended_by: None,
        ended_at: None,
        end_reason: None,
        version: 1,
        updated_at: tx.now,
    };
    let row = repository::insert(tx, row).await?.ok_or(error::SUPERVISOR_POST_EXISTS)?;
    tell(tx, "supervisor.nominated", &row).await?;
    Ok(row)
}

/// A volunteer of the site's town, in good standing and of age.
async fn candidate(
    tx: &Tx<'_>,
    site: &site::Model,
    id: VolunteerId,
) -> Result<volunteer::Model, Failure> {
    let unknown = || Failure::field("/volunteer_id", "没有这名志愿者");
    let her = match volunteers::get(&**tx, id).await {
        Err(Failure::Refused(_)) => return Err(unknown()),
        other => other?,
    };
    if sites::get(&**tx, her.site_id).await?.town_id != site.town_id {
        return Err(unknown());
    }
    require_active(&her)?;
    if !is_adult(her.birth_date, local_day(tx.now)) {
        return Err(Failure::field("/volunteer_id", "监督员须年满18周岁"));
    }
    Ok(her)
}

/// Refuses who is not in good standing (any more).
///
/// # Errors
/// `volunteer_not_active`.
pub(super) fn require_active(her: &volunteer::Model) -> Result<(), Failure> {
    if her.state == VolunteerState::Active {
        Ok(())
    } else {
        Err(volunteers::not_active(her.state))
    }
}

/// Refuses who has a part in the site, and the kin of those who have.
///
/// # Errors
/// `supervisor_is_staff`, `supervisor_is_kin`.
pub(super) async fn require_stranger(
    tx: &Tx<'_>,
    site: &site::Model,
    (account, her): (entity::ids::AccountId, VolunteerId),
) -> Result<(), Failure> {
    let staff = sites::staff_of_chain(&**tx, &site.path, tx.now).await?;
    let is_kin = volunteers::is_kin_of_any(&**tx, (account, her), &staff, tx.now).await?;
    Ok(check_stranger(staff.contains(&account), is_kin)?)
}

/// Tells the journal; ids only.
pub(super) async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    post: &supervisor_post::Model,
) -> Result<(), Failure> {
    let data = serde_json::json!({"account_id": post.account_id, "state": post.state});
    journal::publish(tx, kind, "supervisor_post", post.id.into(), Some(post.site_id), data).await
}

/// What each step asks of who takes it.
pub(super) const fn permission_for(action: PostAction) -> Permission {
    match action {
        PostAction::Vet | PostAction::Refuse | PostAction::Appraise => Permission::VetSupervisors,
        PostAction::Appoint | PostAction::Dismiss | PostAction::Expire => {
            Permission::AppointSupervisors
        }
        PostAction::Withdraw => Permission::NominateSupervisors,
    }
}

/// One post.
///
/// # Errors
/// `not_found`, or the caller's lack of permission.
pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: SupervisorPostId,
) -> Result<SupervisorPostView, Failure> {
    let db = &app.pools.read;
    let post = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, post.site_id).await?;
    caller.require_at(Permission::ViewSites, &site.path)?;
    view(db, caller, post).await
}

/// The posts of a site and those below it.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site_id, state): (SiteId, Option<PostState>),
    pager: &Pager<'_>,
) -> Result<SupervisorPostPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewSites, &site.path)?;
    let after = pager.after()?;
    let rows = repository::list_at(db, &site.path, state, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |post| post.id.to_string())?;
    let items = views(db, caller, rows).await?;
    Ok(SupervisorPostPage { items, next_page_token })
}

/// A post as the caller may see it.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    post: supervisor_post::Model,
) -> Result<SupervisorPostView, Failure> {
    let found = views(db, caller, vec![post]).await?.pop();
    found.ok_or_else(|| Failure::internal("a post without a view"))
}

/// A page has few sites, usually one, and few people.
async fn views(
    db: &impl ConnectionTrait,
    caller: &Caller,
    posts: Vec<supervisor_post::Model>,
) -> Result<Vec<SupervisorPostView>, Failure> {
    let ids: Vec<_> = posts.iter().map(|post| post.id).collect();
    let appraisals = repository::list_appraisals(db, &ids).await?;
    let people: Vec<_> = posts.iter().map(|post| post.volunteer_id).collect();
    let kin = volunteers::related_among(db, caller, people).await?;
    let mut paths: HashMap<SiteId, String> = HashMap::new();
    let mut found = Vec::with_capacity(posts.len());
    for post in posts {
        let path = match paths.get(&post.site_id) {
            Some(path) => path.clone(),
            None => sites::get(db, post.site_id).await?.path,
        };
        paths.insert(post.site_id, path.clone());
        let name = name_for(db, caller, (&post, &path)).await?;
        let is_related = kin.contains(&post.volunteer_id);
        let by = Person { account: caller.account, is_related };
        let actions =
            allowed_actions(&post, by, |action| caller.may_at(permission_for(action), &path));
        let hers = appraisals.iter().filter(|row| row.post_id == post.id).cloned().collect();
        found.push(SupervisorPostView::new(post, name, hers, actions));
    }
    Ok(found)
}

/// Who has a part in choosing her knows whom; the others see a part of her name.
async fn name_for(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (post, path): (&supervisor_post::Model, &str),
) -> Result<String, Failure> {
    let name = volunteers::get(db, post.volunteer_id).await?.name;
    let choosing = [
        Permission::NominateSupervisors,
        Permission::VetSupervisors,
        Permission::AppointSupervisors,
    ];
    let knows = choosing.into_iter().any(|permission| caller.may_at(permission, path));
    Ok(if knows { name } else { volunteers::masked_name(&name) })
}

/// Makes every process forget what the supervisor could do. Call it after the commit.
///
/// # Errors
/// The database's.
pub(super) async fn forget(app: &App, id: SupervisorPostId) -> Result<(), Failure> {
    if let Some(post) = repository::find(&app.pools.read, id).await? {
        auth::forget(app, post.account_id).await;
    }
    Ok(())
}

impl From<PostRefusal> for Failure {
    fn from(refusal: PostRefusal) -> Self {
        error::of_post(refusal)
    }
}
