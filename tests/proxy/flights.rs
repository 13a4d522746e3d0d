//! Many requests at the same time.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use http::request::Builder;
use portcullis::Router;
use portcullis_tests::{Answer, get, send};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout};

use crate::app::{App, Still, by_cookie, of_user, pass};
use crate::upstream::{Asked, Gate, Reply, Upstream};

const MANY: usize = 1000;
const TTL: Duration = Duration::from_secs(60);

/// An application that says how many requests have come.
pub struct Busy {
    router: Router,
    app: App,
    come: Arc<AtomicUsize>,
}

impl Busy {
    pub fn new(upstream: &Upstream) -> Self {
        let app = App::new(upstream.options().cache_ttl(TTL));
        let come = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&come);
        let count = axum::middleware::map_request(move |request: axum::extract::Request| {
            counted.fetch_add(1, Ordering::SeqCst);
            async move { request }
        });
        Self {
            router: app.router.clone().layer(count),
            app,
            come,
        }
    }

    pub fn begin(&self, path: &str, id: &str) -> JoinHandle<Answer> {
        let router = self.router.clone();
        let request = visit(path, id);
        tokio::spawn(async move { send(&router, request).await })
    }

    fn begin_many(&self) -> JoinSet<Answer> {
        let mut requests = JoinSet::new();
        for _ in 0..MANY {
            let request = self.begin("/hello", "7");
            requests.spawn(async { request.await.expect("an answer") });
        }
        requests
    }

    /// Waits until that many requests have come, and wait for an answer.
    pub async fn until_come(&self, count: usize) {
        while self.come.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
        // On this one thread, the last of them has gone on until it had to wait.
        tokio::task::yield_now().await;
    }
}

fn visit(path: &str, id: &str) -> Builder {
    get(path).header("cookie", format!("session={id}"))
}

/// How many had each of these answers.
async fn counted(requests: JoinSet<Answer>, status: StatusCode, body: &str) -> usize {
    let answers = requests.join_all().await;
    let is_that = |answer: &&Answer| answer.status == status && answer.body.contains(body);
    answers.iter().filter(is_that).count()
}

fn after(gate: &Gate, reply: Reply) -> Reply {
    Reply::Behind(gate.clone(), Box::new(reply))
}

