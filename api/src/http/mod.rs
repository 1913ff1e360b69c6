//! The door: everything that happens to a request before a handler sees it, and to
//! an answer before it leaves.

mod answers;
mod document;
mod door;
mod file;
mod limited;
mod problem;
mod read_only;
mod request;
mod shared;

pub use document::{
    finish as finish_document, operation_codes, operations, print as print_document,
};
pub use door::watch;
pub(crate) use file::whole_file;
pub use limited::Limited;
pub use problem::{CodeBook, FieldProblem, Problem, type_path};
pub(crate) use read_only::read_only;
pub use request::{RequestId, client_ip, prefix};
