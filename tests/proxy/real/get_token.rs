//! What a token says, decoded here or asked for.

use http::StatusCode;
use serde_json::{Value, json};

use super::visitor::json;
use super::world::{Setting, Upstream, World, with_secret};

async fn token(world: &World) -> Value {
    let visitor = world.visitor();
    let nothing = visitor.get(&world.at("/token")).await;
    assert_eq!(
        (nothing.status, json(&nothing)),
        (StatusCode::OK, Value::Null)
    );
    visitor.sign_in("ada", &world.at("/")).await;
    let token = visitor.get(&world.at("/token")).await;
    assert_eq!(token.status, StatusCode::OK, "{}", token.body);
    json(&token)
}

#[tokio::test]
async fn with_the_upstreams_secret_it_is_what_the_token_says() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = Setting::new(upstream).auth(with_secret).start().await;
        let told = token(&world).await;
        assert_eq!(told["sub"], "ada", "{upstream:?} {told}");
        assert_eq!(told["roles"], json!(["admin"]), "{upstream:?} {told}");
        // What only the token itself says.
        assert_eq!(
            told["exp"].is_number() && told["iat"].is_number(),
            !upstream.is_stored(),
            "{upstream:?} {told}"
        );
    }
}

#[tokio::test]
async fn without_the_secret_it_is_what_the_upstream_shows() {
    for upstream in Upstream::WITH_PASSWORD {
        let told = token(&World::start(upstream).await).await;
        assert_eq!(told["sub"], "ada", "{upstream:?} {told}");
        assert_eq!(told["name"], "Ada Lovelace", "{upstream:?} {told}");
        assert_eq!(told["roles"], json!(["admin"]), "{upstream:?} {told}");
    }
}
