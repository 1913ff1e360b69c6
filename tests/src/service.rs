//! The real binary's entry, built beside the tests so that they can kill it.

fn main() -> std::process::ExitCode {
    api::main()
}
