//! Where attempts come from.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::connect_info::MockConnectInfo;
use portcullis::ProxyHeader;
use portcullis_tests::Log;
use tokio::net::TcpListener;

use super::Door;

fn behind_proxies() -> Door {
    behind_proxies_that_write(ProxyHeader::default())
}

fn behind_proxies_that_write(header: ProxyHeader) -> Door {
    let proxies = ["10.0.0.0/8", "fd00::/8"];
    Door::configured(
        |credentials| credentials,
        |builder| builder.trusted_proxies(proxies).proxy_header(header),
    )
}

#[tokio::test]
async fn visitors_behind_a_trusted_proxy_are_told_apart() {
    for (header, first, second) in [
        ("x-forwarded-for", "198.51.100.1", "198.51.100.2"),
        (
            "x-forwarded-for",
            "198.51.100.1, 10.2.2.2",
            "198.51.100.2, 10.2.2.2",
        ),
        (
            "forwarded",
            "for=198.51.100.1",
            "for=198.51.100.2;proto=https",
        ),
        (
            "forwarded",
            "for=\"[2001:db8::1]:80\"",
            "for=\"[2001:db8:0:100::1]:80\"",
        ),
    ] {
        let door = behind_proxies_that_write(match header {
            "forwarded" => ProxyHeader::Forwarded,
            _ => ProxyHeader::XForwardedFor,
        });
        let first = [(header, first)];
        assert_eq!(
            door.guess_from("10.0.0.1", &first, 6).await[4..],
            [401, 429]
        );
        assert_eq!(
            door.guess_from("fd00::7", &first, 1).await,
            [429],
            "by whichever way"
        );
        assert_eq!(
            door.guess_from("10.0.0.1", &[(header, second)], 1).await,
            [401]
        );
    }
}

#[tokio::test]
async fn what_a_visitor_says_of_their_address_is_ignored() {
    for door in [Door::new(), behind_proxies()] {
        let mut statuses = Vec::new();
        for n in 0..6 {
            let lie = format!("203.0.113.{n}");
            let headers = [
                ("x-forwarded-for", lie.as_str()),
                ("x-real-ip", lie.as_str()),
            ];
            statuses.extend(door.guess_from("198.51.100.1", &headers, 1).await);
        }
        assert_eq!(statuses[4..], [401, 429]);
    }
}

#[tokio::test]
async fn what_a_visitor_tells_a_trusted_proxy_is_ignored_as_well() {
    let door = behind_proxies();
    let mut statuses = Vec::new();
    for n in 0..6 {
        let told = format!("203.0.113.{n}, 198.51.100.1");
        statuses.extend(
            door.guess_from("10.0.0.1", &[("x-forwarded-for", &told)], 1)
                .await,
        );
    }
    assert_eq!(statuses[4..], [401, 429]);
    let (mut statuses, door) = (Vec::new(), behind_proxies());
    for n in 0..6 {
        let lie = format!("for=203.0.113.{n}");
        let headers = [
            ("x-forwarded-for", "198.51.100.1"),
            ("forwarded", lie.as_str()),
        ];
        statuses.extend(door.guess_from("10.0.0.1", &headers, 1).await);
    }
    assert_eq!(
        statuses[4..],
        [401, 429],
        "a header that the proxy does not write"
    );
}

#[tokio::test]
async fn without_addresses_names_are_slowed_and_the_log_says_so_once() {
    let door = Door::new();
    let log = Log::default();
    let logging = log.start();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let answer = door.post(None, &[("x-forwarded-for", "198.51.100.1")], "username=ada");
        statuses.push(answer.await.status.as_u16());
    }
    drop(logging);
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429]);
    for n in 0..200 {
        let answer = door.post(None, &[], &format!("username={n}")).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(log.text().matches("peer_address_missing").count(), 1);
}

#[tokio::test]
async fn a_lie_in_the_other_header_is_not_the_proxys_address() {
    let door = behind_proxies();
    for n in 0..6 {
        let liar = format!("198.51.100.{n}");
        let headers = [("x-forwarded-for", liar.as_str()), ("forwarded", "for=x")];
        let statuses = door.guess_from("10.0.0.1", &headers, 1).await;
        assert_eq!(statuses, [401], "counted as themselves");
    }
}

#[tokio::test]
async fn behind_a_proxy_that_nobody_named_delays_are_short_and_the_log_says_why() {
    let door = Door::new();
    let log = Log::default();
    let logging = log.start();
    let [attacker, user] = ["203.0.113.9", "198.51.100.1"].map(|it| [("x-forwarded-for", it)]);
    for name in 0..200 {
        let form = format!("username={name}");
        let answer = door.post(Some("127.0.0.1"), &attacker, &form);
        assert_eq!(answer.await.status, 401, "not one address");
    }
    for _ in 0..60 {
        door.guess_from("127.0.0.1", &attacker, 1).await;
        door.clock.advance(Duration::from_secs(1));
    }
    let ada = "username=ada&password=open+sesame";
    let answer = door.post(Some("127.0.0.1"), &user, ada);
    let retry_after = answer.await.header("retry-after").to_owned();
    let seconds: u64 = retry_after.parse().expect("a number");
    assert!(seconds <= 5, "{seconds}");
    door.clock.advance(Duration::from_secs(seconds));
    let answer = door.post(Some("127.0.0.1"), &user, ada);
    assert_eq!(answer.await.status, 200);
    drop(logging);
    assert_eq!(log.text().matches("proxy_unnamed").count(), 1);
}

#[tokio::test]
async fn who_connects_across_the_internet_is_no_proxy_for_saying_so() {
    let door = Door::new();
    let lie = [("x-forwarded-for", "203.0.113.9")];
    for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60] {
        door.clock.advance(Duration::from_secs(seconds));
        assert_eq!(door.guess_from("198.51.100.1", &lie, 1).await, [401]);
    }
    door.clock.advance(Duration::from_secs(59));
    assert_eq!(door.guess_from("198.51.100.1", &lie, 1).await, [429]);
}

#[tokio::test]
async fn an_address_that_a_test_made_up_counts() {
    let mut door = Door::new();
    let address = SocketAddr::from(([198, 51, 100, 1], 4711));
    door.router = door.router.layer(MockConnectInfo(address));
    for _ in 0..5 {
        assert_eq!(door.post(None, &[], "username=ada").await.status, 401);
    }
    assert_eq!(door.try_as("ada", "wrong").await.status, 429);
}

#[tokio::test]
async fn a_server_tells_addresses() {
    let door = Door::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let service = door.router.into_axum();
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let mut statuses = Vec::new();
    for (from, times) in [([127, 0, 0, 1], 6), ([127, 0, 0, 2], 1)] {
        let client = reqwest::Client::builder().local_address(Some(from.into()));
        let client = client.build().expect("a client");
        for _ in 0..times {
            let request = client
                .post(format!("http://127.0.0.1:{port}/sign-in"))
                .header("content-type", "application/x-www-form-urlencoded")
                .body("username=ada&password=wrong");
            statuses.push(request.send().await.expect("an answer").status().as_u16());
        }
    }
    server.abort();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 401]);
}
