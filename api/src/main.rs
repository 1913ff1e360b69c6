//! The `points-bank` binary.

use std::process::ExitCode;

/// The default allocator keeps more memory under many small requests.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    api::main()
}
