//! Screens at the door: pairing, stopping, and what one shows at a moment.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use data_encoding::BASE64URL_NOPAD;
use entity::activity::{self as activity_row, ActivityState};
use entity::ids::{ActivityId, ScreenId};
use entity::screen;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use sea_orm::ActiveValue::Set;
use serde::Serialize;
use serde_json::json;

use super::code::{CheckInCode, Direction, SLOT_SECONDS};
use super::domain::{ActionRefusal, Reason};
use super::dto::{CheckInCodeView, CodeDirection, PairedScreen};
use super::service::run_by;
use super::{repository, rules, scan, screens};
use crate::activity::{self, current_state};
use crate::app::App;
use crate::auth::Caller;
use crate::journal;
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site;

/// Seconds between two looks of a screen: people are counted, a stopped screen goes dark.
const LOOK_AGAIN: i64 = 4;

/// The square as a figure to stand inside a page or a mini-program's image.
///
/// # Errors
/// A fault when the text is too long for a square.
pub(super) fn draw(text: &str) -> Result<String, Failure> {
    let square =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(Failure::internal)?;
    let figure = square.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    let start = figure.find("<svg").unwrap_or(0);
    Ok(figure.get(start..).unwrap_or_default().to_owned())
}

/// The code staff or the organiser show on their own phone.
///
/// # Errors
/// `not_found` or `permission_denied` for who does not run the activity, and as at the door
/// for an activity that does not receive people.
pub(super) async fn issue(
    app: &App,
    caller: &Caller,
    id: ActivityId,
    direction: CodeDirection,
) -> Result<CheckInCodeView, Failure> {
    let (activity, _) = run_by(&app.pools.read, caller, id).await?;
    receives(&activity, app.clock.now())?;
    let code = scan::issue(app, caller.account.into(), id, direction.into()).await?;
    view(&code, direction, app.clock.now())
}

fn view(
    code: &CheckInCode,
    direction: CodeDirection,
    now: DateTime<Utc>,
) -> Result<CheckInCodeView, Failure> {
    let facts = code.facts();
    let until = |end: DateTime<Utc>| (end - now).num_seconds().max(0);
    Ok(CheckInCodeView {
        code: code.as_str().to_owned(),
        direction,
        expires_in: until(facts.expires_at()),
        next_in: until(facts.shown_at() + TimeDelta::seconds(SLOT_SECONDS)),
        svg: draw(code.as_str())?,
    })
}

/// Whether codes of this activity make sense at all.
fn receives(activity: &activity_row::Model, now: DateTime<Utc>) -> Result<(), Failure> {
    match current_state(activity, now) {
        ActivityState::Cancelled => Err(Reason::ActivityCancelled.into()),
        ActivityState::Published | ActivityState::InProgress | ActivityState::Ended
            if !activity.retroactive =>
        {
            Ok(())
        }
        ActivityState::Draft
        | ActivityState::Submitted
        | ActivityState::Published
        | ActivityState::InProgress
        | ActivityState::Ended
        | ActivityState::Recorded
        | ActivityState::Archived => Err(ActionRefusal::WrongState.into()),
    }
}

/// Makes an address a screen can open without signing in; only its hash is kept.
///
/// # Errors
/// As [`issue`]; `too_late` after the activity.
pub(super) async fn pair(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
) -> Result<PairedScreen, Failure> {
    let (activity, site) = run_by(&**tx, caller, id).await?;
    receives(&activity, tx.now)?;
    let settings = site::effective_settings(&**tx, &site, tx.now).await?;
    let expires_at = activity.ends_at + TimeDelta::minutes(settings.check_in_late_minutes);
    if tx.now >= expires_at {
        return Err(Reason::TooLate.into());
    }
    let token = BASE64URL_NOPAD.encode(&tx.random::<32>());
    let row = screen::ActiveModel {
        id: Set(tx.new_id()),
        activity_id: Set(id),
        token_hash: Set(sha256_hex(token.as_bytes())),
        created_by: Set(caller.account),
        created_at: Set(tx.now),
        expires_at: Set(expires_at),
        revoked_at: Set(None),
    };
    let row = screens::insert(tx, row).await?;
    let data = json!({"activity_id": id});
    journal::publish(tx, "screen.paired", "screen", row.id.into(), Some(site.id), data).await?;
    Ok(PairedScreen { id: row.id, path: format!("/screen/{token}"), expires_at })
}