/// An upstream that waits for the gate, and says then what `script` says.
fn gated(gate: &Gate, script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Upstream {
    let gate = gate.clone();
    Upstream::start(move |asked| after(&gate, script(asked)))
}

#[tokio::test]
async fn a_thousand_requests_of_one_session_are_one_question() {
    let gate = Gate::default();
    let upstream = gated(&gate, by_cookie);
    let busy = Busy::new(&upstream);
    let requests = busy.begin_many();
    busy.until_come(MANY).await;
    upstream.until_asked(1).await;
    gate.open();
    assert_eq!(counted(requests, StatusCode::OK, "hello 7").await, MANY);
    assert_eq!((upstream.count(), upstream.connections()), (1, 1));
}

#[tokio::test]
async fn each_of_two_sessions_is_a_question() {
    let gate = Gate::default();
    let upstream = gated(&gate, by_cookie);
    let busy = Busy::new(&upstream);
    let mut requests = JoinSet::new();
    for number in 0..MANY {
        let id = ["7", "8"][number % 2];
        let request = busy.begin("/hello", id);
        requests
            .spawn(async move { request.await.expect("an answer").body == format!("hello {id}") });
    }
    busy.until_come(MANY).await;
    upstream.until_asked(2).await;
    gate.open();
    let is_right = requests.join_all().await;
    assert_eq!(is_right, [true; MANY]);
    assert_eq!(upstream.count(), 2);
}

/// Many requests ask once, and none of them has an answer after that has happened.
async fn fail_together(upstream: &Upstream, ending: impl Future<Output = ()>) {
    let busy = Busy::new(upstream);
    let requests = busy.begin_many();
    busy.until_come(MANY).await;
    upstream.until_asked(1).await;
    ending.await;
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    let failed = counted(requests, unavailable, "store_unavailable").await;
    assert_eq!((failed, upstream.count()), (MANY, 1));
}

#[tokio::test]
async fn a_thousand_requests_fail_together() {
    let gate = Gate::default();
    let upstream = gated(&gate, |_| Reply::status(StatusCode::INTERNAL_SERVER_ERROR));
    fail_together(&upstream, async { gate.open() }).await;
}

#[tokio::test]
async fn a_thousand_requests_give_up_together() {
    let upstream = Upstream::start(|_| Reply::Hang);
    fail_together(&upstream, pass(Duration::from_secs(60))).await;
}

#[tokio::test]
async fn the_others_are_answered_though_the_first_has_gone() {
    let gate = Gate::default();
    let upstream = gated(&gate, by_cookie);
    let busy = Busy::new(&upstream);
    let first = busy.begin("/hello", "7");
    upstream.until_asked(1).await;
    let requests = busy.begin_many();
    busy.until_come(1 + MANY).await;
    assert_eq!(upstream.count(), 1);
    first.abort();
    // One of the others asks in its place.
    upstream.until_asked(2).await;
    gate.open();
    assert_eq!(counted(requests, StatusCode::OK, "hello 7").await, MANY);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn whoever_takes_the_place_of_the_first_waits_no_longer_for_that() {
    let upstream = Upstream::start(|_| Reply::Hang);
    let busy = Busy::new(&upstream);
    let first = busy.begin("/me", "7");
    upstream.until_asked(1).await;
    pass(Duration::from_secs(30)).await;
    let second = busy.begin("/me", "7");
    busy.until_come(2).await;
    pass(Duration::from_secs(20)).await;
    first.abort();
    upstream.until_asked(2).await;
    pass(Duration::from_secs(30)).await;
    assert!(!second.is_finished());
    pass(Duration::from_secs(10)).await;
    assert_eq!(second.await.expect("an answer").status, 503);
    assert_eq!(upstream.count(), 2);
}

/// Lets a request go on until that has happened.
async fn going_on(request: Pin<&mut impl Future>, until: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        _ = request => panic!("it has no answer yet"),
        () = until => {}
    }
}

/// What asks may be kept by the program that it is part of, and neither go on nor be given up.
#[tokio::test]
async fn whoever_waits_for_one_who_does_not_go_on_waits_no_longer_for_that() {
    let still = Still::new();
    let upstream = Upstream::start(|_| Reply::Hang);
    let busy = Busy::new(&upstream);
    let first = busy.begin("/me", "7");
    upstream.until_asked(1).await;
    let mut second = pin!(send(&busy.router, visit("/me", "7")));
    going_on(second.as_mut(), busy.until_come(2)).await;
    let third = busy.begin("/me", "7");
    busy.until_come(3).await;
    first.abort();
    going_on(second.as_mut(), upstream.until_asked(2)).await;
    let began = Instant::now();
    drop(still);
    let answer = timeout(Duration::from_secs(100), third).await;
    let answer = answer.expect("it waits no longer").expect("an answer");
    assert_eq!(
        (answer.status.as_u16(), began.elapsed().as_secs()),
        (503, 60)
    );
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn live_requests_ask_each_for_itself() {
    let gate = Gate::default();
    let upstream = gated(&gate, by_cookie);
    let busy = Busy::new(&upstream);
    let requests: Vec<_> = (0..5).map(|_| busy.begin("/live", "7")).collect();
    upstream.until_asked(5).await;
    gate.open();
    for request in requests {
        assert_eq!(request.await.expect("an answer").status, 200);
    }
    assert_eq!(upstream.count(), 5);
}

/// An upstream that knows another user each time, and says so when the gate of that time is open.
fn in_turn(told: [Value; 2]) -> (Upstream, [Gate; 2]) {
    let gates = [Gate::default(), Gate::default()];
    let upstream = Upstream::start({
        let (gates, asked) = (gates.clone(), AtomicUsize::new(0));
        move |_| match asked.fetch_add(1, Ordering::SeqCst) {
            time @ 0..2 => after(&gates[time], Reply::json(&told[time])),
            _ => Reply::json(&of_user("at last")),
        }
    });
    (upstream, gates)
}

#[tokio::test]
async fn what_was_asked_before_a_user_changed_is_not_taken_after_it() {
    let (upstream, gates) = in_turn([of_user("before"), of_user("after")]);
    let busy = Busy::new(&upstream);
    let before = busy.begin("/hello", "7");
    upstream.until_asked(1).await;
    busy.app.auth.user_changed("7").await.expect("forgotten");
    let after = busy.begin("/hello", "7");
    upstream.until_asked(2).await;
    gates[0].open();
    assert_eq!(before.await.expect("an answer").body, "hello before");
    gates[1].open();
    assert_eq!(after.await.expect("an answer").body, "hello after");
    let later = busy.begin("/hello", "7").await.expect("an answer");
    assert_eq!((later.body.as_str(), upstream.count()), ("hello after", 2));
}

#[tokio::test]
async fn what_was_asked_earlier_does_not_replace_what_was_asked_later() {
    let (upstream, gates) = in_turn([of_user("before"), of_user("after")]);
    let busy = Busy::new(&upstream);
    let before = busy.begin("/hello", "7");
    upstream.until_asked(1).await;
    let live = busy.begin("/live", "7");
    upstream.until_asked(2).await;
    gates[1].open();
    assert!(live.await.expect("an answer").body.contains("after"));
    gates[0].open();
    assert_eq!(before.await.expect("an answer").body, "hello before");
    let later = busy.begin("/hello", "7").await.expect("an answer");
    assert_eq!((later.body.as_str(), upstream.count()), ("hello after", 2));
}

#[tokio::test]
async fn what_was_asked_earlier_brings_no_session_back_that_is_over() {
    let (upstream, gates) = in_turn([of_user("before"), json!(null)]);
    let busy = Busy::new(&upstream);
    let before = busy.begin("/hello", "7");
    upstream.until_asked(1).await;
    let live = busy.begin("/live", "7");
    upstream.until_asked(2).await;
    gates[1].open();
    assert_eq!(live.await.expect("an answer").status, 401);
    gates[0].open();
    assert_eq!(before.await.expect("an answer").body, "hello before");
    let later = busy.begin("/hello", "7").await.expect("an answer");
    assert_eq!(
        (later.body.as_str(), upstream.count()),
        ("hello at last", 3)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_several_threads_it_is_one_question_as_well() {
    let upstream = Upstream::start(by_cookie);
    let busy = Busy::new(&upstream);
    for round in 1..=50 {
        let id = format!("{round}");
        let requests: Vec<_> = (0..40).map(|_| busy.begin("/hello", &id)).collect();
        for request in requests {
            assert_eq!(
                request.await.expect("an answer").body,
                format!("hello {id}")
            );
        }
        assert_eq!(upstream.count(), round);
    }
}
