//! What the compiler says about each mistake, and what it has nothing to say about.
//!
//! The texts are those of the toolchain pinned in `rust-toolchain.toml`; after a change of ours,
//! record them with `TRYBUILD=overwrite cargo test -p portcullis-tests --test ui` and read the difference.

#[test]
fn programs_without_mistakes_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn every_mistake_is_explained() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "arguments",
        "asking",
        "claims",
        "container",
        "logic",
        "options",
        "owner",
        "placement",
        "policy",
        "policy_names",
        "public",
        "redirect",
        "roles",
        "router",
        "scopes",
        "site",
        "step_up",
        "twice",
        "via",
        "vocabulary",
        "warnings",
        "when",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}
