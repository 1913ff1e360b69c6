//! Views of trees, heads and proofs.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{LedgerEntryId, TreeKeyId};
use entity::tree_key::{self, KeyAlgorithm, TreeKeyRole, TreeKeyState};
use entity::{tree, tree_checkpoint};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::core::key::PublicKey;
use super::core::print::print;
use super::repository::unhex;
use crate::bounded_text;
use crate::volunteer::ReadingReason;

/// Which signed head a proof leads to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SizeQuery {
    /// 签名树头的规模；不填为最新的签名树头
    #[param(minimum = 1, example = 7)]
    pub(super) size: Option<u64>,
}

/// Under which signed head a receipt is proved, and why it is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReceiptQuery {
    /// 签名树头的规模，如公告栏上那一期季度公开的；不填为最新的签名树头
    #[param(minimum = 1, example = 7)]
    pub(super) size: Option<u64>,
    /// 查看原因，查看未成年人资料时必填，记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "办理监护人同意")]
    pub(super) reason: Option<ReadingReason>,
}

/// A quarter's statement, and under which signed head it is proved.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StatementQuery {
    /// 季度
    #[param(min_length = 6, max_length = 6, example = "2026Q3")]
    pub(super) quarter: String,
    /// 签名树头的规模；不填为最新的签名树头
    #[param(minimum = 1, example = 7)]
    pub(super) size: Option<u64>,
}

/// The same, and why it is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StatementReceiptQuery {
    /// 季度
    #[param(min_length = 6, max_length = 6, example = "2026Q3")]
    pub(super) quarter: String,
    /// 签名树头的规模，如公告栏上那一期季度公开的；不填为最新的签名树头
    #[param(minimum = 1, example = 7)]
    pub(super) size: Option<u64>,
    /// 查看原因，查看未成年人资料时必填，记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "办理监护人同意")]
    pub(super) reason: Option<ReadingReason>,
}

/// Between which signed heads.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConsistencyQuery {
    /// 较早的树头的规模
    #[param(minimum = 1, example = 3)]
    pub(super) from: u64,
    /// 较晚的树头的规模；不填为最新的签名树头
    #[param(minimum = 1, example = 7)]
    pub(super) to: Option<u64>,
}

/// 一棵公开哈希树
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TreeView {
    /// 区划代码数字：乡镇九位，县级六位
    #[schema(example = "510123101")]
    tree: String,
    /// 签名所用的名称
    #[schema(example = "points.510123/510123101")]
    origin: String,
    /// 已有的叶数，含尚未签名的
    size: i64,
}

impl From<tree::Model> for TreeView {
    fn from(row: tree::Model) -> Self {
        Self { tree: row.tenant, origin: row.origin, size: row.size }
    }
}

/// 全部公开哈希树
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TreeList {
    /// 公开哈希树
    pub(super) items: Vec<TreeView>,
}

/// 签名树头
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckpointView {
    /// 区划代码数字
    #[schema(example = "510123101")]
    tree: String,
    /// 签名所用的名称
    #[schema(example = "points.510123/510123101")]
    origin: String,
    /// 树头所含的叶数
    size: i64,
    /// 树根，十六进制
    root: String,
    /// 树根，公告上所印的 13 组字母和数字
    #[schema(example = "3SZW N69D NSA0 C8HM QTGX 9M8G VFDE YFV8 AYYZ JNZZ 9DEM F3F1 4NAG")]
    root_printed: String,
    /// 签署时间
    signed_at: DateTime<Utc>,
    /// 签名树头全文(C2SP tlog-checkpoint)，含联署
    note: String,
}

impl CheckpointView {
    pub(super) fn new(tree: &tree::Model, head: tree_checkpoint::Model, note: String) -> Self {
        Self {
            tree: tree.tenant.clone(),
            origin: tree.origin.clone(),
            size: head.tree_size,
            root_printed: unhex(&head.root).map(|root| print(&root)).unwrap_or_default(),
            root: head.root,
            signed_at: head.signed_at,
            note,
        }
    }
}

/// 一片叶在签名树头中的证明
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InclusionView {
    /// 叶的序号
    index: u64,
    /// 叶的哈希，十六进制
    leaf_hash: String,
    /// 从叶到根的哈希，十六进制
    path: Vec<String>,
    /// 所证明的签名树头
    checkpoint: CheckpointView,
}

