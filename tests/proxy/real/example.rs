//! The example as people run it.

use std::net::TcpListener;
use std::path::Path;

use http::StatusCode;
use portcullis_tests::browser;
use portcullis_tests::running::{Running, is_gone, program, without_node};

use super::visitor::{Visitor, json};

const EXAMPLE: &str = "proxy";

struct Example {
    address: String,
    node: String,
    running: Running,
}

impl Example {
    fn start(environment: &[(&str, &str)]) -> Self {
        let running = Running::start(EXAMPLE, &[], environment);
        Self {
            node: running.told("Auth.js listening on "),
            address: running.told("proxy listening on "),
            running,
        }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    fn visitor(&self) -> Visitor {
        Visitor::new(self.at("/api/auth"))
    }
}

#[tokio::test]
async fn one_command_serves_the_guarded_routes_and_the_pages_of_auth_js() {
    let example = Example::start(&[("PORT", "0")]);
    for (who, id, figures) in [
        ("reader", "robin", StatusCode::FORBIDDEN),
        ("admin", "ada", StatusCode::OK),
    ] {
        let visitor = example.visitor();
        let refused = visitor.get(&example.at("/api/me")).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        let sent = visitor.visit(&example.at("/account")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let page = example.at(sent.header("location"));
        let page = visitor.visit(&page).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("E-mail"), "{}", page.body);

        let token = visitor.csrf_token().await;
        let form = [
            ("csrfToken", token.as_str()),
            ("email", &format!("{who}@proxy.example")),
            ("password", &format!("{who}-demo")),
        ];
        let url = example.at("/api/auth/callback/credentials");
        let signed_in = visitor.post(&url, &form).await;
        assert_eq!(signed_in.header("location"), example.at("/account"));
        let me = json(&visitor.get(&example.at("/api/me")).await);
        assert_eq!(me["user"]["id"], id);
        let token = json(&visitor.get(&example.at("/api/token")).await);
        assert_eq!(token["sub"], id);
        assert!(token["exp"].is_number(), "decoded here: {token}");
        let answer = visitor.get(&example.at("/api/figures")).await;
        assert_eq!(answer.status, figures);
        visitor.sign_out().await;
        let refused = visitor.get(&example.at("/api/me")).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn both_sides_end_with_the_command_even_if_it_is_killed() {
    let mut example = Example::start(&[("PORT", "0")]);
    example.running.kill();
    is_gone(&example.node).await;
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_both_sides_without_a_complaint() {
    let mut example = Example::start(&[("PORT", "0")]);
    // Who answers listens for signals as well.
    let home = example.visitor().get(&example.address).await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(example.running.interrupt().success());
    is_gone(&example.node).await;
    let printed = example.running.printed();
    assert!(!printed.contains("proxy: "), "{printed}");
}

#[test]
fn it_takes_a_free_port_where_its_own_is_taken_and_says_who_may_sign_in() {
    let busy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = busy.local_addr().expect("an address").port().to_string();
    let example = Example::start(&[("PORT", &port)]);
    let printed = example.running.printed();
    for line in [
        format!("port {port} is in use"),
        "AUTH_SECRET is not set".to_owned(),
        "reader@proxy.example".to_owned(),
        "admin-demo".to_owned(),
    ] {
        assert!(printed.contains(&line), "{line}:\n{printed}");
    }
}

#[test]
fn without_node_it_says_what_is_missing() {
    let errors = without_node(EXAMPLE);
    assert!(errors.contains("`node` was not found"), "{errors}");
}

#[test]
fn people_in_a_browser() {
    let program = program(EXAMPLE);
    browser::run("proxy.test.mjs", &[("PROXY_BIN", Path::new(&program))]);
}
