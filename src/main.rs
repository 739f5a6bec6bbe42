//! The binary: hands the command line to the library and exits with its code.

/// Gives memory back that the first look at a big folder took.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    feedroom::cli::main()
}
