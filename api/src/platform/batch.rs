//! A write of many items: each its own transaction, one answer that tells of every item.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, rt};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audit_row;
use super::command::{Answer, Command, DRY_RUN, respond};
use super::failure::{Code, Failure, FieldError, Refusal, code};
use super::idempotency::{self, IdempotencyKey, StoredAnswer};
use super::tx::{Tx, in_tx};

/// Most items of one batch: all of them must be done before the request's deadline.
pub const BATCH_MAX: usize = 100;

/// What is said of the whole request when an item's key is looked up.
const OF_THE_REQUEST: [Code; 2] = [code::REQUEST_IN_PROGRESS, code::IDEMPOTENCY_KEY_REUSED];

/// 一批操作中单条的结果
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// 已完成
    Ok,
    /// 未执行，原因见 code
    Refused,
}

/// 一批操作中的一条
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemResult {
    /// 在请求的 items 中的位置，从 0 开始
    #[schema(example = 0, minimum = 0)]
    pub index: usize,
    /// 结果
    pub status: ItemStatus,
    /// 完成时：所涉记录的编号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// 未执行时：稳定的问题代码，与单条操作的相同
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "wrong_state")]
    pub code: Option<String>,
    /// 未执行时：给人看的说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "当前状态不能进行此操作")]
    pub message: Option<String>,
    /// 出错的字段，位置以 /items/序号 开头
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<crate::http::FieldProblem>)]
    pub errors: Vec<FieldError>,
    /// 扩展成员
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Map<String, Value>,
}

/// 一批操作的结果，逐条列出
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// 与请求的 items 一一对应
    pub results: Vec<ItemResult>,
}

