//! Goods and stock.

pub mod allocate;
