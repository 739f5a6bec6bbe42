//! The binary: hands the command line to the library and exits with its code.

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    feedroom::cli::main()
}