impl<B: 'static> Command<B> {
    /// Runs `work` once per item, each in its own transaction with its own audit
    /// row, so that one refused item does not undo the others. The answer is kept
    /// under the request's key once all are done; before that each item's outcome is
    /// kept in its own transaction, so that a twin, or a retry after a crash, answers an
    /// item that was done with the same id. `dry_run` rolls every item back, so that items then do not see
    /// each other.
    ///
    /// # Errors
    /// `invalid_value` for no items or too many. A fault stops the batch: what was
    /// done stays done, nothing is kept under the key, and the client tries again.
    pub async fn run_each<I: Clone + 'static, Id: Into<Uuid>>(
        self,
        items: impl FnOnce(&B) -> Vec<I>,
        work: impl AsyncFn(&Tx<'_>, I) -> Result<Id, Failure> + 'static,
    ) -> Answer {
        let items = items(&self.body);
        if items.is_empty() || items.len() > BATCH_MAX {
            return Err(Failure::field("/items", format!("每次1至{BATCH_MAX}条")));
        }
        let task = rt::spawn(async move { self.each(items, &work).await });
        task.await.map_err(Failure::internal)?
    }

    async fn each<I: Clone, Id: Into<Uuid>>(
        &self,
        items: Vec<I>,
        work: &impl AsyncFn(&Tx<'_>, I) -> Result<Id, Failure>,
    ) -> Answer {
        if let Some(key) = &self.key
            && let Some(answer) = self.kept(key).await?
        {
            return Ok(respond(answer, true));
        }
        let mut results = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            results.push(self.one(index, item, work).await?);
        }
        let body = serde_json::to_string(&BatchResult { results }).map_err(Failure::internal)?;
        if self.dry_run {
            let mut response = HttpResponse::Ok();
            response.content_type("application/json").insert_header(("Dry-Run", "true"));
            return Ok(response.body(body));
        }
        let status = StatusCode::OK.as_u16();
        let answer = StoredAnswer { status, body, etag: None, location: None };
        match &self.key {
            Some(key) => self.keep(key, answer).await,
            None => Ok(respond(answer, false)),
        }
    }

    async fn one<I: Clone, Id: Into<Uuid>>(
        &self,
        index: usize,
        item: I,
        work: &impl AsyncFn(&Tx<'_>, I) -> Result<Id, Failure>,
    ) -> Result<ItemResult, Failure> {
        let key = self.key.as_ref().filter(|_| !self.dry_run).map(|key| key.of_item(index));
        let done = in_tx(&self.core, &self.actor, async |tx| {
            self.attempt_item(tx, key.as_ref(), work(tx, item.clone())).await
        });
        match done.await {
            Ok(id) => Ok(ItemResult::done(index, Some(id))),
            // About the request, not about this item.
            Err(Failure::Refused(refusal)) if OF_THE_REQUEST.contains(&refusal.code) => {
                Err(Failure::Refused(refusal))
            }
            Err(Failure::Refused(refusal)) if refusal.code == DRY_RUN => {
                let id = refusal.extra.get("id").and_then(Value::as_str);
                Ok(ItemResult::done(index, id.and_then(|id| id.parse().ok())))
            }
            Err(Failure::Refused(refusal)) => match self.done_by_twin(key.as_ref()).await? {
                Some(id) => Ok(ItemResult::done(index, Some(id))),
                None => Ok(ItemResult::refused(index, *refusal)),
            },
            Err(fault @ (Failure::Database(_) | Failure::Internal(_))) => Err(fault),
        }
    }

    /// One item, unless it was done under this key before: then its id.
    async fn attempt_item<Id: Into<Uuid>>(
        &self,
        tx: &Tx<'_>,
        key: Option<&IdempotencyKey>,
        work: impl Future<Output = Result<Id, Failure>>,
    ) -> Result<Uuid, Failure> {
        if let Some(key) = key
            && let Some(earlier) = idempotency::replay(&self.core, tx, key).await?
        {
            return earlier.body.parse().map_err(Failure::internal);
        }
        let id: Uuid = work.await?.into();
        if self.dry_run {
            // Leaving by the refusal's door rolls the item back.
            return Err(Refusal::new(DRY_RUN).with("id", id).into());
        }
        audit_row::record(tx, self.operation.id(), Some(&id.to_string()), "ok").await?;
        if let Some(key) = key {
            let (status, body) = (StatusCode::OK.as_u16(), id.to_string());
            let answer = StoredAnswer { status, body, etag: None, location: None };
            idempotency::store(&self.core, tx, key, &answer).await?;
        }
        Ok(id)
    }

    /// The item's id, where it was refused because a twin has just done it.
    async fn done_by_twin(&self, key: Option<&IdempotencyKey>) -> Result<Option<Uuid>, Failure> {
        let Some(key) = key else { return Ok(None) };
        let earlier = idempotency::answered(&self.core, key).await?;
        earlier.map(|answer| answer.body.parse().map_err(Failure::internal)).transpose()
    }

    async fn kept(&self, key: &IdempotencyKey) -> Result<Option<StoredAnswer>, Failure> {
        in_tx(&self.core, &self.actor, async |tx| idempotency::replay(&self.core, tx, key).await)
            .await
    }

    /// Keeps the answer, unless a twin of this request was faster: then its answer counts.
    async fn keep(&self, key: &IdempotencyKey, answer: StoredAnswer) -> Answer {
        let kept = in_tx(&self.core, &self.actor, async |tx| {
            if let Some(earlier) = idempotency::replay(&self.core, tx, key).await? {
                return Ok((earlier, true));
            }
            idempotency::store(&self.core, tx, key, &answer).await?;
            Ok((answer.clone(), false))
        });
        kept.await.map(|(answer, replayed)| respond(answer, replayed))
    }
}

impl ItemResult {
    fn done(index: usize, id: Option<Uuid>) -> Self {
        let status = ItemStatus::Ok;
        let (code, message, errors, extra) = (None, None, Vec::new(), Map::new());
        Self { index, status, id, code, message, errors, extra }
    }

    fn refused(index: usize, refusal: Refusal) -> Self {
        let Refusal { code, detail, errors, extra, retry_after: _ } = refusal;
        let placed = |error: FieldError| {
            let pointer = format!("/items/{index}{}", error.pointer);
            FieldError { pointer, message: error.message }
        };
        Self {
            index,
            status: ItemStatus::Refused,
            id: None,
            code: Some(code.name.into()),
            message: Some(detail.unwrap_or_else(|| code.title.into())),
            errors: errors.into_iter().map(placed).collect(),
            extra,
        }
    }
}
