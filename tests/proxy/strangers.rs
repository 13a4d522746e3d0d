//! Many who are not signed in, at the same time.

use serde_json::json;

use crate::flights::Busy;
use crate::upstream::{Asked, Gate, Reply, Upstream};

#[tokio::test]
async fn strangers_with_cookies_of_their_own_making_take_turns() {
    let gate = Gate::default();
    let behind = gate.clone();
    let told = move |_: &Asked| Reply::Behind(behind.clone(), Box::new(Reply::json(&json!(null))));
    let upstream = Upstream::start(told);
    let busy = Busy::new(&upstream);
    let strangers: Vec<_> = (0..400)
        .map(|number| busy.begin("/me", &format!("made-up-{number}")))
        .collect();
    busy.until_come(strangers.len()).await;
    upstream.until_asked(256).await;
    assert_eq!(upstream.count(), 256);
    gate.open();
    for stranger in strangers {
        assert_eq!(stranger.await.expect("answered").status, 401);
    }
    assert_eq!(upstream.count(), 400);
    assert!(
        upstream.connections() <= 256 + 1,
        "{}",
        upstream.connections()
    );
}
