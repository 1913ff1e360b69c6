//! Goods and stock.

mod create;
mod list;
mod lot_accept;
mod lot_count;
mod lot_list;
mod lot_receive;
mod lot_shelve;
mod lot_write_off;
mod retire;
mod stock_movement_list;
mod update;
