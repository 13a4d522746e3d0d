//! Who writes and who changes what.

use portcullis_tests::newsroom::Newsroom;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION};

use crate::visitor::{answer, client, header, sign_in};

#[tokio::test]
async fn editors_write_and_readers_do_not() {
    let newsroom = Newsroom::start();
    for (who, status) in [
        ("reader", StatusCode::FORBIDDEN),
        ("editor", StatusCode::CREATED),
        ("admin", StatusCode::CREATED),
    ] {
        let (cookie, _) = sign_in(&newsroom, who, "/").await;
        let title = format!("Written by {who}");
        let request = client()
            .post(format!("{}/api/posts", newsroom.address))
            .header(COOKIE, &cookie)
            .header(CONTENT_TYPE, "application/json")
            .body(serde_json::json!({"title": title, "body": "Some lines."}).to_string());
        assert_eq!(answer(request).await.status(), status, "{who}");
        let front_page = answer(client().get(&newsroom.address))
            .await
            .text()
            .await
            .expect("text");
        assert_eq!(
            front_page.contains(&title),
            status == StatusCode::CREATED,
            "{who}"
        );
    }
}

/// Publishes a story through the API and gives its address.
async fn publish(newsroom: &Newsroom, cookie: &str) -> String {
    let request = client()
        .post(format!("{}/api/posts", newsroom.address))
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "application/json")
        .body(r#"{"title": "A story", "body": "Some lines."}"#);
    let response = answer(request).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    format!("{}{}", newsroom.address, header(&response, LOCATION))
}

#[tokio::test]
async fn editors_edit_their_own_stories_and_admins_all() {
    let newsroom = Newsroom::start();
    let (reader, _) = sign_in(&newsroom, "reader", "/").await;
    let (editor, _) = sign_in(&newsroom, "editor", "/").await;
    let (admin, _) = sign_in(&newsroom, "admin", "/").await;
    let by_editor = publish(&newsroom, &editor).await;
    let by_admin = publish(&newsroom, &admin).await;
    let nowhere = format!("{}/posts/999", newsroom.address);
    let (passes, forbidden) = (StatusCode::SEE_OTHER, StatusCode::FORBIDDEN);
    for (story, cookie, status) in [
        (&by_editor, &reader, forbidden),
        (&by_editor, &editor, passes),
        (&by_editor, &admin, passes),
        (&by_admin, &editor, forbidden),
        (&by_admin, &admin, passes),
        (&nowhere, &editor, StatusCode::NOT_FOUND),
        (&nowhere, &reader, forbidden),
    ] {
        let request = client()
            .post(story.as_str())
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("title=Changed&body=Other+lines.");
        assert_eq!(answer(request).await.status(), status, "{story}");
        if status == StatusCode::NOT_FOUND {
            continue;
        }
        let page = |path: &str| {
            client()
                .get(format!("{story}{path}"))
                .header(COOKIE, cookie)
        };
        let form = answer(page("/edit")).await.status();
        assert_eq!(
            form == StatusCode::OK,
            status == passes,
            "the form of {story}"
        );
        let article = answer(page("")).await.text().await.expect("text");
        let is_offered = article.contains("Edit this story");
        assert!(
            story == &nowhere || is_offered == (status == passes),
            "{story}"
        );
    }
}
