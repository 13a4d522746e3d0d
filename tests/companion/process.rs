//! What starts and ends with the command.

use std::net::TcpListener;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::routing::get;
use axum::{Json, Router};
use portcullis_tests::SECRET;
use portcullis_tests::running::{is_gone, without_node};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::companion::{BOTH, Beside, Companion, EXAMPLE};
use crate::visitor::Visitor;

const NODE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../examples/nextjs-companion/node"
);

#[tokio::test]
async fn both_sides_end_with_the_command_even_if_it_is_killed() {
    for beside in BOTH {
        let mut companion = Companion::start(beside);
        assert!(Visitor::new().at_node(&companion).await.is_none());
        companion.running.kill();
        is_gone(&companion.node).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_both_sides_without_a_complaint() {
    let mut companion = Companion::start(Beside::AuthJsV5);
    // Who answers listens for signals as well.
    assert!(Visitor::new().at_axum(&companion).await.is_none());
    assert!(companion.running.interrupt().success());
    is_gone(&companion.axum).await;
    is_gone(&companion.node).await;
    let printed = companion.running.printed();
    assert!(!printed.contains("nextjs-companion:"), "{printed}");
}

#[tokio::test]
async fn it_takes_free_ports_where_its_own_are_taken_and_says_who_may_sign_in() {
    let busy = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let [axum, node] = busy
        .each_ref()
        .map(|busy| busy.local_addr().expect("an address").port().to_string());
    let ports = [("PORT", axum.as_str()), ("NODE_PORT", &node)];
    let companion = Companion::start_with(Beside::AuthJsV5, &ports);
    companion.running.told("  archivist@companion.example");
    let printed = companion.running.printed();
    for line in [
        format!("port {axum} is in use"),
        format!("port {node} is in use"),
        "AUTH_SECRET is not set".to_owned(),
        "admin-demo".to_owned(),
    ] {
        assert!(printed.contains(&line), "{line}:\n{printed}");
    }
}

#[test]
fn without_node_it_says_what_is_missing() {
    let errors = without_node(EXAMPLE);
    assert!(errors.contains("`node` was not found"), "{errors}");
    assert!(errors.contains("Node.js 20"), "{errors}");
}

#[tokio::test]
async fn a_page_made_on_the_server_asks_with_the_cookies_of_the_session_and_no_others() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let api = format!("http://{}", listener.local_addr().expect("an address"));
    let echo = |headers: HeaderMap| async move {
        let names = headers.keys().map(|name| name.as_str().to_owned());
        let cookie = headers
            .get(COOKIE)
            .map(|cookie| cookie.to_str().expect("text").to_owned());
        Json((cookie, names.collect::<Vec<_>>()))
    };
    let router = Router::new().route("/api/me", get(echo));
    tokio::spawn(async { axum::serve(listener, router).await });
    for (arguments, name) in [
        (&["main.mjs"][..], "authjs.session-token"),
        (&["main.mjs", "--v4"][..], "next-auth.session-token"),
    ] {
        let mut process = tokio::process::Command::new("node")
            .args(arguments)
            .current_dir(NODE)
            .env("API_URL", &api)
            .env("AUTH_SECRET", SECRET)
            .env("NODE_PORT", "0")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node.js");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let line = lines.next_line().await.expect("text").expect("a line");
        let node = line.strip_prefix("node listening on ").expect("an address");
        let url = format!("{node}/api/whoami");
        for (sent, forwarded) in [
            (vec![], None),
            (vec!["theme=dark".to_owned()], None),
            (
                vec![
                    "theme=dark".to_owned(),
                    format!("{name}.0=a"),
                    format!("x{name}=b"),
                    format!("{name}.1=c"),
                    format!("{name}-2=d"),
                    format!("__Host-{name}=e"),
                ],
                Some(format!("{name}.0=a; {name}.1=c")),
            ),
        ] {
            let mut visitor = Visitor::new();
            visitor.cookies.extend(sent.iter().map(|cookie| {
                let (name, value) = cookie.split_once('=').expect("a pair");
                (name.to_owned(), value.to_owned())
            }));
            let told = visitor.get(url.clone()).await.json();
            let (cookie, names) = (&told["api"]["body"][0], &told["api"]["body"][1]);
            assert_eq!(cookie.as_str(), forwarded.as_deref(), "{sent:?}");
            let names = names.as_array().expect("names");
            assert!(!names.contains(&"authorization".into()), "{names:?}");
        }
    }
}
