//! Every endpoint, compared with the real packages: the same requests to both.

mod answer;
mod differences;
mod held;
mod known;
mod ours;
mod page;
mod real;
mod requests;
mod times;

use portcullis_tests::nextauth::Version;

use self::answer::{Asking, Told};
use self::differences::{complaints, unknown, untold};
use self::held::{Names, Tokens};
use self::ours::Ours;
use self::real::{Real, Server, Setup};

const V4: Setup = Setup {
    name: "v4 http",
    version: Version::V4,
    origin: "http://localhost:3000",
    database: false,
    own_pages: false,
};
const V5: Setup = Setup {
    name: "v5 http",
    version: Version::V5,
    ..V4
};
const HTTPS: &str = "https://app.example";

/// The two answers to every request, by its name.
async fn both(setup: Setup, real: &Real, other: &impl Server) -> Vec<(&'static str, Told, Told)> {
    let names = Names::of(setup.version, setup.is_secure());
    let tokens = Tokens::make(real, names).await;
    let mut answers = Vec::new();
    let requests = match setup.database {
        true => requests::of_kept_sessions(),
        false => requests::all(),
    };
    for asked in requests {
        let mut asking = Asking {
            setup,
            names,
            tokens: tokens.clone(),
            real,
        };
        let theirs = asking.ask(real, &asked).await;
        let ours = asking.ask(other, &asked).await;
        answers.push((asked.name, theirs, ours));
    }
    answers
}

async fn compare(setup: Setup) {
    let (real, ours) = (Real::start(setup), Ours::start(setup).await);
    let answers = both(setup, &real, &ours).await;
    let found = complaints(setup.name, &answers);
    assert!(found.is_empty(), "{}\n{}", setup.name, found.join("\n"));
}

#[tokio::test]
async fn nextauth_v4_on_http() {
    compare(V4).await;
}

#[tokio::test]
async fn nextauth_v4_on_https() {
    let (name, origin) = ("v4 secure", HTTPS);
    compare(Setup { name, origin, ..V4 }).await;
}

#[tokio::test]
async fn nextauth_v4_with_pages_of_the_application() {
    let (name, own_pages) = ("v4 pages", true);
    compare(Setup {
        name,
        own_pages,
        ..V4
    })
    .await;
}

#[tokio::test]
async fn nextauth_v4_with_sessions_in_a_store() {
    let (name, database) = ("v4 database", true);
    compare(Setup {
        name,
        database,
        ..V4
    })
    .await;
}

#[tokio::test]
async fn authjs_v5_on_http() {
    compare(V5).await;
}

#[tokio::test]
async fn authjs_v5_on_https() {
    let (name, origin) = ("v5 secure", HTTPS);
    compare(Setup { name, origin, ..V5 }).await;
}

#[tokio::test]
async fn authjs_v5_with_pages_of_the_application() {
    let (name, own_pages) = ("v5 pages", true);
    compare(Setup {
        name,
        own_pages,
        ..V5
    })
    .await;
}

#[tokio::test]
async fn authjs_v5_with_sessions_in_a_store() {
    let (name, database) = ("v5 database", true);
    compare(Setup {
        name,
        database,
        ..V5
    })
    .await;
}

/// What is told of an answer is the same each time.
#[tokio::test]
async fn two_real_servers_answer_alike() {
    for setup in [V4, V5] {
        let (one, two) = (Real::start(setup), Real::start(setup));
        for (request, theirs, ours) in both(setup, &one, &two).await {
            assert_eq!(theirs, ours, "{request}");
        }
    }
}

#[test]
fn every_difference_is_of_a_request() {
    let requests: Vec<_> = requests::all().iter().map(|asked| asked.name).collect();
    assert!(unknown(&requests).is_empty(), "{:?}", unknown(&requests));
    let mut names = requests.clone();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), requests.len(), "two requests have one name");
}

#[test]
fn the_documentation_gives_every_reason() {
    let untold = untold(include_str!("../../docs/authjs.md"));
    assert!(
        untold.is_empty(),
        "docs/authjs.md does not say: {untold:#?}"
    );
}
