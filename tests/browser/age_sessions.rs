//! Makes every session of a newsroom's database an hour older: `age_sessions DATABASE`. The browser
//! suite cannot wait that long, and the newsroom runs by the real clock.

use sqlx::SqlitePool;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let database = std::env::args().nth(1).expect("a database");
    let pool = SqlitePool::connect(&format!("sqlite:{database}")).await;
    let aged = sqlx::query("UPDATE portcullis_sessions SET auth_time = auth_time - 3600")
        .execute(&pool.expect("the database opens"))
        .await;
    println!("{}", aged.expect("the sessions are there").rows_affected());
}
