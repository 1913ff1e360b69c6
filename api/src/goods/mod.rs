//! Goods and stock.
