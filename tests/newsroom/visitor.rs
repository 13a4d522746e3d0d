//! What every test does.

use portcullis_tests::newsroom::Newsroom;
use reqwest::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};

/// A client that follows no redirects and keeps no cookies: the tests look at both.
pub(crate) fn client() -> Client {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

pub(crate) async fn answer(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

pub(crate) fn header(response: &Response, name: reqwest::header::HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

/// Signs a demo user in through the form and gives the cookie and the address that follows.
pub(crate) async fn sign_in(newsroom: &Newsroom, who: &str, callback: &str) -> (String, String) {
    let form = [
        ("email", format!("{who}@newsroom.example")),
        ("password", format!("{who}-demo")),
        ("callbackUrl", callback.to_owned()),
    ];
    let body: Vec<_> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let request = client()
        .post(format!("{}/sign-in", newsroom.address))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.join("&"));
    let response = answer(request).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER, "{who} signs in");
    let cookie = header(&response, SET_COOKIE)
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    assert!(cookie.starts_with("session="), "{cookie}");
    (cookie, header(&response, LOCATION).to_owned())
}

pub(crate) fn encoded(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}