/// Stops a screen. Attendances it has let in stay.
///
/// # Errors
/// `not_found` for a screen of another activity, and as [`pair`].
pub(super) async fn stop(
    tx: &Tx<'_>,
    caller: &Caller,
    activity: ActivityId,
    id: ScreenId,
) -> Result<screen::Model, Failure> {
    let (_, site) = run_by(&**tx, caller, activity).await?;
    let found = screens::find(&**tx, activity, id).await?;
    let mut row = found.ok_or(code::NOT_FOUND)?;
    if row.revoked_at.is_none() {
        screens::revoke(tx, id, tx.now).await?;
        row.revoked_at = Some(tx.now);
        let data = json!({"activity_id": activity});
        journal::publish(tx, "screen.revoked", "screen", id.into(), Some(site.id), data).await?;
    }
    Ok(row)
}

/// Whether a screen shows a code, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// Shows a code.
    Open,
    /// The door is not open yet.
    Early,
    /// This direction is over.
    Closed,
    /// All is over.
    Ended,
    /// It does not take place.
    Cancelled,
}

impl Phase {
    const fn notice(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Early => "还没到签到时间，请稍候",
            Self::Closed => "签到已结束，离场请扫签退码",
            Self::Ended => "活动已结束，感谢参加",
            Self::Cancelled => "活动已取消",
        }
    }
}

/// What a screen shows at this moment.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    pub(super) phase: Phase,
    pub(super) notice: &'static str,
    pub(super) title: String,
    pub(super) place: String,
    pub(super) time: String,
    pub(super) direction: CodeDirection,
    pub(super) people_in: u64,
    /// The square; empty when none is shown.
    pub(super) svg: String,
    /// Seconds until the square is worthless.
    pub(super) expires_in: i64,
    /// Seconds until the screen should look again.
    pub(super) next_in: i64,
}

/// What the screen with this token shows now.
///
/// # Errors
/// `not_found` for an unknown or stopped screen.
pub(super) async fn show(
    app: &App,
    token: &str,
    direction: CodeDirection,
) -> Result<Shown, Failure> {
    let db = &app.pools.read;
    let found = screens::find_by_hash(db, &sha256_hex(token.as_bytes())).await?;
    let screen = found.filter(|row| row.revoked_at.is_none()).ok_or(code::NOT_FOUND)?;
    let activity = activity::get(db, screen.activity_id).await?;
    let early = rules::of(app, activity.id).await?.check_in_early_minutes;
    let now = app.clock.now();
    let opens = activity.starts_at - TimeDelta::minutes(early);
    let phase = phase(&activity, direction, (opens, screen.expires_at), now);
    let mut shown = Shown {
        phase,
        notice: phase.notice(),
        time: times(&activity),
        people_in: repository::count_in(db, activity.id).await?,
        title: activity.title,
        place: activity.place,
        direction,
        svg: String::new(),
        expires_in: 0,
        next_in: LOOK_AGAIN,
    };
    if phase == Phase::Open {
        let code = scan::issue(app, screen.id.into(), activity.id, direction.into()).await?;
        let code = view(&code, direction, now)?;
        shown.next_in = code.next_in.clamp(1, LOOK_AGAIN);
        (shown.svg, shown.expires_in) = (code.svg, code.expires_in);
    }
    Ok(shown)
}

fn phase(
    activity: &activity_row::Model,
    direction: CodeDirection,
    (opens, ends): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Phase {
    let closed = direction == CodeDirection::In && now >= activity.ends_at;
    match current_state(activity, now) {
        ActivityState::Cancelled => Phase::Cancelled,
        ActivityState::Recorded | ActivityState::Archived => Phase::Ended,
        ActivityState::Draft | ActivityState::Submitted => Phase::Early,
        ActivityState::Published | ActivityState::InProgress | ActivityState::Ended => {
            if now >= ends {
                Phase::Ended
            } else if now < opens {
                Phase::Early
            } else if closed {
                Phase::Closed
            } else {
                Phase::Open
            }
        }
    }
}

fn times(activity: &activity_row::Model) -> String {
    let local = |at: DateTime<Utc>| at.with_timezone(&Shanghai);
    let (from, to) = (local(activity.starts_at), local(activity.ends_at));
    if from.date_naive() == to.date_naive() {
        return format!("{}—{}", from.format("%-m月%-d日 %H:%M"), to.format("%H:%M"));
    }
    format!("{}—{}", from.format("%-m月%-d日 %H:%M"), to.format("%-m月%-d日 %H:%M"))
}

impl From<CodeDirection> for &'static str {
    fn from(direction: CodeDirection) -> Self {
        match Direction::from(direction) {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }
}
