//! A real Chromium visits the newsroom.

use std::path::Path;

use portcullis_tests::{browser, newsroom};

#[test]
fn people_in_a_browser() {
    let aging = Path::new(env!("CARGO_BIN_EXE_age_sessions"));
    browser::run(
        "newsroom.test.mjs",
        &[
            ("NEWSROOM_BIN", newsroom::program().as_path()),
            ("AGE_SESSIONS_BIN", aging),
        ],
    );
}
