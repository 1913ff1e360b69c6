//! Rows of a bulletin's redemption register.

use super::public::PUBLIC;
use crate::platform::rows::insert_all;
use chrono::{DateTime, Utc};
use entity::bulletin::{self, BulletinState};
use entity::bulletin_line::{self, Column as C};
use entity::ids::{BulletinId, RedemptionId, SiteId, VolunteerId};
use entity::redemption::{self, RedemptionState};
use entity::{bulletin_correction, goods, site};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

/// A line with the site where the goods were handed out.
pub(super) type Row = (bulletin_line::Model, Option<site::Model>);

/// Where the last page of a site's register ended.
pub(super) type Cursor = (DateTime<Utc>, RedemptionId);

/// What was handed over, as read.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct HandedOver {
    pub(super) id: RedemptionId,
    pub(super) volunteer_id: VolunteerId,
    pub(super) quantity: i32,
    pub(super) points: i64,
    pub(super) fulfilled_at: DateTime<Utc>,
    pub(super) returned_at: Option<DateTime<Utc>>,
    pub(super) goods_name: String,
    pub(super) unit_label: String,
}

fn handed_over(
    site: SiteId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sea_orm::Select<redemption::Entity> {
    use redemption::Column as R;
    redemption::Entity::find()
        .filter(R::SiteId.eq(site))
        .filter(R::State.is_in([RedemptionState::Fulfilled, RedemptionState::Returned]))
        .filter(R::FulfilledAt.gte(from))
        .filter(R::FulfilledAt.lt(until))
}

/// How much was handed over at a site in a quarter.
pub(super) async fn count_handed_over(
    db: &impl ConnectionTrait,
    site: SiteId,
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<u64, DbErr> {
    use sea_orm::PaginatorTrait;
    handed_over(site, span).count(db).await
}

/// Handed over at a site in a quarter, oldest first; what came back stays, and says so.
pub(super) async fn list_handed_over(
    db: &impl ConnectionTrait,
    (site, span): (SiteId, (DateTime<Utc>, DateTime<Utc>)),
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<HandedOver>, DbErr> {
    use redemption::Column as R;
    let later = after.map(|(at, id)| {
        let same = Condition::all().add(R::FulfilledAt.eq(at)).add(R::Id.gt(id));
        Condition::any().add(R::FulfilledAt.gt(at)).add(same)
    });
    handed_over(site, span)
        .select_only()
        .columns([R::Id, R::VolunteerId, R::Quantity, R::Points, R::FulfilledAt])
        .column_as(R::EndedAt, "returned_at")
        .column_as(goods::Column::Name, "goods_name")
        .column_as(goods::Column::UnitLabel, "unit_label")
        .join(JoinType::InnerJoin, redemption::Relation::Goods.def())
        .filter(Condition::all().add_option(later))
        .order_by_asc(R::FulfilledAt)
        .order_by_asc(R::Id)
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    rows: Vec<bulletin_line::Model>,
) -> Result<(), DbErr> {
    insert_all::<bulletin_line::Entity>(tx, rows).await
}

/// Takes a draft's lines away; the database refuses it later.
pub(super) async fn drop_draft(tx: &DatabaseTransaction, id: BulletinId) -> Result<(), DbErr> {
    bulletin_line::Entity::delete_many().filter(C::BulletinId.eq(id)).exec(tx).await?;
    Ok(())
}

/// Lines of a bulletin in their order, each with the site.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    id: BulletinId,
    (after, limit): (i32, u64),
) -> Result<Vec<Row>, DbErr> {
    bulletin_line::Entity::find()
        .find_also_related(site::Entity)
        .filter(C::BulletinId.eq(id))
        .filter(C::Position.gt(after))
        .order_by_asc(C::Position)
        .limit(limit)
        .all(db)
        .await
}

/// The same without the sites, to be read through.
pub(super) async fn list_plain(
    db: &impl ConnectionTrait,
    id: BulletinId,
    (after, limit): (i32, u64),
) -> Result<Vec<bulletin_line::Model>, DbErr> {
    bulletin_line::Entity::find()
        .filter(C::BulletinId.eq(id))
        .filter(C::Position.gt(after))
        .order_by_asc(C::Position)
        .limit(limit)
        .all(db)
        .await
}

/// The line of a published bulletin in which a redemption stands, and the bulletin's number; where
/// the station and its town have one each, the first.
pub(super) async fn find_shown(
    db: &impl ConnectionTrait,
    redemption: RedemptionId,
) -> Result<Option<(String, i32)>, DbErr> {
    let lines = bulletin_line::Entity::find().filter(C::RedemptionId.eq(redemption));
    let lines = lines.order_by_asc(C::BulletinId).all(db).await?;
    for line in lines {
        let shown = bulletin::Entity::find_by_id(line.bulletin_id)
            .filter(bulletin::Column::State.is_in(PUBLIC))
            .one(db)
            .await?;
        if let Some(shown) = shown {
            return Ok(Some((shown.number, line.position)));
        }
    }
    Ok(None)
}

/// Lines of published bulletins whose goods came back afterwards and of which nobody was
/// told yet.
pub(super) async fn list_returned(
    db: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<bulletin_line::Model>, DbErr> {
    use bulletin_correction::Column as K;
    let told = Query::select()
        .expr(Expr::val(1))
        .from(bulletin_correction::Entity)
        .and_where(
            Expr::col((bulletin_correction::Entity, K::BulletinId))
                .equals((bulletin_line::Entity, C::BulletinId)),
        )
        .and_where(
            Expr::col((bulletin_correction::Entity, K::Position))
                .equals((bulletin_line::Entity, C::Position)),
        )
        .and_where(K::Kind.eq(bulletin_correction::BulletinCorrectionKind::Returned))
        .to_owned();
    let came_back = Query::select()
        .column(redemption::Column::Id)
        .from(redemption::Entity)
        .and_where(redemption::Column::State.eq(RedemptionState::Returned))
        .to_owned();
    let public = bulletin::Entity::find()
        .select_only()
        .column(bulletin::Column::Id)
        .filter(bulletin::Column::State.is_in([BulletinState::Published, BulletinState::Archived]))
        .into_query();
    bulletin_line::Entity::find()
        .filter(C::ReturnedAt.is_null())
        .filter(C::RedemptionId.in_subquery(came_back))
        .filter(C::BulletinId.in_subquery(public))
        .filter(Expr::exists(told).not())
        .order_by_asc(C::BulletinId)
        .order_by_asc(C::Position)
        .limit(limit)
        .all(db)
        .await
}
