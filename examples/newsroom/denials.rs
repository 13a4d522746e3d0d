//! Whoever must not get in is sent to every route.

use std::error::Error;

use portcullis::routing::MatrixEntry;
use portcullis::testing::{Fixture, matrix};
use portcullis::{Auth, SqliteStore};

use crate::app::router;
use crate::db::Db;
use crate::seed;

#[tokio::test]
async fn nobody_gets_in_who_must_not() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let db = Db::open(&folder.path().join("newsroom.sqlite")).await?;
    seed::fill_if_empty(&db).await?;
    let store = SqliteStore::with_pool(db.pool().clone());
    store.migrate().await?;
    let auth = Auth::builder()
        .secret("C1ovhnXSKdrpdvSeQoBqAnZjbmLBZPtwJJZ4BIJGRYs=")
        .origin("http://localhost:3000")
        .store(store)
        .build()?;
    let router = router(auth.clone(), db);
    matrix(&auth, router).fixture(form).run().await.assert();
    Ok(())
}

/// What the forms and the programs send.
fn form(entry: &MatrixEntry) -> Fixture {
    let form = match (entry.methods(), entry.path()) {
        ("POST", "/sign-in") => "email=editor@newsroom.example&password=wrong",
        ("POST", "/posts" | "/posts/{id}") => "title=News&body=There+is+some.",
        ("POST", "/account/password") => "password=short",
        _ => return Fixture::new(),
    };
    Fixture::new().body("application/x-www-form-urlencoded", form)
}
