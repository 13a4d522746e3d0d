//! The servers that the other tests rely on.

use std::net::TcpStream;

use portcullis_tests::servers::{Postgres, Redis};
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn postgres_survives_being_killed_and_goes_when_it_is_dropped() {
    let mut postgres = Postgres::start();
    let url = postgres.database();
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let write = "CREATE TABLE kept (answer integer); INSERT INTO kept VALUES (42)";
    sqlx::raw_sql(write)
        .execute(&mut connection)
        .await
        .expect("written");
    sqlx::raw_sql("CHECKPOINT")
        .execute(&mut connection)
        .await
        .expect("on disk");
    postgres.kill();
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart();
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let answer: i32 = sqlx::query_scalar("SELECT answer FROM kept")
        .fetch_one(&mut connection)
        .await
        .expect("kept");
    assert_eq!(answer, 42);
    drop(postgres);
    assert!(PgConnection::connect(&url).await.is_err());
}

#[test]
fn redis_survives_being_killed_and_goes_when_it_is_dropped() {
    let mut redis = Redis::start();
    let ask = |command: &[&str]| {
        let client = redis::Client::open(redis.url()).expect("an address");
        let mut connection = client.get_connection().expect("a connection");
        let mut asked = redis::cmd(command[0]);
        asked
            .arg(&command[1..])
            .query::<String>(&mut connection)
            .expect("an answer")
    };
    assert_eq!(ask(&["SET", "answer", "42"]), "OK");
    let address = redis.url().replace("redis://", "");
    redis.kill();
    assert!(TcpStream::connect(&address).is_err());
    redis.restart();
    let client = redis::Client::open(redis.url()).expect("an address");
    let mut connection = client.get_connection().expect("a connection");
    let answer: String = redis::cmd("GET")
        .arg("answer")
        .query(&mut connection)
        .expect("kept");
    assert_eq!(answer, "42");
    drop(redis);
    assert!(TcpStream::connect(&address).is_err());
}
