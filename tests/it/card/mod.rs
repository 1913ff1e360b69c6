//! Points cards.

mod change;
mod issue;
mod mine;
mod replace;
mod show;
