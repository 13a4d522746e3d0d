//! The cookies of Auth.js pass in both directions, and no others.

use portcullis::Profile;
use portcullis_tests::get;

use super::{Reply, Site};

const NAMES: [&str; 9] = [
    "authjs.session-token",
    "authjs.session-token.0",
    "authjs.session-token.7",
    "authjs.csrf-token",
    "authjs.callback-url",
    "authjs.state",
    "authjs.nonce",
    "authjs.pkce.code_verifier",
    "authjs.challenge",
];
const OTHERS: [&str; 8] = [
    "theme",
    "authjs.session-tokens",
    "authjs.session-token.8",
    "authjs.session-token.00",
    "next-auth.session-token",
    "__Secure-authjs.session-token",
    "__Host-authjs.csrf-token",
    "Authjs.state",
];

#[tokio::test]
async fn each_of_them_goes_up() {
    let site = Site::that_says(200);
    let ours = NAMES.map(|name| format!("{name}=a%7Cb="));
    let others = OTHERS.map(|name| format!("{name}=hidden"));
    let mixed: Vec<_> = ours.iter().chain(&others).map(String::as_str).collect();
    let (first, second) = mixed.split_at(5);
    let request = get("/api/auth/csrf")
        .header("cookie", first.join("; "))
        .header("cookie", second.join(";"));
    assert_eq!(site.send(request).await.status, 200);
    assert_eq!(site.upstream.only().header("cookie"), ours.join("; "));
}

#[tokio::test]
async fn each_of_them_comes_down_on_its_own() {
    let site = Site::new(|_| {
        let mut reply = Reply::text("application/json", "{}");
        for name in NAMES.iter().chain(&OTHERS) {
            let cookie = format!(
                "{name}=a%7Cb=, c; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT; HttpOnly"
            );
            reply = reply.with("set-cookie", &cookie);
        }
        for broken in ["", "authjs.state", "; authjs.state=x", "=authjs.state"] {
            reply = reply.with("set-cookie", broken);
        }
        // Twice the same name is for the browser to make sense of.
        reply.with("set-cookie", "authjs.state=second; Path=/")
    });
    let answer = site.send(get("/api/auth/csrf")).await;
    assert_eq!(answer.status, 200);
    let mut expected: Vec<_> = NAMES
        .iter()
        .map(|name| {
            format!("{name}=a%7Cb=, c; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT; HttpOnly")
        })
        .collect();
    expected.push("authjs.state=second; Path=/".to_owned());
    assert_eq!(answer.cookies(), expected);
    // Whoever writes down the answer does not write down what they say.
    let written = format!("{:?}", answer.headers);
    assert!(!written.contains("a%7Cb="), "{written}");
}

#[tokio::test]
async fn they_are_called_as_the_configuration_says() {
    let cookies = "session=1; session-csrf=2; session-callback=3; shop=4; shop.0=5; shop-csrf=6; \
                   next-auth.session-token=7; next-auth.csrf-token=8; next-auth.state=9; next-auth.challenge=10; \
                   authjs.csrf-token=11; authjs.state=12";
    for (profile, name, expected) in [
        (
            Profile::Native,
            None,
            "session=1; session-csrf=2; session-callback=3",
        ),
        (
            Profile::Native,
            Some("shop"),
            "shop=4; shop.0=5; shop-csrf=6",
        ),
        (
            Profile::NextAuthV4,
            None,
            "next-auth.session-token=7; next-auth.csrf-token=8; next-auth.state=9",
        ),
        (
            Profile::AuthJsV5,
            Some("shop"),
            "shop=4; shop.0=5; authjs.csrf-token=11; authjs.state=12",
        ),
    ] {
        let site = Site::configured(
            |_| Reply::text("text/plain", ""),
            |options| options,
            |builder| match name {
                Some(name) => builder.profile(profile).cookie_name(name),
                None => builder.profile(profile),
            },
        );
        let request = get("/api/auth/session").header("cookie", cookies);
        assert_eq!(site.send(request).await.status, 200);
        let asked = site.upstream.only();
        assert_eq!(asked.header("cookie"), expected, "{profile:?} {name:?}");
    }
}

#[tokio::test]
async fn on_https_they_have_their_prefixes() {
    let site = Site::configured(
        |_| Reply::text("text/plain", ""),
        |options| options,
        |builder| builder.origin("https://app.example"),
    );
    let cookies = "__Secure-authjs.session-token=1; __Host-authjs.csrf-token=2; __Secure-authjs.callback-url=3; \
                   __Secure-authjs.state=4; __Secure-authjs.pkce.code_verifier=5";
    let planted = "authjs.session-token=6; authjs.state=7; __Secure-authjs.csrf-token=8";
    let both = format!("{planted}; {cookies}");
    let request = get("/api/auth/callback/google").header("cookie", both);
    assert_eq!(site.send(request).await.status, 200);
    let asked = site.upstream.only();
    assert_eq!(asked.header("cookie"), cookies);
    assert_eq!(asked.header("x-forwarded-host"), "app.example");
    assert_eq!(asked.header("x-forwarded-proto"), "https");
}

#[tokio::test]
async fn what_is_left_of_an_earlier_session_is_removed_with_the_new_one() {
    let site = Site::new(|_| {
        let reply = Reply::text("application/json", "{}");
        reply.with("set-cookie", "authjs.session-token=new; Path=/; HttpOnly")
    });
    let request = get("/api/auth/session").header(
        "cookie",
        "authjs.session-token.0=a; authjs.session-token.1=b",
    );
    let answer = site.send(request).await;
    let cookies: Vec<_> = answer.cookies();
    assert_eq!(cookies[0], "authjs.session-token=new; Path=/; HttpOnly");
    assert_eq!(cookies.len(), 3, "{cookies:?}");
    for (cookie, name) in cookies[1..].iter().zip(["0", "1"]) {
        assert!(cookie.starts_with(&format!("authjs.session-token.{name}=;")));
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
    }
}
