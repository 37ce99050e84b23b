//! `git plandex`.

fn main() {}
