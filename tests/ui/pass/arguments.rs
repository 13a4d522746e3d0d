//! Sixteen arguments, patterns, and trailing commas.

#![deny(warnings)]

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{Method, Uri},
};
use portcullis::{
    Auth, Router, Session, protected,
    routing::{get, post},
};

#[protected]
async fn sixteen(
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: String,
) {
}

#[protected]
async fn patterns(
    Path((id, mut name)): Path<(u64, String)>,
    State(_auth): State<Auth>,
    Query(pairs): Query<Vec<(String, String)>>,
    session: Session,
    Json(body): Json<Vec<u8>>,
) -> String {
    name.push('!');
    drop(session);
    format!("{id}{name}{}{}", pairs.len(), body.len())
}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/sixteen", post(sixteen))
        .route("/patterns", post(patterns))
        .route("/plain", get(plain));
}

#[protected()]
async fn plain(uri: Uri) -> String {
    uri.to_string()
}
