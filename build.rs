//! Links the program at a fixed address on Linux.
//!
//! As a position-independent program it would begin each run by writing some 66,000 addresses into its own tables, a
//! fifth of what `git plandex current` costs. Stack, heap and shared libraries stay at random addresses.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    let is_static = target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
