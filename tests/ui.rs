//! What the compiler says about each mistake, and what it has nothing to say about.
//!
//! The texts are those of the toolchain pinned in `rust-toolchain.toml`; after a change of ours,
//! record them with `TRYBUILD=overwrite cargo test -p portcullis-tests --test ui` and read the difference.

#[test]
fn every_mistake_is_explained() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    for topic in [
        "arguments",
        "logic",
        "placement",
        "public",
        "redirect",
        "roles",
        "router",
        "twice",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}
