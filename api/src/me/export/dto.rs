//! The view of an export.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// 导出的一条记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportItem {
    /// 记录的种类，按固定顺序逐类导出
    #[schema(example = "service_record")]
    pub(super) kind: &'static str,
    /// 记录的内容
    #[schema(value_type = Object, example = json!({"served_on": "2026-10-21", "hours_tenths": 20}))]
    pub(super) data: Value,
}

crate::page! {
    /// 一页导出的记录
    ExportPage of ExportItem;
}