impl InclusionView {
    pub(super) fn new(
        index: u64,
        leaf_hash: String,
        path: Vec<String>,
        head: CheckpointView,
    ) -> Self {
        Self { index, leaf_hash, path, checkpoint: head }
    }
}

/// 较晚的树以较早的树开头的证明
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsistencyView {
    /// 较早的签名树头
    pub(super) from: CheckpointView,
    /// 较晚的签名树头
    pub(super) to: CheckpointView,
    /// 证明所用的哈希，十六进制
    pub(super) path: Vec<String>,
}

/// 签名或联署公钥
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TreeKeyView {
    /// 公钥编号
    id: TreeKeyId,
    /// 公钥所属
    role: TreeKeyRole,
    /// 签名所用的名称
    name: String,
    /// 签名方式
    algorithm: KeyAlgorithm,
    /// 公钥状态
    state: TreeKeyState,
    /// 最后一日，其后不再接受联署；不出现为不限
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2030-12-31")]
    valid_to: Option<NaiveDate>,
    /// 公钥全文(C2SP signed-note)
    key: String,
    /// 公钥指纹，与站点公示牌上的相同
    #[schema(example = "4a5e 1e4b aab8 9f3a 3251 8a88 c31b c87f")]
    fingerprint: String,
}

impl TreeKeyView {
    pub(super) fn new(row: &tree_key::Model, key: &PublicKey) -> Self {
        Self {
            id: row.id,
            role: row.role,
            name: row.name.clone(),
            algorithm: row.algorithm,
            state: row.state,
            valid_to: row.valid_to,
            key: key.to_string(),
            fingerprint: key.fingerprint(),
        }
    }
}

/// 一棵树的全部公钥
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TreeKeyList {
    /// 公钥，按登记先后
    pub(super) items: Vec<TreeKeyView>,
}

/// 一笔流水或一个季度的收据行及其证明
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineProofView {
    /// 流水编号；季度对账单没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entry_id: Option<LedgerEntryId>,
    /// 对账单的季度；一笔流水没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026Q3")]
    pub(super) quarter: Option<String>,
    /// 收据上所印的一行
    pub(super) line: String,
    /// 这一行的哈希，十六进制
    pub(super) leaf_hash: String,
    /// 证明文件全文(C2SP tlog-proof)
    pub(super) proof: String,
    /// 二维码中的短证明
    pub(super) short: String,
    /// 短证明的二维码，SVG 图片
    pub(super) svg: String,
    /// 所证明的签名树头
    pub(super) checkpoint: CheckpointView,
}

bounded_text! {
    /// 公钥全文(C2SP signed-note)
    KeyText(50..=200) = "county.510123+dff39ff4+BD5VYPE4ZrDSlm8dyENFLQLQBrtTnnt1C8Ntn8bAQgNP";
    /// 签名一行
    SignatureText(80..=400) = "— county.510123 3/Of9AAAAABq5vwAsbL0JrkWl0IPrUuJLzXa4xCZsYnkH2iHcqHRGlPLe1H5gxFkpTR2cGpqpVVlhuIoWYlZ+qnVxxBvj5mlbJQICA==";
}

/// 由谁联署
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CosignerRole {
    /// 县级平台
    County,
    /// 监督员
    Supervisor,
}

impl From<CosignerRole> for TreeKeyRole {
    fn from(role: CosignerRole) -> Self {
        match role {
            CosignerRole::County => Self::County,
            CosignerRole::Supervisor => Self::Supervisor,
        }
    }
}

/// 登记联署公钥
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposeKey {
    /// 由谁联署
    pub(super) role: CosignerRole,
    /// 公钥全文
    pub(super) key: KeyText,
    /// 最后一日；不填为不限
    #[schema(example = "2030-12-31")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) valid_to: Option<NaiveDate>,
}

/// 联署树头
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cosign {
    /// 所联署的树头的规模
    #[schema(minimum = 1, example = 7)]
    pub(super) size: u64,
    /// 签名一行
    pub(super) line: SignatureText,
}

/// 已联署
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CosignedView {
    /// 签名所用的名称
    #[schema(example = "county.510123")]
    pub(super) name: String,
    /// 所联署的树头的规模
    pub(super) size: i64,
}
