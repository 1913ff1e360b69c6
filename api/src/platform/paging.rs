//! Lists by page: a bounded size and an opaque, sealed token for the next page.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::core::Core;
use super::failure::{Failure, code};

/// Rows a page holds when the client names no size.
const DEFAULT_SIZE: u64 = 20;
/// Rows a page holds at most; larger wishes are cut to it.
const MAX_SIZE: u64 = 100;
/// Tokens are good for a day.
const TOKEN_LIFE_SECONDS: i64 = 86_400;

/// Which page a client asks for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub page_token: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Token {
    list: String,
    after: String,
    issued_at: i64,
}

/// One page's worth of a query: how many, and after which sort key.
///
/// `list` names the list with its filters and the caller, so that a token is good
/// only where it was issued.
#[derive(Debug)]
pub struct Pager<'c> {
    core: &'c Core,
    list: String,
    /// Rows on this page.
    pub size: u64,
    /// Sort key of the last row already seen.
    pub after: Option<String>,
}

impl<'c> Pager<'c> {
    /// Reads the page query of the list `list`.
    ///
    /// # Errors
    /// `invalid_value` for a size below 1, `bad_page_token` for a token that is not ours.
    pub fn new(core: &'c Core, list: String, query: &PageQuery) -> Result<Self, Failure> {
        if query.page_size == Some(0) {
            return Err(Failure::field("page_size", "至少为1"));
        }
        let size = query.page_size.unwrap_or(DEFAULT_SIZE).min(MAX_SIZE);
        let after =
            query.page_token.as_deref().map(|token| open(core, &list, token)).transpose()?;
        Ok(Self { core, list, size, after })
    }

    /// Sort key of the last row already seen, read back.
    ///
    /// # Errors
    /// `bad_page_token` when it is no such key.
    pub fn after<K: FromStr>(&self) -> Result<Option<K>, Failure> {
        let key = self.after.as_deref().map(str::parse).transpose();
        key.map_err(|_| code::BAD_PAGE_TOKEN.into())
    }

    /// After which position a list that is numbered from 1 goes on.
    ///
    /// # Errors
    /// `bad_page_token` when it is no number.
    pub fn position(&self) -> Result<i32, Failure> {
        Ok(self.after()?.unwrap_or_default())
    }

    /// How many rows to fetch: one more than shown tells whether there is a next page.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.size + 1
    }

    /// Cuts `rows` to the page and makes the token of the next one, if any.
    ///
    /// # Errors
    /// When the token cannot be written.
    pub fn cut<T>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Failure> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return Ok((rows, None));
        }
        rows.truncate(size);
        let next = rows.last().map(|last| self.seal(key(last))).transpose()?;
        Ok((rows, next))
    }

    fn seal(&self, after: String) -> Result<String, Failure> {
        let issued_at = self.core.clock.now().timestamp();
        let token = Token { list: self.list.clone(), after, issued_at };
        let plain = serde_json::to_vec(&token).map_err(Failure::internal)?;
        Ok(self.core.vault.page_tokens.seal("page", &plain, self.core.ids.bytes()))
    }
}

fn open(core: &Core, list: &str, sealed: &str) -> Result<String, Failure> {
    let plain = core.vault.page_tokens.open("page", sealed).map_err(|_| code::BAD_PAGE_TOKEN)?;
    let token: Token = serde_json::from_slice(&plain).map_err(|_| code::BAD_PAGE_TOKEN)?;
    let age = core.clock.now().timestamp() - token.issued_at;
    if token.list != list || age > TOKEN_LIFE_SECONDS {
        return Err(code::BAD_PAGE_TOKEN.into());
    }
    Ok(token.after)
}

/// Declares the page type of one list, with its own name in the spec.
#[macro_export]
macro_rules! page {
    ($($(#[$doc:meta])* $name:ident of $item:ty;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub(crate) struct $name {
            /// 本页内容
            pub items: Vec<$item>,
            /// 下一页的翻页标记；没有下一页时不出现
            #[serde(skip_serializing_if = "Option::is_none")]
            pub next_page_token: Option<String>,
        }
    )+};
}
