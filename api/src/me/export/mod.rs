//! Everything that is kept of a volunteer, for herself (查阅、复制个人信息): her own copy, page by
//! page, machine readable.
//!
//! Each record is one item with its kind; the kinds come in one fixed order. What is sealed at
//! rest is opened for her; hashes, codes and other people's data are left out.

mod dto;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
