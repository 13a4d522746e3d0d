//! Every endpoint, compared with the real packages: the same requests to both.

mod answer;
mod held;
mod page;
mod real;
mod requests;
mod times;

use portcullis_tests::nextauth::Dialect;

use self::answer::{Asking, Told};
use self::held::{Held, Names, Tokens};
use self::real::{Real, Setup};
use self::requests::Asked;

const HTTP: &str = "http://localhost:3000";
const HTTPS: &str = "https://app.example";

fn setups() -> Vec<Setup> {
    let mut setups = Vec::new();
    for dialect in Dialect::ALL {
        let plain = Setup {
            name: dialect.name(),
            dialect,
            origin: HTTP,
            database: false,
            own_pages: false,
        };
        setups.push(plain);
        setups.push(Setup {
            origin: HTTPS,
            ..plain
        });
        setups.push(Setup {
            own_pages: true,
            ..plain
        });
        setups.push(Setup {
            database: true,
            ..plain
        });
    }
    setups
}

/// The two answers to every request.
async fn both(setup: Setup, real: &Real, other: u16) -> Vec<(Asked, Told, Told)> {
    let names = Names::of(setup.dialect, setup.is_secure());
    let tokens = Tokens::make(real, names).await;
    let bearer = tokens
        .cookies(&[Held::Session], names, setup.origin)
        .concat();
    let (_, bearer) = bearer.split_once('=').expect("a cookie");
    let asking = Asking {
        setup,
        names,
        tokens: &tokens,
        real,
        bearer,
    };
    let mut answers = Vec::new();
    for asked in requests::all() {
        let theirs = asking.ask(real.port(), &asked).await;
        let ours = asking.ask(other, &asked).await;
        answers.push((asked, theirs, ours));
    }
    answers
}

#[tokio::test]
async fn two_real_servers_answer_alike() {
    for setup in setups() {
        let (one, two) = (Real::start(setup), Real::start(setup));
        for (asked, theirs, ours) in both(setup, &one, two.port()).await {
            if std::env::var_os("SHOW").is_some() {
                println!("{setup:?}\n{}: {theirs:#?}", asked.name);
            }
            assert_eq!(theirs, ours, "{}", asked.name);
        }
    }
}
