//! Operations of signing up.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{ActivityId, SiteId};
use entity::sign_up::SignUpState;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    AssistedSignUp, AssistedWithdrawal, MyActivitiesQuery, MyActivitiesWhen, MyActivity,
    MyActivityPage, RosterEntry, RosterPage, RosterQuery, SignUpView, SignUpWithdrawal,
};
use super::reading;
use super::service::{self, InLine};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;
use crate::platform::query::Query;

fn done(in_line: InLine) -> Done<SignUpView> {
    let id = in_line.sign_up.id;
    Done::ok(SignUpView::from(in_line)).about(id)
}

/// 报名
///
/// Signs the caller up; when every place is taken she joins the wait list.
#[utoipa::path(
    operation_id = "sign_up_create", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!([
            "not_open_yet", "closed_for_sign_up", "activity_not_published", "volunteer_not_active",
            "minor_barred", "too_young", "needs_skill", "already_signed_up", "clashes_with_other",
            "guardian_consent_missing",
        ])),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "已报名或已候补", body = SignUpView)),
)]
#[post("/activities/{activity_id}/sign-ups")]
async fn create(caller: Caller, id: Path<ActivityId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| Ok(done(service::create_own(tx, &caller, *id).await?))).await
}

/// 退出报名
///
/// Withdraws the caller before the start. Her place goes to the first of the wait list.
#[utoipa::path(
    operation_id = "sign_up_withdraw", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["not_signed_up", "too_late_to_withdraw", "wrong_state"])),
    ),
    request_body = SignUpWithdrawal,
    responses((status = OK, description = "已退出", body = SignUpView)),
)]
#[post("/activities/{activity_id}/sign-ups/withdraw")]
async fn withdraw(caller: Caller, id: Path<ActivityId>, cmd: Command<SignUpWithdrawal>) -> Answer {
    let volunteer = caller.volunteer()?;
    cmd.run(async move |tx, body| {
        let reason = body.reason.map(Into::into);
        let in_line = service::withdraw(tx, *id, volunteer, reason).await?;
        Ok(done(in_line))
    })
    .await
}

/// 代为报名
///
/// Staff sign up a volunteer by her card or profile, by the same rules.
#[utoipa::path(
    operation_id = "sign_up_assisted", tag = "activities",
    params(
        ("site_id" = SiteId, Path, description = "站点编号"),
        ("activity_id" = ActivityId, Path, description = "活动编号"),
    ),
    extensions(
        ("x-permission" = json!("run_attendance")),
        ("x-codes" = json!([
            "not_open_yet", "closed_for_sign_up", "activity_not_published", "volunteer_not_active",
            "minor_barred", "too_young", "needs_skill", "already_signed_up", "clashes_with_other",
            "guardian_consent_missing", "card_unknown", "card_not_active",
        ])),
    ),
    request_body = AssistedSignUp,
    responses((status = OK, description = "已报名或已候补", body = SignUpView)),
)]
#[post("/sites/{site_id}/activities/{activity_id}/sign-ups")]
async fn assisted(
    caller: Caller,
    path: Path<(SiteId, ActivityId)>,
    cmd: Command<AssistedSignUp>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let whom = body.whom()?;
        let in_line = service::create_assisted(tx, &caller, *path, &whom).await?;
        Ok(done(in_line))
    })
    .await
}

/// 代为退出报名
///
/// Staff take down that somebody will not come: a sign-up made by staff, or of somebody
/// without an account. Her place goes to the first of the wait list.
#[utoipa::path(
    operation_id = "sign_up_withdraw_assisted", tag = "activities",
    params(
        ("site_id" = SiteId, Path, description = "站点编号"),
        ("activity_id" = ActivityId, Path, description = "活动编号"),
    ),
    extensions(
        ("x-permission" = json!("run_attendance")),
        ("x-codes" = json!([
            "not_signed_up", "too_late_to_withdraw", "wrong_state", "has_account",
            "card_unknown", "card_not_active",
        ])),
    ),
    request_body = AssistedWithdrawal,
    responses((status = OK, description = "已退出", body = SignUpView)),
)]
#[post("/sites/{site_id}/activities/{activity_id}/sign-ups/withdraw")]
async fn withdraw_assisted(
    caller: Caller,
    path: Path<(SiteId, ActivityId)>,
    cmd: Command<AssistedWithdrawal>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let (whom, reason) = (body.whom()?, body.reason.into());
        service::withdraw_assisted(tx, &caller, *path, &whom, reason).await.map(done)
    })
    .await
}

/// 我的活动
///
/// What the caller signed up for or waits for: to come, or past.
#[utoipa::path(
    operation_id = "my_activities", tag = "activities",
    params(MyActivitiesQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "我的活动", body = MyActivityPage)),
)]
#[get("/me/activities")]
async fn mine(
    app: Data<App>,
    caller: Caller,
    query: Query<MyActivitiesQuery>,
) -> Result<Json<MyActivityPage>, Failure> {
    let (volunteer, when) = (caller.volunteer()?, query.when);
    let name = format!("my_activities:{}:{when:?}", caller.account);
    let pager = Pager::new(&app.core, name, &query.page())?;
    let upcoming = when == MyActivitiesWhen::Upcoming;
    let (rows, next_page_token) = reading::list_mine(&app, volunteer, upcoming, &pager).await?;
    let now = app.clock.now();
    let items = rows.into_iter().map(|row| MyActivity::new(row, now)).collect();
    Ok(Json(MyActivityPage { items, next_page_token }))
}

/// 报名名单
///
/// Who signed up, waits, or withdrew, in order. Kept as evidence for the insurance.
/// Full names are for staff who work with these people, those of minors for a stated reason
/// that is kept in the audit trail; nobody sees phone numbers.
#[utoipa::path(
    operation_id = "activity_roster", tag = "activities",
    params(
        ("site_id" = SiteId, Path, description = "站点编号"),
        ("activity_id" = ActivityId, Path, description = "活动编号"),
        RosterQuery,
    ),
    extensions(("x-permission" = json!("view_activities"))),
    responses((status = OK, description = "名单", body = RosterPage)),
)]
#[get("/sites/{site_id}/activities/{activity_id}/roster")]
async fn roster(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    path: Path<(SiteId, ActivityId)>,
    query: Query<RosterQuery>,
) -> Result<Json<RosterPage>, Failure> {
    let (site, activity) = *path;
    let state = query.state.unwrap_or(SignUpState::SignedUp);
    let name = format!("activity_roster:{}:{activity}:{state}", caller.account);
    let pager = Pager::new(&app.core, name, &query.page())?;
    let (by, about) = ((&actor, &caller), (site, activity, state));
    let reason = query.into_inner().reason;
    let roster = reading::list_roster(&app, by, about, reason, &pager).await?;
    let entry = |line| RosterEntry::new(line, roster.names);
    let items = roster.lines.into_iter().map(entry).collect();
    Ok(Json(RosterPage { items, next_page_token: roster.next }))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create)
        .service(withdraw)
        .service(assisted)
        .service(withdraw_assisted)
        .service(mine)
        .service(roster);
}
